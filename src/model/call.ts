/**
 * Where a queued call is in its life (`docs/call-states.md`): queued → claimed → dialing → answered →
 * ended, and from dialing back to queued for the next attempt.
 */
export type CallState = 'queued' | 'claimed' | 'dialing' | 'answered' | 'ended'

/** What is asked of the node that has a call: to end it while it is unanswered, or to hang up too. */
export type CallCancel = 'ringing' | 'connected'

/** A due call that a node has claimed: everything a dialer needs to know of it. */
export interface ClaimedCall {
  readonly accountId: number
  readonly callId: number
  readonly campaignId: number
  readonly campaignName: string
  readonly campaignParameters: string
  /** The upload that it came with, or the single calls of its campaign. */
  readonly listId: number
  /** As submitted. */
  readonly phoneNumber: string
  /** E.164, `+16177123000`. */
  readonly destination: string
  /** Ten digits; absent: the trunk's own. */
  readonly callerId?: string
  /** What to dial as DTMF after answer: 0–9 * # A–D, p = 1 s, w = 0.5 s. */
  readonly postDial?: string
  readonly startUrl: string
  readonly startMethod: 'post' | 'get'
  readonly messageReference: string
  readonly callParameters: string
  /** The further columns of its list, by name. */
  readonly columns?: Readonly<Record<string, string>>
  /** IANA name, where the list gave one; else that of the number counts. */
  readonly timeZone?: string
  /** Attempts made before this claim. */
  readonly attempts: number
  /** How many of them count as none, since only the trunk failed. */
  readonly trunkFailures: number
  readonly maxRetries: number
  readonly retryIntervalSeconds: number
  readonly expiresAt?: Date
  readonly nodeId: string
  /** Fences every write of this claim: a later claim has a higher one. */
  readonly claimEpoch: number
  readonly detectsCalleeType: boolean
  /** Where its events go, of its campaign or else its account; absent: nowhere. */
  readonly eventsUrl?: string
}
