import type { Clock } from '#base'
import { ScriptError, type ScriptErrorCode, type ScriptLimitName } from './script-error.ts'
import type { ScriptLimits } from './script-limits.ts'
import type { RealmUser, SharedRealm } from './shared-realm.ts'

/** Whoever wants to know that the engine is at work, and that it still moves. */
export interface EvaluationWatch {
  /** Whether it may begin at all. */
  begin(): boolean
  /** The engine asks whether to stop, as it does every 200 branches. */
  sign(): boolean
  end(): void
}

export interface SandboxOptions {
  readonly clock: Clock
  readonly limits: ScriptLimits
  /** Of `Math.random`. */
  readonly seed: number
  /** Where the session's code runs, in turns with that of others. */
  readonly scopes: SharedRealm
  /** Where the names that a script declares are found; it keeps nothing. */
  readonly names: SharedRealm
  readonly watch?: EvaluationWatch
}

/** What a thrown error says, in the sandbox's words. */
interface ThrownFacts {
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** A session's realm and what limits it. Only strings go in and out. */
export class Sandbox implements RealmUser {
  readonly #clock: Clock
  readonly #limits: ScriptLimits
  readonly #scopes: SharedRealm
  readonly #names: SharedRealm
  readonly #watch: EvaluationWatch | undefined
  #isLost = false
  #spentMs = 0
  #deadline = 0
  #threadDeadline = 0
  #polls = 0
  #outOfTime = false

  constructor(options: SandboxOptions) {
    this.#clock = options.clock
    this.#limits = options.limits
    this.#scopes = options.scopes
    this.#names = options.names
    this.#watch = options.watch
    this.call('seed', String(options.seed))
  }

  get spentMs(): number {
    return this.#spentMs
  }

  /** Calls an operation of `sandbox-scopes`; its answer without errors. Throws `ScriptError`. */
  call(operation: string, ...given: string[]): string {
    const answer = this.#guarded(() => this.#scopes.call(this, [operation, ...given]))
    // Only what cannot be caught comes out empty: see `mustStop`, and memory to the last byte.
    if (this.#outOfTime) throw this.#limitError('time')
    if (answer === '') throw this.#limitError('memory')
    if (answer.startsWith('e')) throw this.#scriptError(thrownFacts(answer.slice(1)))
    return answer
  }

  /** The names that a script declares at its top, as JSON. `identifiers`: those it has, as JSON. */
  declaredNames(code: string, identifiers: string): string {
    const listed = this.#guarded(() => this.#names.call(this, [code, identifiers]))
    this.#names.leave(this)
    if (listed === '') throw this.#limitError(this.#outOfTime ? 'time' : 'memory')
    // A syntax error: the script itself will say so, with its line.
    return listed
  }

  dispose(): void {
    this.#isLost = true
    this.#scopes.leave(this)
  }

  #startWatch(): void {
    this.#deadline = this.#clock.monotonic() + this.#limits.evaluationMs
    this.#threadDeadline = threadMs() + this.#limits.evaluationMs
    this.#polls = 0
    this.#outOfTime = false
  }

  mustStop(): boolean {
    this.#polls += 1
    const isUnwanted = this.#watch?.sign() === true
    // On a busy machine time passes while this thread stands still: what it used itself decides.
    const late = this.#clock.monotonic() > this.#deadline && threadMs() > this.#threadDeadline
    this.#outOfTime ||= isUnwanted || late || this.#polls > this.#limits.evaluationPolls
    return this.#outOfTime
  }

  /** Where a call does not return, this session's scripts are given up, and no other's. */
  #guarded(work: () => string): string {
    if (this.#isLost) throw lost()
    this.#startWatch()
    const begun = this.#clock.monotonic()
    const mayBegin = this.#watch?.begin() !== false
    try {
      if (mayBegin) return work()
      this.#outOfTime = true
      return ''
    } catch (thrown) {
      this.dispose()
      if (thrown instanceof RangeError) throw this.#limitError('stack')
      throw new ScriptError('script-engine-lost', `The script engine gave up: ${String(thrown)}`)
    } finally {
      this.#watch?.end()
      this.#spentMs += this.#clock.monotonic() - begun
    }
  }

  #scriptError(facts: ThrownFacts): ScriptError {
    const { name, message } = facts
    if (name === 'InternalError' && /stack overflow/.test(message)) return this.#limitError('stack')
    if (/^out of memory/.test(message)) return this.#limitError('memory')
    const line = /(?:<input>|eval_script|eval\.js):(\d+)/.exec(facts.stack)?.[1]
    const threw = message === 'null' ? 'null, as it does where memory runs out' : message
    const sentence = name === '' ? `The script threw ${threw}` : `${name}: ${message}`
    const place = { errorName: name, ...(line === undefined ? {} : { line: Number(line) }) }
    const isTooLong = name === 'InternalError' && message === 'string too long'
    const told = /^limit of length: (.*)/.exec(message)?.[1] ?? (isTooLong ? message : undefined)
    if (told !== undefined) {
      const reached = `The script met its limit of length: ${told}`
      return new ScriptError('script-limit', reached, { ...place, limit: 'length' })
    }
    return new ScriptError('script-failed', sentence, place)
  }

  #limitError(limit: ScriptLimitName): ScriptError {
    const code: ScriptErrorCode = 'script-limit'
    return new ScriptError(code, `The script met its limit of ${limit}`, { limit })
  }
}

function thrownFacts(lines: string): ThrownFacts {
  const [name = '', message = '', stack = ''] = lines
    .split('\n')
    .map((line) => String(JSON.parse(line)))
  return { name, message, stack }
}

function lost(): ScriptError {
  return new ScriptError('script-engine-lost', 'The script engine of this session has ended')
}

/** Processor time of this thread, milliseconds. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
