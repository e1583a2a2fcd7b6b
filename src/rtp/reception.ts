/**
 * What is counted of received packets: losses by RFC 3550 appendix A.1 and A.3, jitter by A.8.
 * One column each, indexed by stream.
 */
import { SAMPLES_PER_MS } from './codec.ts'

const MAX_DROPOUT = 3000
const MAX_MISORDER = 100
const SEQUENCES = 65_536
/** How many packets back a duplicate is known for one. */
const RECENT = 32
const NO_SEQUENCE = SEQUENCES + 1

/** How a packet stands to those before it; `implausible`: not believed, unless the next confirms it. */
export type Arrival = 'first' | 'next' | 'late' | 'duplicate' | 'implausible'

export class ReceptionTable {
  readonly received: Uint32Array
  readonly #ssrc: Uint32Array
  readonly #started: Uint8Array
  readonly #base: Uint32Array
  readonly #highest: Uint32Array
  /** Sequence numbers gone through before, in whole rounds. */
  readonly #cycles: Float64Array
  /** The packet that would confirm a source on probation, or a restart. */
  readonly #suspect: Uint32Array
  readonly #suspectSsrc: Uint32Array
  /** Bit k: the packet k before the highest was received. */
  readonly #recent: Uint32Array
  readonly #receivedOfSource: Uint32Array
  /** Lost by sources that were replaced. */
  readonly #lostBefore: Float64Array
  readonly #transit: Int32Array
  readonly #hasTransit: Uint8Array
  readonly #jitter: Float64Array
  /** As they stood at the last report (appendix A.3). */
  readonly #expectedBefore: Float64Array
  readonly #receivedBefore: Uint32Array

  constructor(capacity: number) {
    this.received = new Uint32Array(capacity)
    this.#ssrc = new Uint32Array(capacity)
    this.#started = new Uint8Array(capacity)
    this.#base = new Uint32Array(capacity)
    this.#highest = new Uint32Array(capacity)
    this.#cycles = new Float64Array(capacity)
    this.#suspect = new Uint32Array(capacity).fill(NO_SEQUENCE)
    this.#suspectSsrc = new Uint32Array(capacity)
    this.#recent = new Uint32Array(capacity)
    this.#receivedOfSource = new Uint32Array(capacity)
    this.#lostBefore = new Float64Array(capacity)
    this.#transit = new Int32Array(capacity)
    this.#hasTransit = new Uint8Array(capacity)
    this.#jitter = new Float64Array(capacity)
    this.#expectedBefore = new Float64Array(capacity)
    this.#receivedBefore = new Uint32Array(capacity)
  }

  clear(i: number): void {
    this.received[i] = 0
    this.#started[i] = 0
    this.#suspect[i] = NO_SEQUENCE
    this.#lostBefore[i] = 0
    this.#jitter[i] = 0
  }

  /**
   * `first`: of this source, where its synchronization source identifier is new. A new source is on
   * probation until two packets of it came in order (appendix A.1), unless `trusted`.
   */
  count(i: number, ssrc: number, sequence: number, trusted: boolean): Arrival {
    if (this.#started[i] === 0 && trusted) {
      this.#begin(i, ssrc, sequence, 1)
      return 'first'
    }
    if (this.#started[i] === 0 || this.#ssrc[i] !== ssrc) return this.#doubt(i, ssrc, sequence)
    const ahead = (sequence - at(this.#highest, i)) & 0xffff
    if (ahead > 0 && ahead < MAX_DROPOUT) {
      if (sequence < at(this.#highest, i)) this.#cycles[i] = at(this.#cycles, i) + SEQUENCES
      this.#highest[i] = sequence
      this.#recent[i] = ahead < RECENT ? (at(this.#recent, i) << ahead) | 1 : 1
      this.#add(i)
      return 'next'
    }
    if (ahead !== 0 && ahead <= SEQUENCES - MAX_MISORDER) {
      // Two packets in a row after a great jump: the source has restarted without saying so.
      return this.#doubt(i, ssrc, sequence)
    }
    const behind = (SEQUENCES - ahead) & 0xffff
    const bit = behind < RECENT ? 1 << behind : 0
    if ((at(this.#recent, i) & bit) !== 0) {
      // Departs from RFC 3550 appendix A.3: because a packet that comes twice does not make up for one
      // that never came, it is received, but not counted against the expected ones.
      this.received[i] = at(this.received, i) + 1
      return 'duplicate'
    }
    this.#recent[i] = at(this.#recent, i) | bit
    this.#add(i)
    return 'late'
  }

  /** The source said goodbye: the next one is no intruder. Packets that it still sends begin anew. */
  end(i: number, ssrc: number): void {
    if (this.#started[i] === 0 || this.#ssrc[i] !== ssrc) return
    this.#lostBefore[i] = this.lost(i)
    this.#started[i] = 0
  }

  noteTransit(i: number, timestamp: number, arrivedMs: number): void {
    const transit = (Math.floor(arrivedMs * SAMPLES_PER_MS) - timestamp) | 0
    if (this.#hasTransit[i] === 1) {
      const difference = Math.abs((transit - at(this.#transit, i)) | 0)
      this.#jitter[i] = at(this.#jitter, i) + (difference - at(this.#jitter, i)) / 16
    }
    this.#hasTransit[i] = 1
    this.#transit[i] = transit
  }

  lost(i: number): number {
    if (this.#started[i] === 0) return at(this.#lostBefore, i)
    return at(this.#lostBefore, i) + this.lostOfSource(i)
  }

  jitterMs(i: number): number {
    return at(this.#jitter, i) / SAMPLES_PER_MS
  }

  /** Whether there is a source to report on. */
  isStarted(i: number): boolean {
    return this.#started[i] === 1
  }

  ssrc(i: number): number {
    return at(this.#ssrc, i)
  }

  /** In samples (section 6.4.1). */
  jitterSamples(i: number): number {
    return Math.floor(at(this.#jitter, i))
  }

  /** Appendix A.1, 32 bits: how often the sequence wrapped, and its highest number. */
  extendedSequence(i: number): number {
    return (at(this.#cycles, i) + at(this.#highest, i)) % 2 ** 32
  }

  /** Lost by the present source, as a report has it: never below 0 here, see `count`. */
  lostOfSource(i: number): number {
    return Math.max(0, this.#expected(i) - at(this.#receivedOfSource, i))
  }

  /** Received of the present source since this was last asked. */
  receivedSinceReport(i: number): number {
    return at(this.#receivedOfSource, i) - at(this.#receivedBefore, i)
  }

  /** Appendix A.3: which part of 256 was lost since this was last asked. */
  takeFractionLost(i: number): number {
    const [expected, received] = [this.#expected(i), at(this.#receivedOfSource, i)]
    const expectedNow = expected - at(this.#expectedBefore, i)
    const lostNow = expectedNow - (received - at(this.#receivedBefore, i))
    this.#expectedBefore[i] = expected
    this.#receivedBefore[i] = received
    return expectedNow > 0 && lostNow > 0
      ? Math.min(255, Math.floor((lostNow * 256) / expectedNow))
      : 0
  }

  #doubt(i: number, ssrc: number, sequence: number): Arrival {
    if (sequence === this.#suspect[i] && ssrc === this.#suspectSsrc[i]) {
      this.#lostBefore[i] = this.lost(i)
      // Departs from appendix A.1: because the packet before this one did come, both are counted.
      this.#begin(i, ssrc, (sequence - 1) & 0xffff, 2)
      return 'first'
    }
    this.#suspect[i] = (sequence + 1) & 0xffff
    this.#suspectSsrc[i] = ssrc
    return 'implausible'
  }

  #begin(i: number, ssrc: number, base: number, received: number): void {
    this.#started[i] = 1
    this.#ssrc[i] = ssrc
    this.#base[i] = base
    this.#highest[i] = (base + received - 1) & 0xffff
    this.#cycles[i] = base + received - 1 > 0xffff ? SEQUENCES : 0
    this.#suspect[i] = NO_SEQUENCE
    this.#recent[i] = 2 ** received - 1
    this.#receivedOfSource[i] = received
    this.received[i] = at(this.received, i) + received
    this.#hasTransit[i] = 0
    this.#expectedBefore[i] = 0
    this.#receivedBefore[i] = 0
  }

  #expected(i: number): number {
    return at(this.#cycles, i) + at(this.#highest, i) - at(this.#base, i) + 1
  }

  #add(i: number): void {
    this.received[i] = at(this.received, i) + 1
    this.#receivedOfSource[i] = at(this.#receivedOfSource, i) + 1
  }
}

function at(column: Uint32Array | Int32Array | Float64Array, i: number): number {
  return column[i] ?? 0
}
