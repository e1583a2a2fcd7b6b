import { z } from 'zod'
import {
  describeResult,
  disabledResultUrls,
  enableResultUrl,
  listResults,
  replayResult,
  replayResults,
} from '#calls'
import { DEFAULT_LIMIT, pageOf, readCursor, readStart } from '../cursor.ts'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { count, paging, pagingAfter } from '../schemas/parts.ts'
import { disabledUrlPage, result, resultPage, resultState } from '../schemas/result.ts'
import { disabledUrlView, resultRowView, resultView } from '../views/result-view.ts'

const tag = 'Results'
const CALL_FAULT = 'is no id of a call; send one'
const URL_FAULT = 'is no URL; send one as the calls have it'
const url = z
  .string(URL_FAULT)
  .max(255, URL_FAULT)
  .refine((value) => !value.includes('\0'), URL_FAULT)
const time = z.iso.datetime({
  offset: true,
  error: 'is no time; send one like 2026-11-06T08:00:00Z',
})
const callId = z
  .int(CALL_FAULT)
  .min(1, CALL_FAULT)
  .max(2 ** 31 - 1, CALL_FAULT)

export const RESULT_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listResults', method: 'get', path: '/results', tag, role: 'viewer' },
    summary: 'Results and events that are, or were, to be posted; those of the newest calls first',
    query: z.strictObject({
      state: resultState.optional(),
      call_id: callId.optional(),
      ...paging,
      before: z
        .string()
        .max(255, 'is no id of a result; send one as the list tells it')
        .refine((value) => !value.includes('\0'), 'has a NUL character; send it without')
        .optional()
        .meta({ description: 'Only what comes after this one, where no `cursor` is sent.' }),
    }),
    replies: { 200: { says: 'A page of them.', schema: resultPage } },
    faults: ['result-not-found'],
    handle: async ({ calls, account: { accountId }, query }) => {
      const { limit = DEFAULT_LIMIT, state, call_id } = query
      const before = readStart(query, readCursor)
      const search = { accountId, state, callId: call_id, before, limit: limit + 1 }
      const listed = await listResults(calls, search)
      const { rows, ...next } = pageOf(listed, limit, ({ webhookId }) => webhookId)
      return Response.json({ results: rows.map(resultRowView), ...next })
    },
  }),
  operation({
    ...{ id: 'getResult', method: 'get', path: '/results/{result_id}', tag, role: 'viewer' },
    summary: 'What is posted, and what came of each try',
    replies: { 200: { says: 'The result or the event.', schema: result } },
    faults: ['result-not-found'],
    handle: async ({ calls, account: { accountId }, name }) => {
      const webhookId = name('result_id')
      return Response.json(resultView(await describeResult(calls, { accountId, webhookId })))
    },
  }),
  operation({
    ...{ id: 'replayResult', method: 'post', path: '/results/{result_id}/replay', tag },
    role: 'operator',
    summary: 'Post one again, with its id and its bytes as they were',
    replies: { 200: { says: 'It, about to be posted.', schema: result } },
    faults: ['result-not-found', 'result-pending'],
    handle: async ({ calls, account: { accountId }, name }) => {
      const webhookId = name('result_id')
      return Response.json(resultView(await replayResult(calls, { accountId, webhookId })))
    },
  }),
  operation({
    ...{ id: 'replayResults', method: 'post', path: '/results/replay', tag, role: 'operator' },
    summary: 'Post again all that were given up, or all that were delivered',
    body: jsonBody(
      z.strictObject({
        state: z
          .enum(
            ['delivered', 'undeliverable'],
            'is neither delivered nor undeliverable; send one of them',
          )
          .optional()
          .meta({ description: '`undeliverable` where it is absent.' }),
        url: url.optional().meta({ description: 'Only what goes there.' }),
        from: time.optional().meta({ description: 'Only what was stored then or later.' }),
        until: time.optional().meta({ description: 'Only what was stored before.' }),
      }),
      { optional: true },
    ),
    replies: { 200: { says: 'How many are posted again.', schema: z.object({ replayed: count }) } },
    handle: async ({ calls, account: { accountId }, body }) => {
      const { state = 'undeliverable', from, until } = body
      const replayed = await replayResults(calls, {
        ...{ accountId, state, url: body.url },
        from: from === undefined ? undefined : new Date(from),
        until: until === undefined ? undefined : new Date(until),
      })
      return Response.json({ replayed })
    },
  }),
  operation({
    ...{ id: 'listDisabledUrls', method: 'get', path: '/result-urls', tag, role: 'viewer' },
    summary: 'URLs that answered 410 and get nothing any more, in order',
    query: z.strictObject(pagingAfter),
    replies: { 200: { says: 'A page of URLs.', schema: disabledUrlPage } },
    handle: async ({ calls, account: { accountId }, query }) => {
      const { limit = DEFAULT_LIMIT } = query
      const after = readStart(query, readCursor)
      const listed = await disabledResultUrls(calls, { accountId, limit: limit + 1, after })
      const { rows, ...next } = pageOf(listed, limit, (one) => one.url)
      return Response.json({ urls: rows.map(disabledUrlView), ...next })
    },
  }),
  operation({
    ...{ id: 'enableUrl', method: 'post', path: '/result-urls/enable', tag, role: 'operator' },
    summary: 'Post to a URL again that answered 410; what was given up meanwhile is to be replayed',
    body: jsonBody(z.strictObject({ url })),
    replies: { 204: { says: 'Results go there again.' } },
    faults: ['result-url-not-disabled'],
    handle: async ({ calls, account: { accountId }, body }) => {
      await enableResultUrl(calls, { accountId, url: body.url })
      return new Response(null, { status: 204 })
    },
  }),
]
