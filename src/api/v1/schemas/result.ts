import { z } from 'zod'
import { count, id, moment, nextCursor } from './parts.ts'

export const resultState = z
  .enum(
    ['pending', 'delivered', 'undeliverable'],
    'is none of the states; send pending, delivered or undeliverable',
  )
  .meta({ id: 'ResultState', description: 'undeliverable: no more tries are made.' })

const listed = {
  id: z.string().meta({ description: 'As the receiver sees it in `webhook-id`.' }),
  kind: z.enum(['result', 'event']),
  call_id: id,
  sequence: count.optional().meta({ description: 'Of an event.' }),
  url: z.string(),
  state: resultState,
  why: z
    .enum(['gone', 'disabled', 'exhausted'])
    .optional()
    .meta({
      description:
        'Why it is undeliverable. gone: its URL answered 410; disabled: that had answered 410 before; ' +
        'exhausted: every try of the schedule failed.',
    }),
  tries: count,
  next_try_at: moment.optional(),
  created_at: moment,
  ended_at: moment.optional(),
}

export const resultPage = z.object({
  results: z.array(z.object(listed).meta({ id: 'ListedResult' })),
  next_cursor: nextCursor,
})

export const result = z
  .object({
    ...listed,
    body: z.string().meta({ description: 'What is posted, byte for byte.' }),
    history: z.array(
      z
        .object({
          try: count,
          tried_at: moment,
          http_status: z.int().optional(),
          error: z.string().optional(),
          reply: z.string().optional().meta({ description: 'How the answer’s body begins.' }),
          duration_ms: count,
        })
        .meta({ id: 'ResultTry' }),
    ),
  })
  .meta({ id: 'Result', description: 'A result or an event, and what came of its tries.' })

export const disabledUrlPage = z.object({
  urls: z.array(
    z.object({ url: z.string(), disabled_at: moment, result_id: z.string() }).meta({
      id: 'DisabledUrl',
      description: 'A URL that answered 410, and the result that was answered so.',
    }),
  ),
  next_cursor: nextCursor,
})
