import type { ClaimedCall } from './call.ts'
import { type AttemptEnding, resultOf } from './outcome.ts'

/** The call as its result tells it. */
export interface EndedCall
  extends Pick<
    ClaimedCall,
    | 'callId'
    | 'campaignId'
    | 'campaignName'
    | 'campaignParameters'
    | 'phoneNumber'
    | 'messageReference'
    | 'callParameters'
  > {
  /** Attempts made in all. */
  readonly attempts: number
  /** When the last of them began; absent where the call was never dialled. */
  readonly lastAttemptAt?: Date | undefined
}

/**
 * The body that is POSTed to `result_url`, `application/x-www-form-urlencoded`: every variable always
 * present, empty where it has no value. Made once, when the call ends, and never again: all tries
 * of a delivery carry the same bytes.
 */
export function resultForm(call: EndedCall, ending: AttemptEnding): string {
  const form = new URLSearchParams()
  form.append('phone_number', call.phoneNumber)
  form.append('message_reference', call.messageReference)
  form.append('call_parameters', call.callParameters)
  form.append('campaign_parameters', call.campaignParameters)
  form.append('call_id', String(call.callId))
  form.append('result', resultOf(ending.outcome))
  form.append('callee_type', ending.calleeType)
  form.append('attempts', String(call.attempts))
  form.append('last_attempt_timestamp', unixSeconds(call.lastAttemptAt))
  form.append('duration', String(ending.durationSeconds))
  form.append('outcome', ending.outcome)
  form.append('sip_status', ending.sipStatus === undefined ? '' : String(ending.sipStatus))
  form.append('hangup_by', ending.hangupBy ?? '')
  form.append('campaign_id', String(call.campaignId))
  form.append('campaign_name', call.campaignName)
  form.append('exit', ending.exitValue ?? '')
  return form.toString()
}

function unixSeconds(moment: Date | undefined): string {
  return moment === undefined ? '' : String(Math.floor(moment.getTime() / 1000))
}
