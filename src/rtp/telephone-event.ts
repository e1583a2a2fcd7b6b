/**
 * Named telephone events, RFC 4733 section 2: DTMF keys as packets instead of tones.
 *
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     event     |E|R| volume    |          duration             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import { assert } from '#base'
import { FRAME_MS, FRAME_SAMPLES, SAMPLES_PER_MS } from './codec.ts'

/** Section 3.2: the position of a key is its event code. */
export const DIGITS = '0123456789*#ABCD'
export const EVENT_BYTES = 4
export const MAX_DURATION = 0xffff

const END_BIT = 0x80
/** −10 dBm0, as a mean level of telephones. */
const VOLUME = 10
/** Section 2.5.1.4. */
const END_PACKETS = 3
/**
 * Without a packet for so many frames, a key counts as released: updates come every 20 to 100 ms.
 * Frames and not the clock, so that a delay of our own ends no key.
 */
const SILENT_FRAMES = 12
/** An event so little older than the last one is a packet that was late, or a repetition. */
const REMEMBERED_SAMPLES = 5000 * SAMPLES_PER_MS

export interface TelephoneEventListener {
  onStart(digit: string): void
  onEnd(digit: string, durationMs: number): void
}

/**
 * The keys in a stream of events, each once: an event is known by its timestamp (section 2.2.1), so
 * updates, repetitions and late packets add nothing, and one whose end was lost ends by time.
 */
export class TelephoneEventReceiver {
  readonly #listener: TelephoneEventListener
  /** Event code of the key that is down, −1 for none. */
  #event = -1
  /** Where the key, and its present segment, began. */
  #started = 0
  #segment = 0
  #duration = 0
  #silentFrames = 0
  /** The newest event seen, ended or not. */
  #newest: number | undefined
  /** By what the clock that durations are counted with is faster than 8 kHz. */
  scale = 1

  constructor(listener: TelephoneEventListener) {
    this.#listener = listener
  }

  /**
   * The payload of one packet, `bytes` from `start` to `end`; section 2.5.1.5 allows several events.
   * `timestamp`: in samples of 8 kHz.
   */
  receive(bytes: Uint8Array, start: number, end: number, timestamp: number): void {
    let eventTimestamp = timestamp
    for (let at = start; at + EVENT_BYTES <= end; at += EVENT_BYTES) {
      const event = bytes[at] ?? 0
      const ended = ((bytes[at + 1] ?? 0) & END_BIT) !== 0
      const units = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
      const duration = Math.floor(units / this.scale)
      // Codes from 16 on are hook flash and other signals, which are no keys.
      if (event < DIGITS.length) this.#receive(event, eventTimestamp, duration, ended)
      eventTimestamp = (eventTimestamp + duration) >>> 0
    }
  }

  /** To be called in every frame: ends a key that was not heard of for long. */
  tick(): void {
    if (this.#event >= 0 && ++this.#silentFrames > SILENT_FRAMES) this.#end()
  }

  /** A new source counts its time anew. */
  reset(): void {
    this.#end()
    this.#newest = undefined
  }

  #receive(event: number, timestamp: number, duration: number, ended: boolean): void {
    if (event === this.#event && this.#isSegmentAfter(timestamp)) {
      this.#segment = timestamp
      this.#newest = timestamp
      this.#duration = 0
    }
    const current = event === this.#event && timestamp === this.#segment
    if (!current) {
      if (this.#isOld(timestamp)) return
      this.#end()
      this.#event = event
      this.#started = timestamp
      this.#segment = timestamp
      this.#duration = 0
      this.#newest = timestamp
      this.#listener.onStart(DIGITS[event] ?? '')
    }
    this.#duration = Math.max(this.#duration, duration)
    this.#silentFrames = 0
    if (ended) this.#end()
  }

  /** Section 2.5.1.3: a key held longer than the field can say goes on in a new segment. */
  #isSegmentAfter(timestamp: number): boolean {
    const apart = ((timestamp - this.#segment) | 0) - MAX_DURATION / this.scale
    return Math.abs(apart) < 1
  }

  #isOld(timestamp: number): boolean {
    if (this.#newest === undefined) return false
    const age = (this.#newest - timestamp) | 0
    return age >= 0 && age < REMEMBERED_SAMPLES
  }

  #end(): void {
    if (this.#event < 0) return
    const digit = DIGITS[this.#event] ?? ''
    const samples = ((this.#segment - this.#started) | 0) + this.#duration
    this.#event = -1
    this.#listener.onEnd(digit, samples / SAMPLES_PER_MS)
  }
}

/** What a slot is to carry. */
export type SlotContent = 'audio' | 'event' | 'silence'

interface Step {
  /** Event code; −1 for a pause. */
  readonly event: number
  readonly toneFrames: number
  /** The whole step, its pause included. */
  readonly frames: number
  /** The request that is met when this step is over. */
  readonly request: number | undefined
}

/**
 * Keys as a plan of 20 ms slots (section 2.5.1): for each key updates with growing duration, then its
 * end three times, all under the timestamp at which it began, then the rest of the pause.
 */
export class TelephoneEventSender {
  readonly #onSent: (request: number) => void
  readonly #steps: Step[] = []
  #frame = 0
  /** Of the packet that `next` asked for. */
  marker = false
  timestamp = 0
  readonly payload = new Uint8Array(EVENT_BYTES)
  /** By what the clock that durations are counted with is faster than 8 kHz. */
  scale = 1

  constructor(onSent: (request: number) => void) {
    this.#onSent = onSent
  }

  /** `digits`: keys of DIGITS, `P` (1 s) and `W` (0.5 s), upper case. */
  add(request: number, digits: string, toneMs: number, gapMs: number): void {
    const toneFrames = Math.round(toneMs / FRAME_MS)
    const gapFrames = Math.max(END_PACKETS, Math.round(gapMs / FRAME_MS))
    const steps = [...digits].map((digit) => {
      if (digit === 'P') return { event: -1, toneFrames: 0, frames: 1000 / FRAME_MS }
      if (digit === 'W') return { event: -1, toneFrames: 0, frames: 500 / FRAME_MS }
      const event = DIGITS.indexOf(digit)
      assert(event >= 0, 'only keys are sent')
      return { event, toneFrames, frames: toneFrames + gapFrames }
    })
    for (const step of steps) this.#steps.push({ ...step, request: undefined })
    this.#steps.push({ event: -1, toneFrames: 0, frames: 0, request })
  }

  /** Gives up; calls `unmet` for each request that was not met. */
  abandon(unmet: (request: number) => void): void {
    for (const { request } of this.#steps.splice(0)) if (request !== undefined) unmet(request)
  }

  /** Plans the slot whose audio would have this timestamp. */
  next(timestamp: number): SlotContent {
    this.#finishSteps()
    const step = this.#steps[0]
    if (!step) return 'audio'
    const frame = this.#frame++
    if (frame >= step.toneFrames + (step.event < 0 ? 0 : END_PACKETS)) return 'silence'
    const ended = frame >= step.toneFrames
    if (frame === 0) this.timestamp = timestamp
    this.marker = frame === 0
    const samples = Math.min(frame + 1, step.toneFrames) * FRAME_SAMPLES
    // Who holds a key for longer than the field can say is heard to hold it for as long as that.
    const duration = Math.min(samples * this.scale, MAX_DURATION)
    this.payload[0] = step.event
    this.payload[1] = (ended ? END_BIT : 0) | VOLUME
    this.payload[2] = duration >> 8
    this.payload[3] = duration
    return 'event'
  }

  #finishSteps(): void {
    for (let step = this.#steps[0]; step && this.#frame >= step.frames; step = this.#steps[0]) {
      this.#steps.shift()
      this.#frame = 0
      if (step.request !== undefined) this.#onSent(step.request)
    }
  }
}
