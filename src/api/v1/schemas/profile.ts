import { z } from 'zod'
import { count, moment } from './parts.ts'

const known = {
  name: z.string(),
  version: z.int().meta({ description: 'Grows with every edit; the ETag names it.' }),
  created_at: moment,
}

export const schedule = z
  .object({
    ...known,
    calling_window: z.record(z.string(), z.array(z.string())).optional(),
    holidays: z.record(z.string(), z.array(z.string())).optional(),
  })
  .meta({ id: 'Schedule', description: 'When the calls of those campaigns are made that name it.' })

export const pacingProfile = z
  .object({
    ...known,
    lines: count.optional(),
    calls_per_second: z.number().optional(),
    weight: z.number().optional(),
  })
  .meta({
    id: 'PacingProfile',
    description: 'How fast the calls of those campaigns are made that name it.',
  })
