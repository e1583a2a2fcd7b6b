import { z } from 'zod'
import { NO_ESTIMATES } from '#model'
import { progress } from './campaign.ts'
import { outcomeBucket } from './overview.ts'
import { count, counts, moment } from './parts.ts'

export const campaignStatistics = z
  .object({
    as_of: moment.meta({
      description: 'Calls that ended before then are in all figures; progress is up to the moment.',
    }),
    progress,
    dialed: count.meta({ description: 'Ended calls with an attempt.' }),
    connected: count.meta({ description: 'Of these: answered, by whomever or whatever.' }),
    answer_rate: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .meta({ description: 'connected ÷ dialed; absent where none was dialled.' }),
    callee_types: counts.meta({ description: 'Of connected calls.' }),
    durations: z
      .object({
        classes: z.array(z.object({ from: count, to: count.optional(), calls: count })).meta({
          description: 'Connected calls by their seconds, from less than to; the last is open.',
        }),
        median: z.number().min(0).optional().meta({
          description: 'Seconds, estimated from the classes; in the last one, where it begins.',
        }),
        average: z.number().min(0).optional().meta({ description: 'Seconds.' }),
      })
      .meta({ id: 'Durations' }),
    attempts: counts.meta({ description: 'Of ended calls, by outcome of the attempt.' }),
    outcomes: z.object({
      bucket_seconds: count,
      buckets: z.array(outcomeBucket).meta({
        description:
          'From the first call that ended to the last, some sixty at most; they begin at multiples of their length.',
      }),
    }),
    calls_per_minute: z
      .number()
      .min(0)
      .meta({ description: 'That ended, over the last ten to fifteen minutes.' }),
    finish_estimate: moment
      .optional()
      .meta({ description: 'When the last call will have ended, if it goes on as of late.' }),
    no_estimate: z.enum(NO_ESTIMATES).optional().meta({
      description: 'Why there is no finish_estimate: exactly one of the two is there.',
    }),
    next_dial_at: moment.optional().meta({
      description: 'When the rules let its next call be dialled, as far as it can be foreseen.',
    }),
  })
  .meta({ id: 'CampaignStatistics' })
