import { z } from 'zod'
import { callState, count, id, moment, outcome, verdict } from './parts.ts'

const ending = {
  result: z.enum(['completed', 'failed', 'canceled', 'rejected']).optional(),
  outcome: outcome.optional(),
  cause: z.string().optional(),
  sip_status: z.int().optional(),
  hangup_by: z.enum(['callee', 'app', 'system']).optional(),
  callee_type: z.enum(['voice', 'answeringmachine', 'fax', 'unknown']).optional(),
  duration: count.optional().meta({ description: 'Seconds of the connected call.' }),
  exit: z.string().optional().meta({ description: 'What the dialogue returned, as JSON.' }),
  ended_at: moment.optional(),
}

const attempt = z
  .object({
    attempt: count,
    state: z.enum(['dialing', 'ringing', 'answered', 'ended']),
    trunk: z.string(),
    dialed_at: moment,
    ringing_at: moment.optional(),
    answered_at: moment.optional(),
    ...ending,
  })
  .meta({ id: 'Attempt' })

const row = {
  call_id: id,
  campaign_id: id,
  campaign_name: z.string(),
  phone_number: z.string().meta({ description: 'As it was sent.' }),
  destination: z.string().meta({ description: 'The same in E.164.' }),
  message_reference: z.string(),
  state: callState,
  due_at: moment.optional().meta({ description: 'Of the next attempt, while it is queued.' }),
  created_at: moment,
  expires_at: moment.optional(),
  cancel: z.enum(['ringing', 'connected']).optional(),
  ...ending,
  decided_at: moment.optional(),
  verdicts: z.array(verdict).optional(),
}

export const listedCall = z
  .object({ ...row, attempts_made: count })
  .meta({ id: 'ListedCall', description: 'A call without its attempts.' })

export const call = z
  .object({
    ...row,
    attempts: z.array(attempt),
    result_delivery: z
      .object({
        state: z.string(),
        url: z.string(),
        tries: count,
        next_try_at: moment.optional(),
        http_status: z.int().optional(),
        error: z.string().optional(),
        ended_at: moment.optional(),
      })
      .optional()
      .meta({ description: 'How far the delivery of its result has come.' }),
  })
  .meta({ id: 'Call' })

export const queuedCall = z
  .object({ call_id: id })
  .meta({ id: 'QueuedCall', description: 'A call that is on disk.' })

export const recording = z
  .object({
    attempt: count,
    stored: z.boolean(),
    name: z.string().optional().meta({ description: 'Of its file.' }),
    node: z.string().meta({ description: 'On whose disk it is, where there is no bucket.' }),
    bucket: z.string().optional(),
    bytes: count,
    duration_ms: count,
    recorded_at: moment,
    fault: z.string().optional().meta({ description: 'Why there is none, or not yet all of it.' }),
  })
  .meta({ id: 'Recording' })

export const explanation = z
  .object({
    call_id: id,
    campaign_id: id,
    campaign_name: z.string(),
    destination: z.string(),
    state: callState,
    outcome: outcome.optional(),
    cause: z.string().optional(),
    callee_type: z.string().optional(),
    summary: z.string().meta({ description: 'Why it is dialled or not, in one sentence.' }),
    next_dial_at: moment.nullable(),
    now: moment,
    verdicts: z.array(verdict),
    decided_at: moment.optional(),
    decided_verdicts: z.array(verdict).optional(),
    recordings: z.array(recording),
  })
  .meta({ id: 'Explanation' })
