import type { AttemptEnding } from '#model'

/** How something ended, by the names of the columns that attempts and calls have for it. */
export function endingRow(ending: AttemptEnding): object {
  return {
    outcome: ending.outcome,
    cause: ending.cause,
    sip_status: ending.sipStatus,
    hangup_by: ending.hangupBy,
    callee_type: ending.calleeType,
    duration_seconds: ending.durationSeconds,
    exit_value: ending.exitValue,
  }
}
