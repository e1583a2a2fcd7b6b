import { FRAME_MS } from '../codec.ts'

const SLOT_MS = 2
const SLOTS_PER_FRAME = FRAME_MS / SLOT_MS
/** Does one frame of the stream `index`; `tick` counts frames of 20 ms and may jump. */
export type VisitFrame = (index: number, tick: number) => void

/**
 * The absolute 20 ms grid, cut into slots of 2 ms. Each stream has one slot in every frame, the one
 * with the fewest streams when it came, so that packets leave evenly.
 */
export class SlotGrid {
  readonly #startMs: number
  readonly #latestMs: number
  readonly #streams: Int32Array[]
  readonly #counts = new Int32Array(SLOTS_PER_FRAME)
  readonly #phases: Int8Array
  #nextSlot = 0
  #nextToRepeat = 0
  #size = 0

  /** Slots later than `latestMs` are not made up for: a burst would only fill the peer's buffer. */
  constructor(capacity: number, startMs: number, latestMs: number) {
    this.#startMs = startMs
    this.#latestMs = latestMs
    this.#phases = new Int8Array(capacity).fill(-1)
    this.#streams = Array.from({ length: SLOTS_PER_FRAME }, () => new Int32Array(capacity))
  }

  get size(): number {
    return this.#size
  }

  has(index: number): boolean {
    return (this.#phases[index] ?? -1) >= 0
  }

  /** The tick of the first frame of a stream that is added now. */
  add(index: number, nowMs: number): number {
    // While nothing is to be sent, the grid stands still.
    if (this.#size === 0) {
      this.#nextSlot = Math.floor((nowMs - this.#startMs) / SLOT_MS) + 1
      this.#nextToRepeat = this.#nextSlot
    }
    const phase = this.#counts.indexOf(Math.min(...this.#counts))
    const count = this.#counts[phase] ?? 0
    this.#phases[index] = phase
    const streams = this.#streams[phase]
    if (streams) streams[count] = index
    this.#counts[phase] = count + 1
    this.#size++
    return Math.ceil((this.#nextSlot - phase) / SLOTS_PER_FRAME)
  }

  remove(index: number): void {
    const phase = this.#phases[index] ?? -1
    const streams = this.#streams[phase]
    if (!streams) return
    const last = (this.#counts[phase] ?? 0) - 1
    streams[streams.indexOf(index)] = streams[last] ?? 0
    this.#counts[phase] = last
    this.#phases[index] = -1
    this.#size--
  }

  /** When the next slot is due; +Infinity while there are no streams. */
  get nextDueMs(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#dueMs(this.#nextSlot)
  }

  /**
   * Sends every slot that is due, in order. `late(ms, packets)` is told, after each slot, how long
   * after its time the last packet of it left.
   */
  run(
    monotonicMs: () => number,
    send: VisitFrame,
    late: (ms: number, packets: number) => void,
  ): void {
    const nowMs = monotonicMs()
    if (nowMs - this.nextDueMs > this.#latestMs) {
      this.#nextSlot = Math.ceil((nowMs - this.#latestMs - this.#startMs) / SLOT_MS)
    }
    while (this.nextDueMs <= nowMs) {
      const slot = this.#nextSlot++
      const count = this.#visit(slot, send)
      if (count > 0) late(monotonicMs() - this.#dueMs(slot), count)
    }
  }

  /** Once more the slots that were sent since the last time, each stream of them at least once. */
  repeat(visit: VisitFrame): void {
    const from = Math.max(this.#nextToRepeat, this.#nextSlot - SLOTS_PER_FRAME)
    this.#nextToRepeat = this.#nextSlot
    for (let slot = from; slot < this.#nextSlot; slot++) this.#visit(slot, visit)
  }

  /** Returns how many streams the slot has. */
  #visit(slot: number, visit: VisitFrame): number {
    const phase = slot % SLOTS_PER_FRAME
    const tick = (slot - phase) / SLOTS_PER_FRAME
    const count = this.#counts[phase] ?? 0
    const streams = this.#streams[phase]
    for (let n = 0; n < count; n++) visit(streams?.[n] ?? 0, tick)
    return count
  }

  #dueMs(slot: number): number {
    return this.#startMs + slot * SLOT_MS
  }
}
