import { z } from 'zod'
import { forbiddenNumbers, forbidNumbers, permitNumbers } from '#calls'
import { DEFAULT_LIMIT, pageOf, readCursor } from '../cursor.ts'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { count, moment, nextCursor, paging } from '../schemas/parts.ts'

const tag = 'Do not call'
const MOST_NUMBERS = 1000

const numbers = z
  .array(z.string('has something that is no text'), 'is no list of numbers; send ["+16177123000"]')
  .min(1, 'is empty; send at least one number')
  .max(MOST_NUMBERS, `has more than ${MOST_NUMBERS} numbers; send them in parts`)
const reason = z
  .string('is no text')
  .refine((value) => !value.includes('\0'), 'has a NUL character; send it without')
  .optional()

export const DO_NOT_CALL_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listForbiddenNumbers', method: 'get', path: '/do-not-call', tag, role: 'viewer' },
    summary: 'The numbers that are not called, in order',
    query: z.strictObject(paging),
    replies: {
      200: {
        says: 'A page of numbers.',
        schema: z.object({
          numbers: z.array(
            z
              .object({ destination: z.string(), reason: z.string(), created_at: moment })
              .meta({ id: 'ForbiddenNumber' }),
          ),
          next_cursor: nextCursor,
        }),
      },
    },
    handle: async ({ calls, account: { accountId }, query: { limit = DEFAULT_LIMIT, cursor } }) => {
      const after = readCursor(cursor)
      const listed = await forbiddenNumbers(calls, { accountId, limit: limit + 1, after })
      const { rows, ...next } = pageOf(listed, limit, ({ destination }) => destination)
      const view = rows.map(({ destination, reason: why, createdAt }) => {
        return { destination, reason: why, created_at: createdAt }
      })
      return Response.json({ numbers: view, ...next })
    },
  }),
  operation({
    ...{ id: 'forbidNumbers', method: 'post', path: '/do-not-call', tag, role: 'operator' },
    summary: 'Put numbers on the list',
    body: jsonBody(z.strictObject({ numbers, reason })),
    replies: {
      200: { says: 'How many were not on it before.', schema: z.object({ added: count }) },
    },
    faults: ['invalid-phone-number', 'field-too-long'],
    handle: async ({ calls, account, body }) => {
      const { numbers: given, reason: why = '' } = body
      const added = await forbidNumbers(calls, { account, numbers: given, reason: why })
      return Response.json({ added })
    },
  }),
  operation({
    ...{ id: 'permitNumbers', method: 'post', path: '/do-not-call/remove', tag, role: 'operator' },
    summary: 'Take numbers from the list',
    body: jsonBody(z.strictObject({ numbers })),
    replies: { 200: { says: 'How many were on it.', schema: z.object({ removed: count }) } },
    faults: ['invalid-phone-number'],
    handle: async ({ calls, account, body }) => {
      const removed = await permitNumbers(calls, { account, numbers: body.numbers })
      return Response.json({ removed })
    },
  }),
]
