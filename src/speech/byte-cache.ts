import { assert } from '#base'

/**
 * What was made lately, up to a number of bytes: the least recently used goes first. Requests for what
 * is just being made wait for that one; a failure is not remembered.
 */
export class ByteCache<Value> {
  readonly #limitBytes: number
  readonly #weigh: (value: Value) => number
  /** In the order of use, oldest first: a `Map` keeps the order of insertion. */
  readonly #kept = new Map<string, Value>()
  readonly #making = new Map<string, Promise<Value>>()
  #bytes = 0

  constructor(limitBytes: number, weigh: (value: Value) => number) {
    assert(limitBytes >= 0, 'a cache has a size')
    this.#limitBytes = limitBytes
    this.#weigh = weigh
  }

  get bytes(): number {
    return this.#bytes
  }

  peek(key: string): Value | undefined {
    const value = this.#kept.get(key)
    if (value === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, value)
    return value
  }

  get(key: string, make: () => Promise<Value>): Promise<Value> {
    const kept = this.peek(key)
    if (kept !== undefined) return Promise.resolve(kept)
    const underway = this.#making.get(key)
    if (underway !== undefined) return underway
    const making = make()
      .then((value) => {
        this.put(key, value)
        return value
      })
      .finally(() => this.#making.delete(key))
    this.#making.set(key, making)
    return making
  }

  put(key: string, value: Value): void {
    this.#drop(key)
    const bytes = this.#cost(key, value)
    if (bytes > this.#limitBytes) return
    this.#kept.set(key, value)
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#limitBytes) return
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    const value = this.#kept.get(key)
    if (value === undefined) return
    this.#kept.delete(key)
    this.#bytes -= this.#cost(key, value)
  }

  #cost(key: string, value: Value): number {
    return 2 * key.length + this.#weigh(value)
  }
}
