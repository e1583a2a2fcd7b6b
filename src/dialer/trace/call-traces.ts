import { type Clock, errorMessage, type Logger, type Service } from '#base'
import { type CallsContext, type FinishedAttempt, keepTrace } from '#calls'
import type { AttemptTrace } from '#model'
import type { MediaStats, MediaStream } from '#rtp'
import { callIdOf, type TappedMessage } from '#sip'
import { AttemptTracer } from './attempt-tracer.ts'

export interface CallTracesOptions {
  readonly calls: CallsContext
  readonly clock: Clock
  readonly log: Logger
  readonly mode: TraceMode
  /** Told of each attempt when its ending is stored. */
  readonly onKept?: (kept: KeptAttempt) => void
}

/** An attempt that is over, with all that happened in it. */
export interface KeptAttempt extends FinishedAttempt {
  readonly trace: AttemptTrace
  /** When the call was claimed for it: the zero of the trace's times. */
  readonly beganAt: Date
}

/** What is kept of calls; `packets`: also their audio, packet by packet. */
export type TraceMode = 'off' | 'calls' | 'packets'

/** Of all calls together that were not written yet. */
const MOST_PACKET_BYTES = 256 << 20

/**
 * What happens in the attempts of this server, for `outdial trace`. Kept in memory while a call goes on,
 * and written once its ending is: no call and no line waits for that, and where it fails the trace is lost.
 */
export class CallTraces implements Service {
  readonly #options: CallTracesOptions
  readonly #followed = new Map<string, AttemptTracer>()
  readonly #legs = new WeakMap<AttemptTracer, readonly string[]>()
  readonly #writing = new Set<Promise<void>>()
  #packetBytes = 0

  constructor(options: CallTracesOptions) {
    this.#options = options
  }

  get mode(): TraceMode {
    return this.#options.mode
  }

  async start(): Promise<void> {}

  /** After what writes endings. */
  async stop(): Promise<void> {
    await Promise.all(this.#writing)
  }

  /** A call was claimed. */
  begin(trunk: string): AttemptTracer {
    const sipCallIds: string[] = []
    const tracer = new AttemptTracer(this.#options.clock, (sipCallId) => {
      if (this.mode === 'off') return
      this.#followed.set(sipCallId, tracer)
      sipCallIds.push(sipCallId)
    })
    this.#legs.set(tracer, sipCallIds)
    tracer.note({ kind: 'claim', trunk }, tracer.beganMs)
    return tracer
  }

  /** A leg of the attempt has this audio. */
  listenTo(tracer: AttemptTracer, media: MediaStream): void {
    if (this.mode !== 'packets') return
    tracer.capture(media, (bytes) => {
      if (this.#packetBytes + bytes > MOST_PACKET_BYTES) return false
      this.#packetBytes += bytes
      return true
    })
  }

  /** For the user agent: sees every message. */
  readonly seeMessage = (message: TappedMessage): void => {
    if (this.#followed.size === 0) return
    const sipCallId = callIdOf(message.bytes)
    if (sipCallId !== undefined) this.#followed.get(sipCallId)?.seeMessage(message)
  }

  /** It came to nothing that anybody could ask for. */
  forget(tracer: AttemptTracer): void {
    for (const sipCallId of this.#legs.get(tracer) ?? []) this.#followed.delete(sipCallId)
  }

  /** The attempt's ending is stored. */
  keep({ attempt, ending }: FinishedAttempt, tracer: AttemptTracer, stats: MediaStats): void {
    this.forget(tracer)
    if (this.mode === 'off') return
    const { calls, clock, log, onKept } = this.#options
    const { beganMs, packets } = tracer
    const trace = tracer.finish(stats)
    const beganAt = new Date(clock.now() - (clock.monotonic() - beganMs))
    onKept?.({ attempt, ending, trace, beganAt })
    const kept = { trace, beganMs, ...(packets === undefined ? {} : { packets }) }
    const writing = keepTrace(calls, attempt, kept)
      .catch((error: unknown) => {
        const { callId } = attempt.claim
        log.warn('trace not kept', { callId, error: errorMessage(error) })
      })
      .then(() => {
        this.#packetBytes -= packets?.length ?? 0
        this.#writing.delete(writing)
      })
    this.#writing.add(writing)
  }
}
