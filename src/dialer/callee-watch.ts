import type { Logger } from '#base'
import type { CalleeType } from '#model'
import type { HeardCallee, MediaStream } from '#rtp'
import { BEEP_OVER, type CallerEvent } from '#vxml'
import type { AttemptTracer } from './trace/attempt-tracer.ts'

/** Where the dialogue hears of it. */
type Receiver = (event: CallerEvent) => void

/** Who or what answered a call, as far as it is known by now; the call does not wait for it. */
export class CalleeWatch {
  #type: Exclude<CalleeType, ''> | 'processing' = 'unknown'
  readonly #media: Pick<MediaStream, 'onCallee'>
  readonly #log: Logger
  readonly #trace: Pick<AttemptTracer, 'note'>
  #isBeepOver = false
  #receive: Receiver | undefined
  readonly #onKnown: (type: CalleeType) => void

  constructor(
    media: Pick<MediaStream, 'onCallee'>,
    log: Logger,
    trace: Pick<AttemptTracer, 'note'>,
    onKnown: (type: CalleeType) => void,
  ) {
    this.#media = media
    this.#log = log
    this.#trace = trace
    this.#onKnown = onKnown
  }

  /** From now on the callee is listened to; without it the type is `unknown`. */
  begin(): void {
    this.#type = 'processing'
    this.#media.onCallee = (heard) => this.#hear(heard)
  }

  /** For the session's variable. */
  get type(): CalleeType | 'processing' {
    return this.#type
  }

  /** For the attempt: a call that ended before anything was known. */
  get typeAtEnd(): CalleeType {
    return this.#type === 'processing' ? 'unknown' : this.#type
  }

  /** The session has begun with the type as it is: it is told what changes, and of a beep before. */
  tell(receive: Receiver): void {
    this.#receive = receive
    if (this.#isBeepOver) receive(BEEP_OVER)
  }

  #hear(heard: HeardCallee): void {
    if (heard.kind === 'beep') {
      this.#log.info('beep heard', { durationMs: heard.durationMs })
      this.#trace.note({ kind: 'media', event: 'beep-ended' })
      this.#isBeepOver = true
      this.#receive?.(BEEP_OVER)
      return
    }
    const { type, kind, confidence, afterMs } = heard.verdict
    this.#log.info('callee type known', { type, kind, confidence, afterMs })
    const known = { calleeType: type, calleeKind: kind, confidence }
    this.#trace.note({ kind: 'media', event: 'callee-known', ...known })
    this.#type = type
    this.#onKnown(type)
    this.#receive?.({ kind: 'callee-type', calleeType: type })
  }
}
