/** What the media thread measures of itself, in memory that the main thread reads at any time. */
const BUCKETS = 2000
const BUCKET_MS = 0.1
const FLOATS = 4
/** `busyMs`, `cpuMs`, `maxLatenessMs`, in this order. */
const BUSY = 0
const CPU = 1
const MAX_LATENESS = 2

export interface Lateness {
  readonly packets: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/**
 * A histogram of how late packets left (steps of 0.1 ms up to 200 ms), time busy and CPU time. The
 * thread writes without locks; a reader may miss the packets of that moment.
 */
export class Meters {
  readonly buffer: SharedArrayBuffer
  readonly #floats: Float64Array
  readonly #counts: Uint32Array

  constructor(buffer = new SharedArrayBuffer(FLOATS * 8 + BUCKETS * 4)) {
    this.buffer = buffer
    this.#floats = new Float64Array(buffer, 0, FLOATS)
    this.#counts = new Uint32Array(buffer, FLOATS * 8, BUCKETS)
  }

  noteLateness(lateMs: number, packets: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor(lateMs / BUCKET_MS)))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + packets
    if (lateMs > (this.#floats[MAX_LATENESS] ?? 0)) this.#floats[MAX_LATENESS] = lateMs
  }

  noteBusy(ms: number): void {
    this.#floats[BUSY] = (this.#floats[BUSY] ?? 0) + ms
  }

  noteCpu(totalMs: number): void {
    this.#floats[CPU] = totalMs
  }

  /** Milliseconds that the thread did not wait, since it started. */
  get busyMs(): number {
    return this.#floats[BUSY] ?? 0
  }

  /** CPU milliseconds of the thread since it started, a second old at most while streams run. */
  get cpuMs(): number {
    return this.#floats[CPU] ?? 0
  }

  /** Percentiles are the upper edges of their steps. */
  lateness(): Lateness {
    const packets = this.#counts.reduce((sum, count) => sum + count, 0)
    return {
      packets,
      p50Ms: this.#percentile(packets, 0.5),
      p99Ms: this.#percentile(packets, 0.99),
      maxMs: this.#floats[MAX_LATENESS] ?? 0,
    }
  }

  resetLateness(): void {
    this.#counts.fill(0)
    this.#floats[MAX_LATENESS] = 0
  }

  #percentile(packets: number, share: number): number {
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS && packets > 0; bucket++) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= packets * share) return (bucket + 1) * BUCKET_MS
    }
    return 0
  }
}
