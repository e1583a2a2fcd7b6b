import { concat, silence } from '#audio'
import { type Clock, sleep } from '#base'
import type { MediaStream } from '#rtp'
import { FRAME_SAMPLES, type Heard, PromptListener } from './prompt-listener.ts'

/** So soon after a prompt's end it is known. */
const LISTEN_INTERVAL_MS = 100
const SILENT_CHUNK = silence(LISTEN_INTERVAL_MS)

export interface Hearing {
  /** Everything that was heard, 8 kHz. */
  readonly samples: Int16Array
  readonly audibleMs: number
  /** On the monotonic clock. */
  readonly firstHeardAt: number | undefined
}

/**
 * A callee's ear: records the whole call, and where the callee waits for prompts, takes what was
 * recorded so far every tenth of a second.
 */
export class Ear {
  readonly #stream: MediaStream
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #listener = new PromptListener()
  readonly #chunks: Int16Array[] = []

  constructor(stream: MediaStream, clock: Clock) {
    this.#stream = stream
    this.#clock = clock
    this.#startedAt = clock.monotonic()
    stream.startRecording()
  }

  /** Calls `onHeard` at the start and the end of each prompt, until `signal` aborts. */
  async listen(onHeard: (heard: NonNullable<Heard>) => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#clock, LISTEN_INTERVAL_MS, signal)
      if (signal.aborted) return
      const chunk = this.#stream.stopRecording()
      this.#stream.startRecording()
      const samples = await chunk
      // A caller that sends nothing is silent all the same.
      for (const heard of this.#hear(samples.length > 0 ? samples : SILENT_CHUNK)) onHeard(heard)
    }
  }

  /** Stops recording; call it once, before the stream is closed. */
  async finish(): Promise<Hearing> {
    this.#hear(await this.#stream.stopRecording())
    const { firstHeardMs, audibleMs } = this.#listener
    return {
      samples: concat(this.#chunks),
      audibleMs,
      firstHeardAt: firstHeardMs === undefined ? undefined : this.#startedAt + firstHeardMs,
    }
  }

  #hear(chunk: Int16Array): NonNullable<Heard>[] {
    const samples = wholeFrames(chunk)
    this.#chunks.push(samples)
    const heard: NonNullable<Heard>[] = []
    for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
      const event = this.#listener.hear(samples.subarray(at, at + FRAME_SAMPLES))
      if (event !== undefined) heard.push(event)
    }
    return heard
  }
}

/**
 * A recording begins when it was asked for, a little before the first packet: that little would be a
 * hole in sound that goes on from the chunk before.
 */
function wholeFrames(chunk: Int16Array): Int16Array {
  return chunk.subarray(chunk.length % FRAME_SAMPLES)
}
