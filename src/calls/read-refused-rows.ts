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
  const list = await findCallList(context.db, { accountId, listId: request.listId })
  const isWhole = list?.state !== 'importing' && list?.state !== 'failed'
  if (list?.kind === 'bulk' && isWhole) return pages(context, list)
  throw new OutdialError(
    'list-not-found',
    'list_id is none of the uploads of this account; send that of the reply to queuecalls.php.',
    { field: 'list_id' },
  )
}

async function* pages(
  { db }: CallsContext,
  list: { readonly accountId: number; readonly listId: number },
): AsyncGenerator<readonly RefusedRow[]> {
  for (let afterLine = 0; ; ) {
    const rows = await findRefusedRows(db, list, { afterLine, limit: PAGE })
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    afterLine = last.line
  }
}
