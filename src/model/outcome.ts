/** The exact disposition of an attempt, and of the call that it ends. */
export type Outcome = (typeof OUTCOMES)[number]

export const OUTCOMES = [
  'answered',
  'busy',
  'no-answer',
  'invalid-number',
  'declined',
  'congestion',
  'trunk-failure',
  'interrupted',
  'expired',
  'canceled',
  /** On the account's do-not-call list when it was to be dialled. */
  'do-not-call',
  /** Under none of the account's destinations when it was to be dialled. */
  'destination-not-allowed',
  'app-error',
  'unknown',
] as const

/** Plum's four words for the same. */
export type Result = 'completed' | 'failed' | 'canceled' | 'rejected'

export type HangupBy = 'callee' | 'app' | 'system'

/** Who answered; empty where nobody did. */
export type CalleeType = 'voice' | 'answeringmachine' | 'fax' | 'unknown' | ''

/** How one attempt ended; also what a recovery after a crash writes. */
export interface AttemptEnding {
  readonly outcome: Outcome
  /** Words for people, e.g. `486 Busy Here`. */
  readonly cause: string
  readonly sipStatus?: number
  readonly hangupBy?: HangupBy
  readonly calleeType: CalleeType
  /** Of the connected call; 0 where it was not answered. */
  readonly durationSeconds: number
  /** What the script's `<exit>` returned, as JSON. */
  readonly exitValue?: string
}

/**
 * Plum's word for an outcome. `failed` is its word for "dialled and not answered, or expired", so a
 * call that the far end declined is `failed` too; `rejected` is a call refused without being dialled.
 * A script that failed after the person answered has still reached that person: `completed`.
 */
export function resultOf(outcome: Outcome): Result {
  switch (outcome) {
    case 'answered':
    case 'app-error':
      return 'completed'
    case 'canceled':
      return 'canceled'
    case 'do-not-call':
    case 'destination-not-allowed':
      return 'rejected'
    default:
      return 'failed'
  }
}

/** Final SIP responses that say more than their class (RFC 3261 section 21, RFC 8197, RFC 8688). */
const OUTCOME_OF_STATUS: ReadonlyMap<number, Outcome> = new Map([
  [402, 'trunk-failure'],
  [403, 'declined'],
  [404, 'invalid-number'],
  [408, 'no-answer'],
  [410, 'invalid-number'],
  [416, 'invalid-number'],
  [433, 'declined'],
  [480, 'no-answer'],
  [484, 'invalid-number'],
  [485, 'invalid-number'],
  [486, 'busy'],
  [487, 'no-answer'],
  [491, 'congestion'],
  [501, 'trunk-failure'],
  [505, 'trunk-failure'],
  [513, 'trunk-failure'],
  [600, 'busy'],
  [603, 'declined'],
  [604, 'invalid-number'],
  [606, 'trunk-failure'],
  [607, 'declined'],
  [608, 'declined'],
])

/**
 * Causes of Q.850 section 2.2.7 that say of the callee what a gateway's status may hide; the others say no
 * more than it.
 */
const OUTCOME_OF_CAUSE: ReadonlyMap<number | undefined, Outcome> = new Map([
  [1, 'invalid-number'],
  [17, 'busy'],
  [18, 'no-answer'],
  [19, 'no-answer'],
  [20, 'no-answer'],
  [21, 'declined'],
  [22, 'invalid-number'],
  [28, 'invalid-number'],
  [34, 'congestion'],
  [38, 'congestion'],
  [41, 'congestion'],
  [42, 'congestion'],
  [44, 'congestion'],
])

/** Statuses under which gateways pass on releases of many kinds (RFC 3398 section 8.2.6.1), and all 5xx. */
const GATEWAY_STATUSES: readonly number[] = [403, 404, 408, 480]

/** What a network plays to its caller, by audio's names; tones that are not here say nothing of the call's end. */
const OUTCOME_OF_TONE: ReadonlyMap<string | undefined, Outcome> = new Map([
  ['busy', 'busy'],
  ['congestion', 'congestion'],
  ['no-circuit', 'congestion'],
  ['reorder', 'congestion'],
  ['vacant', 'invalid-number'],
  ['intercept', 'invalid-number'],
])

/** Statuses that say no more than that nobody was reached, and with them the 5xx that are in no table. */
const VAGUE_STATUSES: readonly number[] = [408, 480]

/** What a tone in the early media means for a call that nobody has answered; undefined: nothing. */
export function toneOutcome(tone: string | undefined): Outcome | undefined {
  return OUTCOME_OF_TONE.get(tone)
}

/**
 * What a final SIP response to our INVITE means for the call. A status that is not in the table means
 * what its class means (RFC 3261 section 8.1.3.2): 2xx answered; 3xx and 4xx a trunk that cannot or
 * will not take the call as we send it, wrong credentials among them; 5xx congestion; 6xx busy.
 * `cause`: the network's own, of Q.850, where a Reason header gives it (RFC 3326). `tone`: what was heard last before
 * it; it counts where neither that nor the status says anything.
 */
export function sipStatusOutcome(status: number, cause?: number, tone?: string): Outcome {
  const passedOn = GATEWAY_STATUSES.includes(status) || (status >= 500 && status < 600)
  const known = OUTCOME_OF_STATUS.get(status)
  const isVague = VAGUE_STATUSES.includes(status) || (passedOn && known === undefined)
  const named =
    (passedOn ? OUTCOME_OF_CAUSE.get(cause) : undefined) ??
    (isVague ? toneOutcome(tone) : undefined) ??
    known
  if (named !== undefined) return named
  if (status >= 200 && status < 300) return 'answered'
  if (status >= 300 && status < 500) return 'trunk-failure'
  if (status >= 500 && status < 600) return 'congestion'
  return status >= 600 && status < 700 ? 'busy' : 'unknown'
}
