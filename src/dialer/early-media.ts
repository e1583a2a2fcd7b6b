/** What a network lets its caller hear before the answer: RFC 3960 section 2, RFC 3264, RFC 3262 section 5. */
import type { ProgressTone } from '#audio'
import { errorMessage } from '#base'
import { type MediaAddress, type NegotiatedMedia, parseAnswer } from '#rtp'
import { CallTape } from './call-tape.ts'
import type { Dialer } from './dialer.ts'
import type { PreparedCall } from './prepare-call.ts'

/** So many forks are told from one another. */
const MOST_PLACES = 32

type Ringing = Pick<PreparedCall, 'attempt' | 'media' | 'trace' | 'offer'>

/**
 * Receives what is played while a call rings, searches it for tones, and records it where that is wanted. No audio is
 * sent. Whatever is heard ends nothing: the far end may still answer.
 */
export class EarlyMedia {
  readonly #dialer: Pick<Dialer, 'log' | 'recordings' | 'settings'>
  readonly #ringing: Ringing
  /** Where those that have sent a description say that they are. */
  readonly #places: MediaAddress[] = []
  #description: Uint8Array | undefined
  #tone: ProgressTone | undefined
  #tape: CallTape | undefined

  constructor(dialer: Pick<Dialer, 'log' | 'recordings' | 'settings'>, ringing: Ringing) {
    this.#dialer = dialer
    this.#ringing = ringing
  }

  /**
   * The body of a provisional response. Of several, which a fork may send from several places, the last one
   * counts, and what was heard before it no more. One that describes no audio of ours changes nothing.
   */
  hear(description: Uint8Array): void {
    if (this.#description && Buffer.compare(this.#description, description) === 0) return
    const { attempt, media, offer, trace } = this.#ringing
    try {
      const negotiated = parseAnswer(description, offer)
      const receives = negotiated.direction === 'sendrecv' || negotiated.direction === 'recvonly'
      const direction = receives ? 'recvonly' : 'inactive'
      media.connect({ ...negotiated, direction, otherForks: this.otherForks(negotiated) })
      if (this.#places.length < MOST_PLACES) this.#places.push(negotiated.remote)
    } catch (error) {
      const { callId } = attempt.claim
      this.#dialer.log.debug('early media not heard', { callId, error: errorMessage(error) })
      return
    }
    trace.note({ kind: 'media', event: 'early-media' })
    this.#description = description
    this.#listen()
    if (this.#dialer.settings.recordsEarlyMedia) this.#record()
  }

  /** Where early media came from that are not those of this description. */
  otherForks({ remote: { host, port } }: NegotiatedMedia): MediaAddress[] {
    return this.#places.filter((place) => place.host !== host || place.port !== port)
  }

  /** What was heard last; undefined where none was. */
  get tone(): ProgressTone | undefined {
    return this.#tone
  }

  /** Somebody has answered. Gives the recording to be gone on with, where all calls are recorded. */
  answered(): CallTape | undefined {
    this.#ringing.media.onProgressTone = undefined
    if (this.#dialer.settings.recordsCalls) return this.#tape
    void this.#tape?.discard()
    return undefined
  }

  /** Nobody has. To be waited for before the media are closed. Never rejects. */
  async unanswered(): Promise<void> {
    this.#ringing.media.onProgressTone = undefined
    await this.#tape?.finish()
  }

  #listen(): void {
    const { attempt, media, trace } = this.#ringing
    this.#tone = undefined
    // Whoever played before is not to be mixed up with who plays now.
    media.onProgressTone = undefined
    media.onProgressTone = (tone) => {
      this.#tone = tone
      this.#dialer.log.info('progress tone heard', { callId: attempt.claim.callId, tone })
      trace.note({ kind: 'media', event: 'progress-tone', tone })
    }
  }

  #record(): void {
    if (this.#tape !== undefined) return
    this.#tape = new CallTape(this.#dialer, this.#ringing.attempt, this.#ringing.media)
    this.#tape.switch(true)
  }
}
