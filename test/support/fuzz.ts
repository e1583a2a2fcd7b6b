import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext, Script } from 'node:vm'
import { type Random, seededRandom } from '#base'
import { FUZZ_TARGETS, type FuzzedRoom } from '../fuzz/targets.ts'
import { Dice, mutate } from './mutation.ts'

/** Something that takes bytes of strangers. */
export interface FuzzTarget {
  readonly name: string
  /** Valid inputs, which are damaged. */
  readonly corpus: readonly (Uint8Array | string)[]
  /** What means something to the parser. */
  readonly words?: readonly string[]
  /** How many inputs `npm test` tries; default 1000. */
  readonly executions?: number
  /** Makes what is given each input. Whatever that throws is a crash: its own errors it expects itself. */
  start(random: Random): Promise<Attack> | Attack
}

export type Attack = (input: Uint8Array) => Promise<void> | void

/**
 * A test for each target: a fixed number of inputs of a fixed seed. `npm run fuzz` sets the time and the
 * seed instead. A crash is an exception, an answer that takes longer than it may, or memory that grows.
 */
export function describeFuzzing(room: FuzzedRoom, targets: readonly FuzzTarget[]): void {
  const names = targets.map(({ name }) => name)
  assert.deepEqual(names, FUZZ_TARGETS[room], 'what npm run fuzz names is what there is')
  const { FUZZ_SECONDS, FUZZ_TARGET, FUZZ_SEED = 'outdial' } = process.env
  const seconds = FUZZ_SECONDS === undefined ? undefined : Number(FUZZ_SECONDS)
  describe(`damaged input to ${room}`, () => {
    for (const target of targets) {
      if (FUZZ_TARGET !== undefined && FUZZ_TARGET !== target.name) continue
      it(`does no harm: ${target.name}`, async () => {
        const count = await new Fuzzer(target, FUZZ_SEED).run(seconds)
        if (seconds === undefined) return
        const rate = Math.round(count / seconds)
        console.log(`${target.name}: ${count} inputs, ${rate}/s, seed ${FUZZ_SEED}`)
      })
    }
  })
}

/** Of the processor's time, so that a busy machine is no crash; garbage collection is part of it. */
const LONGEST_MS = 500
/** Without an end: nothing else would tell. */
const ENDLESS_MS = 20_000
const BATCH = 32
const MOST_GROWTH_BYTES = 48 << 20

class Fuzzer {
  readonly #target: FuzzTarget
  readonly #seed: string
  readonly #dice: Dice
  readonly #corpus: readonly Uint8Array[]
  #count = 0
  #input: Uint8Array = new Uint8Array()

  constructor(target: FuzzTarget, seed: string) {
    this.#target = target
    this.#seed = seed
    this.#dice = new Dice(seededRandom(`${seed} ${target.name}`))
    this.#corpus = target.corpus.map((each) =>
      typeof each === 'string' ? Buffer.from(each, 'latin1') : each,
    )
  }

  /** Returns how many inputs were tried. */
  async run(seconds: number | undefined): Promise<number> {
    const attack = await this.#target.start(seededRandom(this.#seed))
    const most = seconds === undefined ? (this.#target.executions ?? 1000) : Infinity
    const begin = performance.now()
    const isDone = (share: number): boolean =>
      this.#count >= most * share ||
      performance.now() >= begin + (seconds ?? Infinity) * 1000 * share
    for (const each of this.#corpus) await this.#guard(() => this.#try(attack, each))
    while (!isDone(1 / 4)) await this.#tryMany(attack)
    const before = usedMemory()
    while (!isDone(1)) await this.#tryMany(attack)
    const growth = usedMemory() - before
    assert(growth < MOST_GROWTH_BYTES, `${this.#target.name} keeps ${growth} bytes; ${this.#where}`)
    return this.#count
  }

  /** As many as there are in one guard, which costs more than most of them: until one takes its time. */
  async #tryMany(attack: Attack): Promise<void> {
    const { words = [] } = this.#target
    await this.#guard(() => {
      for (let left = BATCH; left > 0; left--) {
        const running = this.#try(attack, mutate(this.#dice, this.#corpus, words))
        if (running !== undefined) return running
      }
      return undefined
    })
  }

  #try(attack: Attack, input: Uint8Array): Promise<void> | undefined {
    this.#count++
    this.#input = input
    const begin = process.threadCpuUsage()
    const check = (): void => {
      const { user, system } = process.threadCpuUsage(begin)
      const tookMs = (user + system) / 1000
      assert(tookMs < LONGEST_MS, `it took ${tookMs} ms`)
    }
    // A copy: what a parser keeps or changes is its own.
    const running = attack(Uint8Array.from(input))
    if (running !== undefined) return running.then(check)
    check()
    return undefined
  }

  async #guard(run: () => Promise<void> | undefined): Promise<void> {
    try {
      await withinTime(run)
    } catch (error) {
      throw new Error(`${this.#target.name} crashed; ${this.#where}`, { cause: error })
    }
  }

  get #where(): string {
    const shown = JSON.stringify(Buffer.from(this.#input).toString('latin1'))
    return `seed ${this.#seed}, input ${this.#count}, latin1: ${shown}`
  }
}

let guarded: () => Promise<void> | undefined = () => undefined
const GUARD = new Script('globalThis[Symbol.for("outdial.fuzz")]()')
Object.defineProperty(globalThis, Symbol.for('outdial.fuzz'), { value: () => guarded() })

/** Even of a loop without an end there is one. */
async function withinTime(run: () => Promise<void> | undefined): Promise<void> {
  guarded = run
  await GUARD.runInThisContext({ timeout: ENDLESS_MS })
}

function usedMemory(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
