import { VoiceActivity } from '#audio'
import { SILENCE_TOLD_MS, VOICE_TOLD_MS } from './recorder.ts'

/** Tells when somebody begins to speak, and when that has ended, at most once in turn. */
export class VoiceListener {
  readonly #activity = new VoiceActivity({ hangoverMs: SILENCE_TOLD_MS })
  readonly #onChange: (active: boolean) => void
  #active = false

  constructor(onChange: (active: boolean) => void) {
    this.#onChange = onChange
  }

  /** One frame of 8 kHz. */
  hear(frame: Int16Array): void {
    const speaking = this.#activity.process(frame)
    // The hangover counts as speech: a click lasts as long as that, and is no voice.
    const heard = this.#activity.speechMs >= VOICE_TOLD_MS
    const active = speaking && (this.#active || heard)
    if (active === this.#active) return
    this.#active = active
    this.#onChange(active)
  }
}
