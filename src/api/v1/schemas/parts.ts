import { z } from 'zod'
import { OUTCOMES } from '#model'

/** A time in a reply, RFC 3339 in UTC. */
export const moment = z.iso.datetime()
export const id = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
export const count = z.int().min(0)
export const outcome = z.enum(OUTCOMES).meta({ id: 'Outcome' })
export const callState = z
  .enum(['queued', 'claimed', 'dialing', 'answered', 'ended'])
  .meta({ id: 'CallState' })

/** How many of each. */
export const counts = z.record(z.string(), count)

export const verdict = z
  .object({
    rule: z.string(),
    allows: z.boolean(),
    not_before: moment
      .optional()
      .meta({ description: 'When it no longer objects, if foreseeable.' }),
    detail: z.string(),
  })
  .meta({ id: 'Verdict', description: 'What one rule says of a call.' })

export const refusedRow = z
  .object({ line: count, value: z.string(), code: z.string(), reason: z.string() })
  .meta({ id: 'RefusedRow', description: 'A row of a list that became no call.' })

export const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong, and how to mend it.' }),
    instance: z.string(),
    code: z.string().meta({ description: 'Stable; docs/reference/errors.md has them all.' }),
    field: z.string().optional().meta({ description: 'What of the request is at fault.' }),
    refused_rows: z.array(refusedRow).optional(),
  })
  .meta({ id: 'Problem', description: 'A fault, after RFC 9457.' })

/** A page's size and place; what a list may be asked for besides. */
export const paging = {
  limit: z
    .int('is not a whole number; send 1 to 1000')
    .min(1, 'is not a whole number from 1 to 1000; send one')
    .max(1000, 'is not a whole number from 1 to 1000; send one')
    .optional()
    .meta({ description: 'At most so many; 100 where it is absent.' }),
  cursor: z
    .string()
    .max(255, 'is too long; send the next_cursor of the page before')
    .optional()
    .meta({ description: 'The `next_cursor` of the page before.' }),
}

const NO_ROW = 'is no text without NUL of at most 255 characters; send what the list tells'

/** Of a list by name: it may begin after a row that is known. */
export const pagingAfter = {
  ...paging,
  after: z
    .string()
    .max(255, NO_ROW)
    .refine((value) => !value.includes('\0'), NO_ROW)
    .optional()
    .meta({ description: 'Only what comes after this one, where no `cursor` is sent.' }),
}

export const nextCursor = z
  .string()
  .optional()
  .meta({ description: 'Where the next page begins; absent on the last one.' })
