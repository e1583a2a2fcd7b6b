import { z } from 'zod'
import { auditLog } from '#calls'
import { DEFAULT_LIMIT, pageOf, readIdCursor } from '../cursor.ts'
import { type Operation, operation } from '../operation.ts'
import { id, moment, nextCursor, paging } from '../schemas/parts.ts'

const time = z.iso.datetime({
  offset: true,
  error: 'is no time; send one like 2026-12-24T18:00:00Z',
})

const entry = z
  .object({
    entry_id: id,
    at: moment,
    actor: z.string().meta({
      description: '`owner`, `user:NAME`, `key:NAME`, `command line`, or `somebody`.',
    }),
    action: z.string().meta({
      description: 'The id of an operation, or `signIn` and its like.',
    }),
    subject: z.string().meta({
      description: 'What it was done to, such as `campaign 7`; empty: the account as a whole.',
    }),
    detail: z.record(z.string(), z.unknown()).optional().meta({
      description: 'Fields of the request without secrets, and how much was done.',
    }),
  })
  .meta({ id: 'AuditEntry', description: 'Something that was done.' })

export const AUDIT_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listAuditLog', method: 'get', path: '/audit-log', tag: 'Audit log' },
    ...{ role: 'owner', scope: 'either' },
    summary: 'What was done in the account, or to the installation, and by whom, the newest first',
    query: z.strictObject({
      ...paging,
      action: z
        .string()
        .regex(/^[A-Za-z]{1,64}$/, 'is none; send the id of an operation, or signIn')
        .optional(),
      actor: z
        .string()
        .regex(/^\P{Cc}{1,300}$/u, 'is none; send one as it stands in the log')
        .optional(),
      from: time.optional().meta({ description: 'Done then or later.' }),
      to: time.optional().meta({ description: 'Done before then.' }),
    }),
    replies: {
      200: {
        says: 'A page of entries.',
        schema: z.object({ entries: z.array(entry), next_cursor: nextCursor }),
      },
    },
    handle: async ({ calls, principal, query }) => {
      const { limit = DEFAULT_LIMIT, cursor, action, actor, from, to } = query
      const found = await auditLog(calls, {
        ...{ accountId: principal.account?.accountId, action, actor },
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
        ...{ beforeId: readIdCursor(cursor), limit: limit + 1 },
      })
      const { rows, ...next } = pageOf(found, limit, ({ entryId }) => entryId)
      const entries = rows.map(({ entryId, ...rest }) => ({ entry_id: entryId, ...rest }))
      return Response.json({ entries, ...next })
    },
  }),
]
