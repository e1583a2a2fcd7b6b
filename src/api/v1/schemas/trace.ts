import { z } from 'zod'
import { callState, count, id, moment, outcome } from './parts.ts'

const quality = { packets_lost: z.number(), jitter_ms: z.number(), mos: z.number().optional() }

const media = z
  .object({
    ...quality,
    packets_sent: count,
    packets_received: count,
    packets_discarded: count,
    packets_ignored: count,
    buffer_ms: z.number(),
    round_trip_ms: z.number().optional(),
    at_peer: z.object(quality).optional(),
  })
  .meta({ id: 'TracedMedia', description: 'How the audio went.' })

const entry = z
  .looseObject({
    at_ms: z.number(),
    kind: z.enum(['claim', 'write', 'sip', 'media', 'dialogue', 'post']),
  })
  .meta({
    id: 'TraceEntry',
    description: 'What happened, with particulars by its kind: docs/reference/trace.md.',
  })

const attempt = z
  .object({
    attempt: count,
    trunk: z.string(),
    state: z.string(),
    outcome: outcome.optional(),
    cause: z.string().optional(),
    began_at: moment,
    completeness: z.enum(['kept', 'in-progress', 'missing']),
    packets_recorded: z.boolean(),
    left_out: count,
    media: media.nullable(),
    entries: z.array(entry),
  })
  .meta({ id: 'TracedAttempt' })

export const trace = z
  .object({
    call_id: id,
    campaign_name: z.string(),
    destination: z.string(),
    state: callState,
    outcome: outcome.optional(),
    cause: z.string().optional(),
    attempts: z.array(attempt),
  })
  .meta({ id: 'Trace', description: 'What happened in a call, attempt by attempt.' })
