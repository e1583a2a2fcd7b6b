import { OutdialError } from '#base'
import { findCallList, findRefusedRows, type RefusedRow } from '#store'
import { type Asker, askingAccount } from './authenticate.ts'
import type { CallsContext } from './context.ts'

const PAGE = 1000

/**
 * All refused rows of an upload, page by page in the order of the file.
 *
 * @throws OutdialError `authentication`, `list-not-found`; `overloaded`, `store-…` (temporary)
 */
export async function readRefusedRows(
  context: CallsContext,
  request: { readonly asker: Asker; readonly listId: number },
): Promise<AsyncIterable<readonly RefusedRow[]>> {
  const { accountId } = await askingAccount(context, request.asker)
  const key = { accountId, listId: request.listId }
  await refuseUnknown(context, key)
  return pages(context, key)
}

/**
 * Some of them, from the line after `afterLine` on.
 *
 * @throws OutdialError `list-not-found`
 */
export async function refusedRowsOf(
  context: CallsContext,
  { afterLine = 0, limit, ...key }: UploadKey & { afterLine?: number | undefined; limit: number },
): Promise<readonly RefusedRow[]> {
  await refuseUnknown(context, key)
  return findRefusedRows(context.db, key, { afterLine, limit })
}

export function listNotFound(): OutdialError {
  return new OutdialError(
    'list-not-found',
    'list_id is none of the uploads of this account; send that of the reply to the upload.',
    { field: 'list_id' },
  )
}

interface UploadKey {
  readonly accountId: number
  readonly listId: number
}

async function refuseUnknown({ db }: CallsContext, key: UploadKey): Promise<void> {
  const list = await findCallList(db, key)
  const isWhole = list?.state !== 'importing' && list?.state !== 'failed'
  if (list?.kind !== 'bulk' || !isWhole) throw listNotFound()
}

async function* pages(
  { db }: CallsContext,
  list: UploadKey,
): AsyncGenerator<readonly RefusedRow[]> {
  for (let afterLine = 0; ; ) {
    const rows = await findRefusedRows(db, list, { afterLine, limit: PAGE })
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    afterLine = last.line
  }
}
