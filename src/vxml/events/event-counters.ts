/**
 * VoiceXML 2.0 section 5.2.2: forms and form items count the events that occur while they are
 * visited; a counter of `event.foo.1` counts for `event.foo` and `event` too.
 */
export class EventCounters {
  readonly #counts = new Map<string, number>()

  increment(event: string): void {
    for (const prefix of prefixes(event)) {
      this.#counts.set(prefix, (this.#counts.get(prefix) ?? 0) + 1)
    }
  }

  /** How often an event of this name, or one below it, has occurred; `''` counts all. */
  count(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  reset(): void {
    this.#counts.clear()
  }
}

/** `a.b` → `''`, `a`, `a.b`. */
function prefixes(event: string): string[] {
  const tokens = event.split('.')
  return ['', ...tokens.map((_, index) => tokens.slice(0, index + 1).join('.'))]
}
