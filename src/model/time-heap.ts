/** Things that fall due, the first due first; of those due together the one that was added first. */
export class TimeHeap<Item> {
  readonly #entries: { readonly at: number; readonly order: number; readonly item: Item }[] = []
  #added = 0

  get size(): number {
    return this.#entries.length
  }

  /** When the first is due; undefined where there is none. */
  get nextAt(): number | undefined {
    return this.#entries[0]?.at
  }

  /** How many are due by `moment`, counted up to `most`. */
  countDue(moment: number, most: number): number {
    let due = 0
    const branches = [0]
    for (let index = branches.pop(); index !== undefined && due < most; index = branches.pop()) {
      const entry = this.#entries[index]
      if (entry === undefined || entry.at > moment) continue
      due++
      branches.push(2 * index + 1, 2 * index + 2)
    }
    return due
  }

  add(at: number, item: Item): void {
    this.#entries.push({ at, order: this.#added++, item })
    this.#rise(this.#entries.length - 1)
  }

  /** Takes the first, where it is due by `moment`. */
  take(moment: number): Item | undefined {
    const [first] = this.#entries
    if (first === undefined || first.at > moment) return undefined
    const last = this.#entries.pop()
    if (last !== undefined && this.#entries.length > 0) {
      this.#entries[0] = last
      this.#sink(0)
    }
    return first.item
  }

  #rise(from: number): void {
    let index = from
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#swapIfBefore(index, parent)) return
      index = parent
    }
  }

  #sink(from: number): void {
    let index = from
    for (;;) {
      const left = 2 * index + 1
      if (left >= this.#entries.length) return
      const right = left + 1
      const child = right < this.#entries.length && this.#isBefore(right, left) ? right : left
      if (!this.#swapIfBefore(child, index)) return
      index = child
    }
  }

  #isBefore(index: number, other: number): boolean {
    const [one, two] = [this.#entries[index], this.#entries[other]]
    if (one === undefined || two === undefined) return false
    return one.at === two.at ? one.order < two.order : one.at < two.at
  }

  #swapIfBefore(child: number, parent: number): boolean {
    if (!this.#isBefore(child, parent)) return false
    const [one, two] = [this.#entries[child], this.#entries[parent]]
    if (one === undefined || two === undefined) return false
    this.#entries[child] = two
    this.#entries[parent] = one
    return true
  }
}
