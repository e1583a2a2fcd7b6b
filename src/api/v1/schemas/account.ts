import { z } from 'zod'
import { ROLES } from '#model'
import { count, id, moment } from './parts.ts'

export const account = z
  .object({
    login: z.string(),
    held: z.boolean(),
    time_zone: z.string(),
    country: z.string(),
    detect_callee_type: z.boolean(),
    lines: count.optional(),
    calls_per_second: z.number().optional(),
    calling_window: z.record(z.string(), z.array(z.string())).optional(),
    holidays: z.record(z.string(), z.array(z.string())).optional(),
    destinations: z.array(z.string()).optional(),
    attempts_per_day: count.optional(),
    minutes_per_day: count.optional(),
    number_gap: count,
    number_cap: count.optional(),
    serialize_numbers: z.boolean(),
    retry_policy: z.record(z.string(), z.unknown()).optional(),
    events_url: z.string().optional(),
  })
  .meta({ id: 'Account', description: 'An account, with its rules and limits.' })

export const webhookSecret = z
  .object({ secret: z.string(), created_at: moment, old_expires_at: moment.optional() })
  .meta({ id: 'WebhookSecret' })

export const role = z
  .enum(ROLES, `is none of the roles; send ${ROLES.join(', ')}`)
  .meta({ id: 'Role', description: 'Each may do what those before it may.' })

const listedKey = {
  key_id: id,
  name: z.string(),
  role,
  created_at: moment,
  expires_at: moment.optional(),
}

export const apiKey = z.object(listedKey).meta({ id: 'ApiKey' })

export const newApiKey = z
  .object({
    ...listedKey,
    key: z.string().meta({ description: 'Told this once, and never again.' }),
  })
  .meta({ id: 'NewApiKey' })
