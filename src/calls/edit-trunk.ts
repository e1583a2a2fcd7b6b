import { OutdialError } from '#base'
import type { Trunk } from '#model'
import { listTrunks, lockInstallation, upsertTrunk } from '#store'
import type { CallsContext } from './context.ts'
import { editedTrunk } from './trunk-fields.ts'

/**
 * Changes a trunk, in the words of its line (`TRUNK_EDIT`); servers use it from their next start on.
 * Returns it as it is then.
 *
 * @throws OutdialError `trunk-not-found`, `trunk-invalid`
 */
export function editTrunk(
  { db }: CallsContext,
  { name, fields }: { readonly name: string; readonly fields: unknown },
): Promise<Trunk> {
  return db.transaction(async (tx) => {
    // Two edits at once would undo each other.
    await lockInstallation(tx)
    const trunk = (await listTrunks(tx)).find((one) => one.name === name)
    if (trunk === undefined) throw trunkNotFound()
    const edited = editedTrunk(trunk, fields)
    await upsertTrunk(tx, edited)
    return edited
  })
}

export function trunkNotFound(): OutdialError {
  return new OutdialError('trunk-not-found', 'There is no trunk of this name; check it.')
}
