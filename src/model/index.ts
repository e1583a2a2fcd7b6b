export type { Account } from './account.ts'
export {
  allocateStarts,
  LATEST_START_MS,
  LOOK_AHEAD_MS,
  type Start,
  type StartAllocation,
  type StartCandidate,
  type StartRequest,
  type StartScope,
  startSpacingMs,
} from './allocate-starts.ts'
export {
  type AttemptInput,
  type AttemptState,
  attemptStatesBefore,
  attemptTransition,
} from './attempt-state.ts'
export type {
  AttemptTrace,
  TracedAddress,
  TracedMedia,
  TracedMessage,
  TracedPackets,
  TracedPost,
  TracedSound,
  TracedStep,
  TracedWrite,
  TraceEntry,
} from './attempt-trace.ts'
export { attestCaller, type CallerAttestation } from './attest-caller.ts'
export type { CallCancel, CallState, ClaimedCall } from './call.ts'
export {
  type CallEvent,
  type CallEventContent,
  type CallEventState,
  callEvent,
  type EventCall,
  finalEvent,
} from './call-event.ts'
export {
  type CallAction,
  type CallInput,
  type CallTransition,
  callTransition,
} from './call-state.ts'
export {
  type CallingWindow,
  formatCallingWindow,
  readCallingWindow,
  WEEKDAYS,
  type Weekday,
} from './calling-window.ts'
export {
  CampaignSimulation,
  type CampaignTrial,
  type SimulatedCall,
  type SimulatedLimits,
} from './campaign-simulation.ts'
export {
  type CampaignAction,
  type CampaignInput,
  type CampaignState,
  type CampaignStatus,
  type CampaignTransition,
  campaignTransition,
} from './campaign-state.ts'
export {
  type AccountDay,
  accountDay,
  type DailyCaps,
  type DayUse,
  dailyCapVerdicts,
  hasDailyCaps,
  startsLeft,
} from './daily-caps.ts'
export {
  decideRetry,
  type EndedAttempt,
  isTrunkFailure,
  mayBeRetried,
  type RetryDecision,
} from './decide-retry.ts'
export {
  type Destination,
  DestinationRuling,
  type Destinations,
  readDestinations,
} from './destinations.ts'
export { dialledNumber, shownNumber } from './dialled-number.ts'
export { type DispatchFacts, type DispatchRules, DispatchRuling } from './dispatch-ruling.ts'
export {
  type DispatchDecision,
  type DispatchRule,
  type DispatchVerdict,
  decideDispatch,
} from './dispatch-verdict.ts'
export { DURATION_CLASSES, medianDuration } from './duration-classes.ts'
export {
  type CampaignPace,
  estimateFinish,
  NO_ESTIMATES,
  type NoEstimate,
} from './finish-estimate.ts'
export { type Holidays, readHolidays } from './holidays.ts'
export { type CallLimits, limitVerdicts, type NamedScope } from './limit-verdicts.ts'
export {
  type NodeReport,
  TRUNK_TROUBLES,
  type TrunkStanding,
  type TrunkTrouble,
} from './node-report.ts'
export {
  type NumberAttempt,
  type NumberHistory,
  type NumberLimits,
  numberCapVerdict,
  numberGapVerdict,
} from './number-limits.ts'
export { type NumberOrigin, numberOrigin } from './number-origin.ts'
export { type CallingRules, OpenHours } from './open-hours.ts'
export { orderTrunks } from './order-trunks.ts'
export {
  type AttemptEnding,
  type CalleeType,
  type HangupBy,
  OUTCOMES,
  type Outcome,
  type Result,
  resultOf,
  sipStatusOutcome,
  toneOutcome,
} from './outcome.ts'
export {
  DEFAULT_RATES,
  type OutcomeRates,
  RATED_ENDINGS,
  type RatedEnding,
  readOutcomeRates,
} from './outcome-rates.ts'
export {
  isKnownCountry,
  LONGEST_PHONE_NUMBER,
  type PhoneNumber,
  parsePhoneNumber,
} from './phone-number.ts'
export { type EndedCall, resultForm } from './result-form.ts'
export {
  mergeRetryPolicies,
  RETRIED_ENDINGS,
  type RetriedEnding,
  type RetryPolicy,
  type RetryRule,
  readRetryPolicy,
} from './retry-policy.ts'
export { ROLES, type Role, roleAllows } from './role.ts'
export { seriesLength } from './series-length.ts'
export {
  type CallStanding,
  foreseeDispatch,
  standingVerdicts,
} from './standing-verdicts.ts'
export { isTimeZone } from './time-zone.ts'
export type { TrialHour, TrialOutcome } from './trial-record.ts'
export {
  type AttestationLevel,
  FAILOVER_STATUSES,
  type NumberFormat,
  TRUNK_CODECS,
  type Trunk,
} from './trunk.ts'
