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

const at_ms = z.number()
const address = z.object({ host: z.string(), port: count })
const sound = z.enum(['media'])

const entry = z
  .union([
    z.object({ at_ms, kind: z.enum(['claim']), trunk: z.string() }),
    z.object({
      at_ms,
      kind: z.enum(['write']),
      state: z.enum(['dialing', 'ringing', 'answered', 'second-leg', 'ended', 'result']),
      detail: z.string().optional(),
      took_ms: z.number().optional(),
      error: z.string().optional(),
    }),
    z.object({
      at_ms,
      kind: z.enum(['sip']),
      direction: z.enum(['in', 'out']),
      transport: z.enum(['udp', 'tcp', 'tls']),
      local: address,
      remote: address,
      text: z.string(),
    }),
    z.object({
      at_ms,
      kind: sound,
      event: z.enum(['first-received', 'prompt-started', 'beep-ended', 'early-media']),
    }),
    z.object({ at_ms, kind: sound, event: z.enum(['progress-tone']), tone: z.string() }),
    z.object({
      at_ms,
      kind: sound,
      event: z.enum(['prompt-ended']),
      played_ms: z.number(),
      interrupted: z.boolean(),
    }),
    z.object({
      at_ms,
      kind: sound,
      event: z.enum(['callee-known']),
      callee_type: z.string(),
      callee_kind: z.string(),
      confidence: z.number(),
    }),
    z.object({
      at_ms,
      kind: z.enum(['dialogue']),
      step: z.string(),
      text: z.string(),
      uri: z.string().optional(),
      line: z.int().optional(),
    }),
    z.object({
      at_ms,
      kind: z.enum(['post']),
      try: count,
      http_status: z.int().optional(),
      error: z.string().optional(),
      took_ms: z.number(),
    }),
  ])
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
    packets_left_out: count.meta({ description: 'Those recorded that had no room.' }),
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
