import type { PromptPart } from '#vxml'

type Audio = Extract<PromptPart, { kind: 'audio' }>

/**
 * Which audio of a dialogue that is tried can be played: where it cannot, its fallback is said, as on the
 * phone. Each address is asked once.
 */
export class TryAudio {
  readonly #isThere: (uri: string, timeoutMs: number) => Promise<boolean>
  readonly #asked = new Map<string, Promise<boolean>>()
  readonly #known = new Map<string, boolean>()

  constructor(isThere: (uri: string, timeoutMs: number) => Promise<boolean>) {
    this.#isThere = isThere
  }

  /** Resolves when all is known of `parts`; fallbacks are looked at where they are needed. */
  async lookFor(parts: readonly PromptPart[]): Promise<void> {
    for (const part of parts) {
      if (part.kind === 'audio' && !(await this.#ask(part))) await this.lookFor(part.fallback)
    }
  }

  knowsAll(parts: readonly PromptPart[]): boolean {
    return parts.every((part) => {
      if (part.kind !== 'audio') return true
      const known = this.#known.get(part.uri)
      return known === true || (known === false && this.knowsAll(part.fallback))
    })
  }

  canPlay(uri: string): boolean {
    return this.#known.get(uri) === true
  }

  async #ask({ uri, fetchTimeoutMs }: Audio): Promise<boolean> {
    const asked = this.#asked.get(uri) ?? this.#isThere(uri, fetchTimeoutMs)
    this.#asked.set(uri, asked)
    const known = await asked
    this.#known.set(uri, known)
    return known
  }
}
