import { type Clock, errorMessage, OutdialError } from '#base'
import type { AttemptTrace, TracedMedia, TracedPackets, TracedWrite, TraceEntry } from '#model'
import { type MediaStats, type MediaStream, type PlayHandle, readCapture } from '#rtp'
import { maskSecrets, type TappedMessage } from '#sip'
import type { AgedStep } from '../session-messages.ts'

/** What one attempt may have of each; more is counted, and left out. */
const MOST_MESSAGES = 200
const MOST_MESSAGE_BYTES = 64 << 10
const MOST_OTHERS = 1000
const MOST_PACKET_BYTES = 8 << 20

type Untimed<Entry> = Entry extends TraceEntry ? Omit<Entry, 'atMs'> : never

interface SeenMessage extends TappedMessage {
  readonly atMs: number
}

/**
 * Notes what happens in one attempt. While the call goes on it only keeps what it is given; what that
 * says is worked out when it is over.
 */
export class AttemptTracer {
  /** When the call was claimed, monotonic. */
  readonly beganMs: number
  readonly #clock: Clock
  readonly #follow: (sipCallId: string) => void
  readonly #messages: SeenMessage[] = []
  readonly #others: TraceEntry[] = []
  readonly #packetPieces: Uint8Array[] = []
  #packets: TracedPackets | undefined
  #messageBytes = 0
  #leftOut = 0

  /** `follow`: asks for the messages of that Call-ID. */
  constructor(clock: Clock, follow: (sipCallId: string) => void) {
    this.#clock = clock
    this.#follow = follow
    this.beganMs = clock.monotonic()
  }

  note(entry: Untimed<TraceEntry>, atMs = this.#clock.monotonic()): void {
    if (this.#others.length >= MOST_OTHERS) this.#leftOut++
    else this.#others.push({ ...entry, atMs: atMs - this.beganMs } as TraceEntry)
  }

  /** Notes a state that is being written: when that began, how long it took, or why it failed. Ends as `work` does. */
  async write<Result>(
    state: TracedWrite['state'],
    work: Promise<Result>,
    detailOf: (result: Result) => string | undefined = () => undefined,
  ): Promise<Result> {
    const atMs = this.#clock.monotonic()
    try {
      const result = await work
      const detail = detailOf(result)
      const tookMs = this.#clock.monotonic() - atMs
      const more = detail === undefined ? {} : { detail }
      this.note({ kind: 'write', state, tookMs, ...more }, atMs)
      return result
    } catch (thrown) {
      const error = thrown instanceof OutdialError ? thrown.code : errorMessage(thrown)
      this.note({ kind: 'write', state, error }, atMs)
      throw thrown
    }
  }

  /** A leg of this attempt has this Call-ID. */
  follow(sipCallId: string): void {
    this.#follow(sipCallId)
  }

  /** A message of one of its legs. */
  seeMessage(message: TappedMessage): void {
    const bytes = this.#messageBytes + message.bytes.length
    if (this.#messages.length >= MOST_MESSAGES || bytes > MOST_MESSAGE_BYTES) {
      this.#leftOut++
      return
    }
    this.#messageBytes = bytes
    this.#messages.push({ ...message, atMs: this.#clock.monotonic() - this.beganMs })
  }

  readonly seeSteps = (steps: readonly AgedStep[]): void => {
    const nowMs = this.#clock.monotonic()
    for (const { ageMs, step } of steps) this.note({ kind: 'dialogue', ...step }, nowMs - ageMs)
  }

  noteStep(step: 'log' | 'end', text: string): void {
    this.note({ kind: 'dialogue', step, text })
  }

  listenTo(media: MediaStream): void {
    media.onFirstPacketReceived = (atMs) =>
      this.note({ kind: 'media', event: 'first-received' }, atMs)
  }

  /** Records the packets of one of its legs. `hasRoom`: whether so many octets more may be kept. */
  capture(media: MediaStream, hasRoom: (bytes: number) => boolean): void {
    const { host } = media.address
    media.capture(MOST_PACKET_BYTES, (piece, told) => {
      const isKept = hasRoom(piece.length)
      if (isKept) this.#packetPieces.push(piece)
      const leftOut = told.leftOut + (isKept ? 0 : [...readCapture(piece)].length)
      const offsetMs = told.clockOffsetMs - this.beganMs
      this.#packets = { host, offsetMs, leftOut: (this.#packets?.leftOut ?? 0) + leftOut }
    })
  }

  /** What `capture` has recorded. */
  get packets(): Uint8Array | undefined {
    return this.#packets && Buffer.concat(this.#packetPieces)
  }

  watchPrompt({ started, ended }: PlayHandle): void {
    void started.then((atMs) => {
      if (atMs !== undefined) this.note({ kind: 'media', event: 'prompt-started' }, atMs)
    })
    void ended.then((end) => this.note({ kind: 'media', event: 'prompt-ended', ...end }))
  }

  finish(stats: MediaStats): AttemptTrace {
    const messages = this.#messages.map(({ atMs, bytes, ...message }): TraceEntry => {
      return { atMs, kind: 'sip', ...message, text: maskSecrets(textOf(bytes)) }
    })
    const media = tracedMedia(stats)
    return {
      entries: [...messages, ...this.#others]
        .map((entry) => rounded(entry))
        .sort((one, other) => one.atMs - other.atMs),
      ...(media === undefined ? {} : { media }),
      ...(this.#packets === undefined ? {} : { packets: this.#packets }),
      ...(this.#leftOut === 0 ? {} : { leftOut: this.#leftOut }),
    }
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}

/** Nobody reads less than a tenth of a millisecond. */
function rounded(entry: TraceEntry): TraceEntry {
  const atMs = tenths(entry.atMs)
  if (!('tookMs' in entry) || entry.tookMs === undefined) return { ...entry, atMs }
  return { ...entry, atMs, tookMs: tenths(entry.tookMs) }
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}

function tracedMedia({ remote, roundTripMs, mos, atPeer, ...counts }: MediaStats) {
  if (remote === undefined) return undefined
  const media: TracedMedia = {
    ...counts,
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    ...(mos === undefined ? {} : { mos }),
    ...(atPeer === undefined ? {} : { atPeer }),
  }
  return media
}
