import type { Clock } from '#base'

const SLOT_MS = 1000
const SLOTS = 60

/** How many calls of each account were started within the last minute, to the second. */
export class StartCounter {
  readonly #clock: Clock
  /** By the second, those of the last minute, the oldest first. */
  readonly #slots = new Map<number, Map<number, number>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(accountId: number): void {
    const slot = this.#present()
    this.#forget(slot)
    const counts = this.#slots.get(slot) ?? new Map<number, number>()
    counts.set(accountId, (counts.get(accountId) ?? 0) + 1)
    this.#slots.set(slot, counts)
  }

  /** By account id. */
  lately(): Record<string, number> {
    this.#forget(this.#present())
    const sums = new Map<number, number>()
    for (const counts of this.#slots.values()) {
      for (const [id, starts] of counts) sums.set(id, (sums.get(id) ?? 0) + starts)
    }
    return Object.fromEntries(sums)
  }

  #present(): number {
    return Math.floor(this.#clock.monotonic() / SLOT_MS)
  }

  #forget(present: number): void {
    for (const slot of this.#slots.keys()) {
      if (slot > present - SLOTS) return
      this.#slots.delete(slot)
    }
  }
}
