import { OutdialError } from '#base'
import type { Trunk } from '#model'
import { insertTrunk, upsertTrunk } from '#store'
import type { CallsContext } from './context.ts'

/** `replace`: overwrite the trunk of this name. @throws OutdialError `trunk-exists` */
export async function addTrunk(
  context: CallsContext,
  trunk: Trunk,
  options: { replace?: boolean } = {},
): Promise<void> {
  if (options.replace) return upsertTrunk(context.db, trunk)
  if (await insertTrunk(context.db, trunk)) return
  throw new OutdialError(
    'trunk-exists',
    'A trunk of this name exists; choose another, or replace it.',
    {
      field: 'name',
    },
  )
}
