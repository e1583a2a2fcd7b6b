import { z } from 'zod'
import { endWebSession, webSessionsOf } from '#calls'
import { DEFAULT_LIMIT, pageOf, readIdCursor } from '../cursor.ts'
import { type Operation, operation } from '../operation.ts'
import { nextCursor, paging } from '../schemas/parts.ts'
import { webSession } from '../schemas/user.ts'
import { sessionView } from '../views/session-view.ts'

const terms = { tag: 'Users', role: 'owner' } as const

export const SESSION_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listSessions', method: 'get', path: '/sessions', ...terms },
    summary: 'Who is signed in to the pages, the first one first',
    query: z.strictObject(paging),
    replies: {
      200: {
        says: 'A page of sessions.',
        schema: z.object({ sessions: z.array(webSession), next_cursor: nextCursor }),
      },
    },
    handle: async ({ calls, account: { accountId }, query: { limit = DEFAULT_LIMIT, cursor } }) => {
      const after = readIdCursor(cursor)
      const found = await webSessionsOf(calls, { accountId, after, limit: limit + 1 })
      const { rows, ...next } = pageOf(found, limit, ({ sessionId }) => sessionId)
      return Response.json({ sessions: rows.map(sessionView), ...next })
    },
  }),
  operation({
    ...{ id: 'endSession', method: 'delete', path: '/sessions/{session_id}', ...terms },
    summary: 'Sign somebody out',
    replies: { 204: { says: 'It is over.' } },
    faults: ['session-not-found'],
    handle: async ({ calls, account: { accountId }, id }) => {
      await endWebSession(calls, { accountId, sessionId: id('session_id') })
      return new Response(null, { status: 204 })
    },
  }),
]
