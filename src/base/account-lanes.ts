/**
 * Whose turn it is. At most `total` at once, and at most `perAccount` of one account, so that an account
 * whose work takes long fills its own lane and nobody else's. Accounts take turns.
 */
export class AccountLanes<Item extends { readonly accountId: number }> {
  readonly #total: number
  readonly #perAccount: number
  /** In order of their turns: an account that was served goes to the end. */
  readonly #lanes = new Map<number, Lane<Item>>()
  #running = 0

  constructor(total: number, perAccount: number) {
    this.#total = total
    this.#perAccount = perAccount
  }

  /** How many more could run, whoever they belong to. */
  get free(): number {
    return this.#total - this.#running
  }

  /** Accounts that could not start another item now: no use in claiming more of theirs. */
  get full(): number[] {
    const isFull = (lane: Lane<Item>): boolean =>
      lane.running >= this.#perAccount || lane.waiting.length > 0
    return [...this.#lanes].filter(([, lane]) => isFull(lane)).map(([accountId]) => accountId)
  }

  add(items: readonly Item[]): void {
    for (const item of items) {
      const lane = this.#lanes.get(item.accountId) ?? { running: 0, waiting: [] }
      lane.waiting.push(item)
      this.#lanes.set(item.accountId, lane)
    }
  }

  /** The next item that may run, which then counts as running until `done`. */
  take(): Item | undefined {
    if (this.free <= 0) return undefined
    for (const [accountId, lane] of this.#lanes) {
      if (lane.running >= this.#perAccount) continue
      const item = lane.waiting.shift()
      if (item === undefined) continue
      lane.running++
      this.#running++
      this.#lanes.delete(accountId)
      this.#lanes.set(accountId, lane)
      return item
    }
    return undefined
  }

  done(item: Item): void {
    const lane = this.#lanes.get(item.accountId)
    if (lane === undefined) return
    lane.running--
    this.#running--
    if (lane.running === 0 && lane.waiting.length === 0) this.#lanes.delete(item.accountId)
  }

  /** Takes out all that wait. */
  clear(): Item[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0))
  }
}

interface Lane<Item> {
  running: number
  readonly waiting: Item[]
}
