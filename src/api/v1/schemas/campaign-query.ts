import { z } from 'zod'
import { CAMPAIGN_EDIT } from '#calls'
import { LAYOUT } from '../list-layout.ts'
import { EXPIRATION, SCHEDULED, url } from './queue-call.ts'

const {
  expiration_time: _time,
  expiration_timestamp: _timestamp,
  ...settings
} = CAMPAIGN_EDIT.shape

/** How the rows of a list are taken. */
const ROWS = {
  duplicates: z
    .enum(['keep', 'drop'], 'is neither keep nor drop; send one of them')
    .optional()
    .meta({
      description: 'A number that the list has had already: call it again (default), or not.',
    }),
  on_error: z
    .enum(['skip', 'abort'], 'is neither skip nor abort; send one of them')
    .optional()
    .meta({ description: 'A bad row: leave it out (default), or refuse the list.' }),
}

/** Times of the calls of an upload that have none of their own. */
export const ADD_CALLS = z.strictObject({ ...SCHEDULED, ...EXPIRATION, ...ROWS, ...LAYOUT })

/** The same of an upload that is only looked at. */
export const CHECK_LIST = ADD_CALLS.omit({ on_error: true })

/** A campaign and what counts for all its calls: the fields of an edit among them. */
export const CREATE_CAMPAIGN = z.strictObject({
  campaign_name: z
    .string()
    .min(1, 'is empty; send 1 to 128 characters')
    .max(128, 'is too long; send at most 128 characters')
    .regex(/^\P{Cc}*$/u, 'has a control character; send it without')
    .meta({ description: 'Unique in the account.' }),
  campaign_parameters: z
    .string()
    .max(255, 'is too long; send at most 255 characters')
    .refine((value) => !value.includes('\0'), 'has a NUL character; send it without')
    .optional(),
  ...settings,
  start_url: url,
  ...SCHEDULED,
  ...EXPIRATION,
  ...ROWS,
  ...LAYOUT,
})

/** The same list and settings, tried out. */
export const PREVIEW = z.strictObject({
  ...CAMPAIGN_EDIT.shape,
  scheduled_time: SCHEDULED.scheduled_time,
  duplicates: ROWS.duplicates,
  ...LAYOUT,
  seed: z.string().max(255, 'is too long; send at most 255 characters').optional(),
  rates: z
    .unknown()
    .optional()
    .meta({ description: 'How attempts are expected to end, as JSON: docs/reference/preview.md.' }),
})
