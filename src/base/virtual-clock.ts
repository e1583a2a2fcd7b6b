import type { Clock, Timer } from './clock.ts'

interface Entry {
  readonly at: number
  readonly order: number
  readonly fire: () => void
  canceled: boolean
}

/**
 * A clock that stands still until it is moved. Timers fire in order of due time, then of setting;
 * between two timers the microtask queue is drained, so that promise chains run as they would live.
 */
export class VirtualClock implements Clock {
  #monotonicMs = 0
  #order = 0
  #pending = 0
  readonly #startMs: number
  /** A binary heap, the next one first; those that were cancelled stay until they come up. */
  readonly #heap: Entry[] = []

  /** `startMs`: the wall clock at the start, milliseconds since 1970. */
  constructor(startMs = 1_700_000_000_000) {
    this.#startMs = startMs
  }

  now(): number {
    return this.#startMs + this.#monotonicMs
  }

  monotonic(): number {
    return this.#monotonicMs
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const at = this.#monotonicMs + Math.max(0, delayMs)
    const entry: Entry = { at, order: this.#order++, fire, canceled: false }
    this.#push(entry)
    this.#pending++
    return {
      cancel: () => {
        if (entry.canceled) return
        entry.canceled = true
        this.#pending--
      },
    }
  }

  get pendingTimers(): number {
    return this.#pending
  }

  /** When the next timer is due, on the monotonic clock; undefined where none is set. */
  get nextTimerMs(): number | undefined {
    return this.#next()?.at
  }

  /** Moves on by `byMs`, firing what falls due on the way. */
  async advance(byMs: number): Promise<void> {
    const target = this.#monotonicMs + byMs
    await drainMicrotasks()
    for (let next = this.#next(); next !== undefined && next.at <= target; next = this.#next()) {
      this.#fire(next)
      await drainMicrotasks()
    }
    this.#monotonicMs = target
  }

  /** As where the process was stopped for `byMs`: what fell due meanwhile fires after it, late. */
  async standStill(byMs: number): Promise<void> {
    this.#monotonicMs += byMs
    await this.advance(0)
  }

  /** Jumps to the next timer and fires it. False when none is set. */
  async advanceToNextTimer(): Promise<boolean> {
    await drainMicrotasks()
    const fired = this.fireNext()
    await drainMicrotasks()
    return fired
  }

  /** The same without draining, for whoever knows better when all has come to rest. */
  fireNext(): boolean {
    const next = this.#next()
    if (next === undefined) return false
    this.#fire(next)
    return true
  }

  #fire(next: Entry): void {
    this.#pop()
    this.#pending--
    next.canceled = true
    this.#monotonicMs = Math.max(this.#monotonicMs, next.at)
    next.fire()
  }

  #next(): Entry | undefined {
    while (this.#heap[0]?.canceled === true) this.#pop()
    return this.#heap[0]
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = heap[(at - 1) >> 1]
      if (parent === undefined || isBefore(parent, entry)) break
      heap[at] = parent
      at = (at - 1) >> 1
    }
    heap[at] = entry
  }

  /** Takes the first out: the last takes its place and sinks. */
  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const [one, other] = [heap[left], heap[left + 1]]
      const child = other !== undefined && one !== undefined && isBefore(other, one) ? other : one
      if (child === undefined || isBefore(last, child)) break
      heap[at] = child
      at = child === one ? left : left + 1
    }
    heap[at] = last
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

function drainMicrotasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
