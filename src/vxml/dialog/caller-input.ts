import type { PlatformEvent } from '../events/platform-event.ts'
import type { CallerEvent } from '../platform.ts'

/** What ends or feeds a wait for input. */
export type InputEvent = Exclude<CallerEvent, { kind: 'callee-type' }>

/**
 * VoiceXML 2.0 section 4.1.8: keys pressed while nothing waits for input are buffered (type-ahead),
 * speech is not; a hang-up is kept until the next waiting state, and an event of the platform until one
 * in which it is wanted.
 */
export class CallerInput {
  #keys: string[] = []
  #hungUp = false
  readonly #events = new Map<PlatformEvent, string>()
  #listener: ((event: InputEvent) => void) | undefined
  readonly #onHangUp: (() => void)[] = []

  get hungUp(): boolean {
    return this.#hungUp
  }

  get hasKeys(): boolean {
    return this.#keys.length > 0
  }

  receive(event: InputEvent): void {
    if (event.kind === 'hangup') {
      if (this.#hungUp) return
      this.#hungUp = true
      for (const notify of this.#onHangUp.splice(0)) notify()
    }
    if (event.kind === 'event') this.#events.set(event.event, event.message)
    if (this.#listener !== undefined) this.#listener(event)
    else if (event.kind === 'key' && this.#keys.length < BUFFERED_KEYS) this.#keys.push(event.key)
  }

  /** Hands over what was buffered, then every event as it comes, until `stopListening`. */
  listen(listener: (event: InputEvent) => void): void {
    this.#listener = listener
    if (this.#hungUp) return listener({ kind: 'hangup' })
    while (this.#keys.length > 0 && this.#listener === listener) {
      listener({ kind: 'key', key: this.#keys.shift() ?? '' })
    }
  }

  /** The first event of the platform that is wanted; it is then gone. */
  takeEvent(
    isWanted: (event: PlatformEvent) => boolean,
  ): { readonly event: PlatformEvent; readonly message: string } | undefined {
    for (const [event, message] of this.#events) {
      if (!isWanted(event)) continue
      this.#events.delete(event)
      return { event, message }
    }
    return undefined
  }

  stopListening(): void {
    this.#listener = undefined
  }

  /** A prompt without barge-in deletes what was typed ahead. */
  dropKeys(): void {
    this.#keys = []
  }

  /** Calls `notify` once when the caller hangs up; at once where it has happened already. */
  onHangUp(notify: () => void): void {
    if (this.#hungUp) notify()
    else this.#onHangUp.push(notify)
  }
}

const BUFFERED_KEYS = 200
