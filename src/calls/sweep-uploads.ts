import {
  type Database,
  deleteFailedList,
  deleteFailedRows,
  failCallLists,
  findFailedList,
  forgetIdempotencyKeys,
  type ListKey,
} from '#store'
import type { CallsContext } from './context.ts'

/** A batch is written in well under it, so that an upload silent for so long has lost its server. */
const SILENT_SECONDS = 120
const BATCH = 10_000
/** How long the same request under the same key gets the same answer, at least. */
const KEYS_KEPT_SECONDS = 86_400

/** Removes what uploads that broke off have left, batch by batch, and forgets old idempotency keys. */
export async function sweepUploads({ db, log }: CallsContext): Promise<void> {
  const silent = await failCallLists(db, { silentSeconds: SILENT_SECONDS })
  if (silent > 0) log.warn('uploads broke off', { lists: silent })
  for (;;) {
    const list = await findFailedList(db)
    if (list === undefined) break
    while (!(await removeFailedList(db, list)));
    log.info('a failed upload was removed', { listId: list.listId })
  }
  await forgetIdempotencyKeys(db, KEYS_KEPT_SECONDS)
}

/** One batch of a failed upload, and with the last one all that is left of it. False: there is more. */
export async function removeFailedList(db: Database, list: ListKey): Promise<boolean> {
  if ((await deleteFailedRows(db, list, BATCH)) >= BATCH) return false
  await db.transaction((tx) => deleteFailedList(tx, list))
  return true
}
