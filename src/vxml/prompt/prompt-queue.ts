import type { CallerInput } from '../dialog/caller-input.ts'
import type { Platform, Prompt } from '../platform.ts'

/**
 * VoiceXML 2.0 section 4.1.8: prompts wait here until the interpreter waits for input, exits, hangs
 * up, or fetches with `fetchaudio`.
 */
export class PromptQueue {
  readonly #platform: Platform
  readonly #input: CallerInput
  readonly #onTaken: (prompt: Prompt) => void
  #prompts: Prompt[] = []
  #timeoutMs: number | undefined

  /** `onTaken`: told of each prompt as it leaves the queue. */
  constructor(platform: Platform, input: CallerInput, onTaken: (prompt: Prompt) => void) {
    this.#platform = platform
    this.#input = input
    this.#onTaken = onTaken
  }

  /** `timeoutMs`: what the `<prompt>` says; the last one queued decides (section 4.1.7). */
  add(prompt: Prompt, timeoutMs: number | undefined): void {
    if (timeoutMs !== undefined) this.#timeoutMs = timeoutMs
    if (prompt.parts.length === 0) return
    this.#prompts.push(prompt)
    this.#platform.prepare(prompt)
  }

  /** What the prompts that wait say of the input after them. */
  get timeoutMs(): number | undefined {
    return this.#timeoutMs
  }

  /** Empties the queue for an input: the collection plays it. */
  take(): { prompts: readonly Prompt[]; timeoutMs: number | undefined } {
    const taken = { prompts: this.#prompts, timeoutMs: this.#timeoutMs }
    this.#prompts = []
    this.#timeoutMs = undefined
    for (const prompt of taken.prompts) this.#onTaken(prompt)
    return taken
  }

  /** Plays what is queued to completion; no input is taken meanwhile. Nobody listens after a hang-up. */
  async playOut(): Promise<void> {
    for (const prompt of this.take().prompts) {
      if (this.#input.hungUp) return
      const playback = this.#platform.play(prompt)
      this.#input.onHangUp(() => playback.stop())
      await playback.ended
    }
  }
}
