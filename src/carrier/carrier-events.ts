/** How the judge tells what came in: one line of `carrier-log.jsonl` each. */
export type CarrierEvent = EventStamp &
  (
    | {
        /** Each SIP request as it came off the wire, retransmissions too. */
        readonly kind: 'request'
        readonly method: string
        readonly cseq: string
        readonly branch: string
      }
    | {
        /** A new call, before anything is replied. */
        readonly kind: 'called'
        readonly callerId: string
        readonly assertedIdentity: string
      }
    | { readonly kind: 'challenged' }
    | { readonly kind: 'ringing' }
    | { readonly kind: 'early-media' }
    | { readonly kind: 'answered' }
    | { readonly kind: 'refused'; readonly status: number }
    | { readonly kind: 'canceled' }
    | { readonly kind: 'digit'; readonly digit: string; readonly durationMs: number }
    | { readonly kind: 'pressed'; readonly digits: string }
    | { readonly kind: 'prompt-started' | 'prompt-ended' }
    | {
        readonly kind: 'ended'
        readonly endedBy: EndedBy
        readonly heardMs: number
        readonly wavFile?: string
      }
  )

export interface EventStamp {
  /** Monotonic, milliseconds. */
  readonly atMs: number
  /** Wall clock, ISO 8601. */
  readonly time: string
  /** As dialled; empty where the request does not say. */
  readonly number: string
  readonly callId: string
  readonly fromTag: string
}

/**
 * `caller`: BYE or CANCEL; `carrier`: it refused or hung up; `nobody`: it never replied, or the call
 * broke.
 */
export type EndedBy = 'caller' | 'carrier' | 'nobody'

/** One call as the carrier saw it. Times are monotonic milliseconds. */
export interface CarrierCall {
  readonly number: string
  readonly callId: string
  readonly fromTag: string
  readonly callerId: string
  /** P-Asserted-Identity as it came; empty where there was none. */
  readonly assertedIdentity: string
  readonly at: number
  readonly ringingAt?: number
  readonly answeredAt?: number
  readonly endedAt?: number
  readonly endedBy?: EndedBy
  /** The final status that was sent. */
  readonly status?: number
  /** When the caller's first audible sound came. */
  readonly firstHeardAt?: number
  /** How long the caller was audible in all. */
  readonly heardMs: number
  readonly digitsHeard: string
  readonly digitsPressed: string
  readonly wavFile?: string
}

/** A line for a terminal; undefined for what only a judge wants to know. */
export function formatCarrierEvent(event: CarrierEvent): string | undefined {
  const detail = describe(event)
  return detail === undefined ? undefined : `${event.time.slice(11, 23)} ${event.number} ${detail}`
}

function describe(event: CarrierEvent): string | undefined {
  switch (event.kind) {
    case 'request':
      return undefined
    case 'called':
      return `called by ${event.callerId === '' ? 'an unknown number' : event.callerId}`
    case 'refused':
      return `refused with ${event.status}`
    case 'digit':
      return `heard the key ${event.digit}`
    case 'pressed':
      return `pressed ${event.digits}`
    case 'prompt-started':
      return 'hears a prompt'
    case 'prompt-ended':
      return 'heard the prompt to its end'
    case 'ended':
      return `ended by ${event.endedBy}, heard ${(event.heardMs / 1000).toFixed(1)} s${event.wavFile === undefined ? '' : `: ${event.wavFile}`}`
    default:
      return event.kind
  }
}
