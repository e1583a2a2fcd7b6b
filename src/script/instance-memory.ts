import { assert } from '#base'
import type { Instance } from './instance.ts'

/** What a session's memory has and the base has not. */
export interface MemoryDelta {
  /** Address and length of each run of `bytes`, in turn. */
  readonly runs: Uint32Array
  readonly bytes: Buffer
}

export const NO_DELTA: MemoryDelta = { runs: new Uint32Array(0), bytes: Buffer.alloc(0) }

/**
 * The memory of an instance in which sessions take turns. What it holds now is the base, from which each
 * session begins; between two turns it holds the base again, and the sessions keep what they changed: a
 * tenth of it. As every evaluation has returned by then, the stack is nobody's.
 */
export class InstanceMemory {
  readonly #instance: Instance
  /** Address of the engine's variables, below the stack, and of its heap, above it. */
  readonly #regions: readonly Region[]
  #view: Buffer
  #runs = new Uint32Array(256)
  #bytes = Buffer.alloc(64 * 1024)

  constructor(instance: Instance) {
    this.#instance = instance
    this.#view = Buffer.from(instance.memory.buffer)
    const { stackTop } = instance
    this.#clearStack()
    this.#regions = [
      { start: 0, base: this.#copy(0, stackTop - STACK_BYTES) },
      { start: stackTop, base: this.#copy(stackTop, this.#heapEnd) },
    ]
    const rest = this.#view.subarray(this.#heapEnd)
    assert(rest.equals(Buffer.alloc(rest.length)), 'the QuickJS build that is known')
  }

  /** Ends a turn; what the session has to keep. `previous`: what it kept last, whose room is used again. */
  takeOut(previous: MemoryDelta): MemoryDelta {
    const kept = this.#restore(true)
    this.#clearStack()
    const runs = this.#runs.slice(0, kept.runs)
    const fits =
      previous.bytes.length >= kept.bytes && previous.bytes.length <= 2 * kept.bytes + PAGE
    const bytes = fits ? previous.bytes : Buffer.allocUnsafeSlow(kept.bytes)
    this.#bytes.copy(bytes, 0, 0, kept.bytes)
    return { runs, bytes }
  }

  /** Begins a turn. */
  putIn({ runs, bytes }: MemoryDelta): void {
    let from = 0
    for (let i = 0; i < runs.length; i += 2) {
      const length = runs[i + 1]!
      bytes.copy(this.#view, runs[i]!, from, from + length)
      from += length
    }
  }

  /** Ends a turn of which nothing is to be kept. */
  reset(): void {
    this.#restore(false)
    this.#clearStack()
  }

  /** The same after a call that did not return: nothing that the memory says of itself can be trusted. */
  wipe(): void {
    this.#refresh()
    const bottom = this.#instance.stackTop - STACK_BYTES
    for (let at = bottom; at < this.#view.length; at += PAGE) this.#clear(at)
    for (const { start, base } of this.#regions) base.copy(this.#view, start)
    this.#instance.resetStack()
  }

  /** Where what differs from the base is, and the base put back there. */
  #restore(keeps: boolean): { runs: number; bytes: number } {
    this.#refresh()
    const kept = { runs: 0, bytes: 0 }
    const ends = [this.#instance.stackTop - STACK_BYTES, this.#heapEnd]
    for (const [index, { start, base }] of this.#regions.entries()) {
      const end = ends[index]!
      for (let at = start; at < end; at += PAGE) {
        const length = Math.min(PAGE, end - at)
        if (this.#isBase(at, length, base, at - start)) continue
        for (let block = at; block < at + length; block += BLOCK) {
          const size = Math.min(BLOCK, at + length - block)
          if (this.#isBase(block, size, base, block - start)) continue
          if (keeps) this.#keep(block, size, kept)
          this.#restoreBlock(block, size, base, block - start)
        }
      }
    }
    return kept
  }

  #restoreBlock(at: number, size: number, base: Buffer, offset: number): void {
    this.#view.fill(0, at, at + size)
    if (offset < base.length) base.copy(this.#view, at, offset, offset + size)
  }

  #isBase(at: number, length: number, base: Buffer, offset: number): boolean {
    const inBase = Math.min(Math.max(base.length - offset, 0), length)
    const isSame =
      inBase === 0 || this.#view.compare(base, offset, offset + inBase, at, at + inBase) === 0
    return isSame && this.#view.compare(ZEROS, 0, length - inBase, at + inBase, at + length) === 0
  }

  #keep(at: number, size: number, kept: { runs: number; bytes: number }): void {
    if (kept.bytes + size > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2)
    }
    if (kept.runs + 2 > this.#runs.length) {
      const more = new Uint32Array(this.#runs.length * 2)
      more.set(this.#runs)
      this.#runs = more
    }
    this.#view.copy(this.#bytes, kept.bytes, at, at + size)
    kept.bytes += size
    const runs = this.#runs
    const last = kept.runs - 2
    if (last >= 0 && runs[last]! + runs[last + 1]! === at) runs[last + 1]! += size
    else {
      runs[kept.runs] = at
      runs[kept.runs + 1] = size
      kept.runs += 2
    }
  }

  /** No session finds what another left on the stack. */
  #clearStack(): void {
    const { stackTop } = this.#instance
    let untouched = 0
    for (let at = stackTop - PAGE; at >= stackTop - STACK_BYTES && untouched < SPARE; at -= PAGE) {
      untouched = this.#clear(at) ? 0 : untouched + 1
    }
  }

  /** Whether there was something; a page that nothing has touched stays unmapped. */
  #clear(at: number): boolean {
    const end = Math.min(at + PAGE, this.#view.length)
    if (this.#view.compare(ZEROS, 0, end - at, at, end) === 0) return false
    this.#view.fill(0, at, end)
    return true
  }

  get #heapEnd(): number {
    const end = this.#view.readUInt32LE(HEAP_END)
    return Math.min(Math.max(end, this.#instance.stackTop), this.#view.length)
  }

  #copy(start: number, end: number): Buffer {
    return Buffer.from(this.#view.subarray(start, end))
  }

  /** Where the memory has grown, its buffer is another. */
  #refresh(): void {
    const { buffer } = this.#instance.memory
    if (this.#view.buffer !== buffer) this.#view = Buffer.from(buffer)
  }
}

interface Region {
  readonly start: number
  /** Behind it the base is all zeros. */
  readonly base: Buffer
}

/** Of the published build: the size of its stack, and where `sbrk` keeps the end of the heap. */
const STACK_BYTES = 5 * 1024 * 1024
const HEAP_END = 86_864

const PAGE = 4096
const BLOCK = 256
/** Pages of the stack in a row that nothing has touched: nothing has gone beyond them. */
const SPARE = 16
const ZEROS = Buffer.alloc(PAGE)
