import type { CallExplanation } from '#calls'
import { recordingView } from './call-view.ts'

/** Why a call is dialled or not, in the words of the interface; times are ISO 8601, UTC. */
export function explanationView(explanation: CallExplanation): object {
  const { decided } = explanation
  return {
    call_id: explanation.callId,
    campaign_id: explanation.campaignId,
    campaign_name: explanation.campaignName,
    destination: explanation.destination,
    state: explanation.state,
    outcome: explanation.outcome,
    cause: explanation.cause,
    callee_type: explanation.calleeType,
    summary: explanation.summary,
    next_dial_at: explanation.nextDialAt ?? null,
    now: explanation.now,
    verdicts: explanation.verdicts.map(verdictView),
    decided_at: decided?.at,
    decided_verdicts: decided?.verdicts.map(verdictView),
    recordings: explanation.recordings.map(recordingView),
  }
}

function verdictView({ rule, allows, notBefore, detail }: CallExplanation['verdicts'][number]) {
  return { rule, allows, not_before: notBefore, detail }
}
