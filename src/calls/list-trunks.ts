import type { Trunk } from '#model'
import { listTrunks as selectTrunks } from '#store'
import type { CallsContext } from './context.ts'

/** All trunks, the oldest first. */
export function listTrunks(context: CallsContext): Promise<Trunk[]> {
  return selectTrunks(context.db)
}
