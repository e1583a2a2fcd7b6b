export interface WriteGroupOptions<Item, Result> {
  /** Writes all of them or, where it rejects, none; an error in an item's place is that item's own. */
  readonly write: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>
  /** So many writes may be under way at once. */
  readonly atOnce: number
  /** So many items at most go into one write. */
  readonly most: number
  /** Whether a failure concerns all items alike; after any other each is written alone. */
  readonly concernsAll: (error: unknown) => boolean
  /** Between a write and the next, so that more share it; absent: there is none. */
  readonly rest?: () => Promise<void>
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes one by one what comes one by one, and together what comes while earlier writes are under way:
 * nothing waits for company, and the busier it gets, the more share one write.
 */
export class WriteGroup<Item, Result> {
  readonly #options: WriteGroupOptions<Item, Result>
  readonly #waiting: Waiting<Item, Result>[] = []
  #writing = 0

  constructor(options: WriteGroupOptions<Item, Result>) {
    this.#options = options
  }

  /** Resolves when the item is written; rejects where it could not be. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    const { atOnce, most, rest } = this.#options
    if (this.#waiting.length === 0 || this.#writing >= atOnce) return
    this.#writing++
    const written = this.#write(this.#waiting.splice(0, most))
    void written
      .then(() => rest?.())
      .then(() => {
        this.#writing--
        this.#next()
      })
  }

  async #write(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.write(group.map(({ item }) => item))
      for (const [index, { resolve, reject }] of group.entries()) {
        const result = results[index] as Result | Error
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
    } catch (error) {
      if (group.length === 1 || this.#options.concernsAll(error)) {
        for (const { reject } of group) reject(error)
      } else {
        for (const one of group) await this.#write([one])
      }
    }
  }
}
