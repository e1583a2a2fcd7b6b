import { z } from 'zod'
import { refusedRowsOf } from '#calls'
import { DEFAULT_LIMIT, pageOf, readIdCursor } from '../cursor.ts'
import { type Operation, operation } from '../operation.ts'
import { nextCursor, paging, refusedRow } from '../schemas/parts.ts'

export const UPLOAD_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listRefusedRows', method: 'get', path: '/uploads/{list_id}/refused-rows' },
    ...{ tag: 'Campaigns', role: 'viewer' },
    summary: 'Rows of an upload that became no calls, in the order of the list',
    query: z.strictObject(paging),
    replies: {
      200: {
        says: 'A page of rows.',
        schema: z.object({ refused_rows: z.array(refusedRow), next_cursor: nextCursor }),
      },
    },
    faults: ['list-not-found'],
    handle: async ({ calls, account: { accountId }, id, query }) => {
      const { limit = DEFAULT_LIMIT, cursor } = query
      const page = { afterLine: readIdCursor(cursor), limit: limit + 1 }
      const found = await refusedRowsOf(calls, { accountId, listId: id('list_id'), ...page })
      const { rows, ...next } = pageOf(found, limit, ({ line }) => line)
      return Response.json({ refused_rows: rows, ...next })
    },
  }),
]
