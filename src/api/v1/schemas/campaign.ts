import { z } from 'zod'
import { count, counts, id, moment, nextCursor, refusedRow } from './parts.ts'

const settings = {
  campaign_id: id,
  campaign_name: z.string(),
  campaign_parameters: z.string(),
  is_default: z.boolean(),
  state: z.enum(['queued', 'running', 'paused', 'canceled', 'completed']),
  draining: z.boolean(),
  version: z.int().meta({ description: 'Grows with every edit; the ETag names it.' }),
  start_url: z.string().optional(),
  start_method: z.enum(['post', 'get']),
  result_url: z.string().optional(),
  events_url: z.string().optional(),
  max_retries: count.optional(),
  retry_interval: count.optional(),
  scheduled_at: moment.optional(),
  expires_at: moment.optional(),
  caller_id: z.string().optional(),
  lines: count.optional(),
  calls_per_second: z.number().optional(),
  weight: z.number(),
  calling_window: z.record(z.string(), z.array(z.string())).optional(),
  holidays: z.record(z.string(), z.array(z.string())).optional(),
  retry_policy: z.record(z.string(), z.unknown()).optional(),
  schedule: z.string().optional().meta({ description: 'Whose hours and holidays it has.' }),
  pacing_profile: z
    .string()
    .optional()
    .meta({ description: 'Whose lines, calls per second and weight it has.' }),
  created_at: moment,
  began_at: moment.optional(),
  ended_at: moment.optional(),
}

export const progress = z
  .object({
    accepted: count.meta({ description: 'The sum of all others.' }),
    queued: count,
    in_progress: count,
    ended: counts.meta({ description: 'By outcome.' }),
  })
  .meta({ id: 'Progress' })

export const campaign = z.object({ ...settings, progress }).meta({ id: 'Campaign' })

export const campaignPage = z.object({
  campaigns: z.array(campaign),
  next_cursor: nextCursor,
})

export const upload = z
  .object({
    campaign_id: id,
    list_id: id,
    accepted: count,
    refused: count,
    duplicates: count,
    refused_rows: z.array(refusedRow).meta({ description: 'The first hundred.' }),
  })
  .meta({ id: 'Upload', description: 'A list whose calls are on disk and due together.' })

export const listCheck = z
  .object({
    accepted: count,
    refused: count,
    duplicates: count.meta({ description: 'Rows whose number the list has had already.' }),
    refused_rows: z.array(refusedRow).meta({ description: 'The first hundred.' }),
  })
  .meta({ id: 'ListCheck', description: 'What would become of the rows of a list.' })

export const preview = z
  .object({
    accepted: count,
    refused: count,
    duplicates: count,
    refused_rows: z.array(refusedRow),
    suppressed: counts,
    put_off: counts,
    starts_at: moment,
    finishes_at: moment.nullable(),
    unfinished: count,
    attempts: count,
    outcomes: counts,
    lines_peak: count,
    hours: z.array(
      z.object({
        at: moment,
        calls: count,
        answered: count,
        lines_average: z.number(),
        lines_peak: count,
      }),
    ),
    rates: z.record(z.string(), z.number()),
    rates_learnt_from: count,
  })
  .meta({ id: 'Preview', description: 'What would become of a list.' })
