import type { Clock, Logger, Random } from '#base'
import type { MediaEngine } from '#rtp'
import type { Behaviour } from './behaviour.ts'
import type { CarrierCall, CarrierEvent, EventStamp } from './carrier-events.ts'
import type { CarrierJournal } from './carrier-journal.ts'
import type { ChallengeCredentials } from './digest-challenge.ts'
import type { Sounds } from './sounds.ts'

/** What every call needs of the carrier. */
export interface Network {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly media: MediaEngine
  readonly sounds: Sounds
  readonly credentials: ChallengeCredentials
  readonly journal: CarrierJournal | undefined
  /** Aborts when the carrier stops: whoever rings is refused, whoever talks hangs up. */
  readonly closing: AbortSignal
  readonly note: (call: CallName, event: EventBody) => void
}

/** What tells one call from all others. */
export type CallName = Pick<CarrierCall, 'number' | 'callId' | 'fromTag'>

/** A call while it is being written. */
export type CallRecord = { -readonly [Field in keyof CarrierCall]: CarrierCall[Field] }

/** A call, how its callee behaves, and how often this number has been dialled, this time included. */
export interface Visit {
  readonly record: CallRecord
  readonly behaviour: Behaviour
  readonly dials: number
}

/** An event without what `stamp` adds. */
export type EventBody = WithoutStamp<CarrierEvent>
type WithoutStamp<Event> = Event extends unknown ? Omit<Event, keyof EventStamp> : never

/** When it is, and which call. */
export function stamp(clock: Clock, call: CallName): EventStamp {
  const { number, callId, fromTag } = call
  const time = new Date(clock.now()).toISOString()
  return { atMs: clock.monotonic(), time, number, callId, fromTag }
}
