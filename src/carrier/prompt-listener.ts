/** 20 ms at 8 kHz. */
export const FRAME_SAMPLES = 160
const FRAME_MS = 20

/** Root mean square of a frame that is heard: −50 dBFS, well above comfort noise. */
const AUDIBLE_RMS = 104
/** Shorter sounds are clicks. */
const PROMPT_MS = 60
/** Longer than the pauses between sentences. */
const PROMPT_END_SILENCE_MS = 700

/** What a frame tells: a prompt began, or has ended. */
export type Heard = 'prompt-started' | 'prompt-ended' | undefined

/** Listens for prompts, frame by frame, as a person does who waits for the end of a question. */
export class PromptListener {
  /** From the first frame, to the first that was audible. */
  firstHeardMs: number | undefined
  audibleMs = 0
  #atMs = 0
  #soundMs = 0
  #silenceMs = 0
  #inPrompt = false

  hear(frame: Int16Array): Heard {
    const audible = isAudible(frame)
    if (audible) {
      this.firstHeardMs ??= this.#atMs
      this.audibleMs += FRAME_MS
    }
    this.#atMs += FRAME_MS
    this.#soundMs = audible ? this.#soundMs + FRAME_MS : 0
    this.#silenceMs = audible ? 0 : this.#silenceMs + FRAME_MS
    if (!this.#inPrompt && this.#soundMs >= PROMPT_MS) {
      this.#inPrompt = true
      return 'prompt-started'
    }
    if (this.#inPrompt && this.#silenceMs >= PROMPT_END_SILENCE_MS) {
      this.#inPrompt = false
      return 'prompt-ended'
    }
    return undefined
  }
}

function isAudible(frame: Int16Array): boolean {
  let sum = 0
  for (const sample of frame) sum += sample * sample
  return sum >= frame.length * AUDIBLE_RMS ** 2
}
