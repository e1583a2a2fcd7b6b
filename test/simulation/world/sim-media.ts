import type { MediaPort } from '#app'
import { type Clock, sleep } from '#base'
import type { MediaStats, MediaStream, PlayEnd, PlayHandle } from '#rtp'

/** Streams of one process without packets: prompts take their time, keys come from the carrier. */
export class SimMedia implements MediaPort {
  readonly #host: string
  readonly #clock: Clock
  readonly #streams = new Map<number, SimStream>()
  #nextPort = 20_000

  constructor(host: string, clock: Clock) {
    this.#host = host
    this.#clock = clock
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async openStream(): Promise<MediaStream> {
    const port = this.#nextPort
    this.#nextPort += 2
    const stream = new SimStream({ host: this.#host, port }, this.#clock, () =>
      this.#streams.delete(port),
    )
    this.#streams.set(port, stream)
    return stream
  }

  /** The callee, whose media is at `port`, presses a key. */
  press(port: number, key: string): void {
    this.#streams.get(port)?.onDigitStart?.(key)
  }

  get openStreams(): number {
    return this.#streams.size
  }
}

class SimStream implements MediaStream {
  readonly address: { readonly host: string; readonly port: number }
  onDigit: MediaStream['onDigit']
  onDigitStart: MediaStream['onDigitStart']
  onVoice: MediaStream['onVoice']
  onCallee: MediaStream['onCallee']
  onProgressTone: MediaStream['onProgressTone']
  onFirstPacketSent: MediaStream['onFirstPacketSent']
  onFirstPacketReceived: MediaStream['onFirstPacketReceived']
  readonly #clock: Clock
  readonly #closed: () => void
  readonly #playing = new Set<AbortController>()

  constructor(address: SimStream['address'], clock: Clock, closed: () => void) {
    this.address = address
    this.#clock = clock
    this.#closed = closed
  }

  connect(): void {}

  join(): void {}

  part(): void {}

  play(audio: SharedArrayBuffer): PlayHandle {
    const stopped = new AbortController()
    this.#playing.add(stopped)
    const startedAt = this.#clock.monotonic()
    const ended = sleep(this.#clock, audio.byteLength / 8, stopped.signal).then((): PlayEnd => {
      this.#playing.delete(stopped)
      const interrupted = stopped.signal.aborted
      return { interrupted, playedMs: this.#clock.monotonic() - startedAt }
    })
    return { started: Promise.resolve(startedAt), ended, stop: () => stopped.abort() }
  }

  async sendDigits(digits: string): Promise<void> {
    await sleep(this.#clock, 200 * digits.length)
  }

  capture(): void {}

  startRecording(): void {}

  stopRecording(): Promise<Int16Array> {
    return nothingRecorded()
  }

  record(): ReturnType<MediaStream['record']> {
    return nothingRecorded()
  }

  async stats(): Promise<MediaStats> {
    return NO_STATS
  }

  async close(): Promise<MediaStats> {
    for (const stopped of this.#playing) stopped.abort()
    this.#closed()
    return NO_STATS
  }
}

const NO_STATS: MediaStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsIgnored: 0,
  packetsDiscarded: 0,
  jitterMs: 0,
  bufferMs: 0,
  roundTripMs: undefined,
  mos: undefined,
  atPeer: undefined,
  remote: undefined,
}

function nothingRecorded(): never {
  throw new Error('Nothing is recorded in a simulation.')
}
