import type { CallDescription, CallRecordingRecord, CallRow } from '#calls'
import { resultOf } from '#model'

type Attempt = CallDescription['attempts'][number]
type Result = NonNullable<CallDescription['result']>

type Row = Omit<CallDescription, 'attempts' | 'result'>

/** A call in the words of the interface. Times are RFC 3339; what is not known is absent. */
export function callView(call: CallDescription): object {
  return {
    ...rowView(call),
    attempts: call.attempts.map(attemptView),
    result_delivery: call.result && resultView(call.result),
  }
}

/** The same with the number of its attempts in place of them and of the delivery of its result. */
export function callRowView(call: CallRow): object {
  return { ...rowView(call), attempts_made: call.attemptsMade }
}

function rowView(call: Row): object {
  return {
    call_id: call.callId,
    campaign_id: call.campaignId,
    campaign_name: call.campaignName,
    phone_number: call.phoneNumber,
    destination: call.destination,
    message_reference: call.messageReference,
    state: call.state,
    due_at: call.state === 'queued' ? call.dueAt : undefined,
    created_at: call.createdAt,
    expires_at: call.expiresAt,
    cancel: call.cancel,
    ...endingView(call),
    decided_at: call.decidedAt,
    verdicts: call.verdicts?.map(({ rule, allows, notBefore, detail }) => ({
      rule,
      allows,
      not_before: notBefore,
      detail,
    })),
  }
}

function endingView(ended: Row | Attempt): object {
  if (ended.outcome === undefined) return {}
  return {
    result: resultOf(ended.outcome),
    outcome: ended.outcome,
    cause: ended.cause,
    sip_status: ended.sipStatus,
    hangup_by: ended.hangupBy,
    callee_type: ended.calleeType === '' ? undefined : ended.calleeType,
    duration: ended.durationSeconds,
    exit: ended.exitValue,
    ended_at: ended.endedAt,
  }
}

function attemptView(attempt: Attempt): object {
  return {
    attempt: attempt.attempt,
    state: attempt.state,
    trunk: attempt.trunk,
    dialed_at: attempt.dialedAt,
    ringing_at: attempt.ringingAt,
    answered_at: attempt.answeredAt,
    ...endingView(attempt),
  }
}

function resultView(result: Result): object {
  return {
    state: result.state,
    url: result.url,
    tries: result.tries,
    next_try_at: result.state === 'pending' ? result.dueAt : undefined,
    http_status: result.httpStatus,
    error: result.error,
    ended_at: result.endedAt,
  }
}

export function recordingView(recording: CallRecordingRecord): object {
  return {
    attempt: recording.attempt,
    stored: recording.name !== undefined,
    name: recording.name,
    node: recording.nodeId,
    bucket: recording.bucket,
    bytes: recording.bytes,
    duration_ms: recording.durationMs,
    recorded_at: recording.recordedAt,
    fault: recording.fault,
  }
}
