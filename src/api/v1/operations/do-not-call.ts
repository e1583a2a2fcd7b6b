import { z } from 'zod'
import { forbiddenNumbers, forbidNumbers, importForbiddenNumbers, permitNumbers } from '#calls'
import { readPhoneList } from '../../lists/phone-list.ts'
import { DEFAULT_LIMIT, pageOf, readCursor, readStart } from '../cursor.ts'
import { jsonBody, LIST_BODY, type Operation, operation } from '../operation.ts'
import { listBytes } from '../receive-list.ts'
import { count, moment, nextCursor, pagingAfter, refusedRow } from '../schemas/parts.ts'
import { forbiddenImportView, forbiddenNumberView } from '../views/forbidden-number-view.ts'

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
    query: z.strictObject(pagingAfter),
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
    handle: async ({ calls, account: { accountId }, query }) => {
      const { limit = DEFAULT_LIMIT } = query
      const after = readStart(query, readCursor)
      const listed = await forbiddenNumbers(calls, { accountId, limit: limit + 1, after })
      const { rows, ...next } = pageOf(listed, limit, ({ destination }) => destination)
      return Response.json({ numbers: rows.map(forbiddenNumberView), ...next })
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
    ...{ id: 'importForbiddenNumbers', method: 'post', path: '/do-not-call/import', tag },
    role: 'operator',
    summary: 'Put the numbers of a file on the list',
    description:
      'The file is the body: one number a line, or CSV with the columns `destination` and `reason`. Of one that breaks off, the ' +
      'first numbers may be on the list; send it again.',
    body: LIST_BODY,
    replies: {
      200: {
        says: 'What became of its rows.',
        schema: z
          .object({
            added: count,
            known: count.meta({ description: 'On the list before.' }),
            refused: count,
            refused_rows: z.array(refusedRow).meta({ description: 'The first of them.' }),
          })
          .meta({ id: 'ForbiddenImport' }),
      },
    },
    handle: async ({ calls, account, stream }) => {
      const list = readPhoneList(listBytes(stream))
      return Response.json(forbiddenImportView(await importForbiddenNumbers(calls, account, list)))
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
