import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import {
  assert,
  type Clock,
  errorMessage,
  type Logger,
  type Service,
  siblingModule,
  type Timer,
} from '#base'
import { type CompiledScriptEngine, compileScriptEngine, type ScriptLimits } from '#script'
import type { CallerEvent, FetchFailure, Platform, SessionEnd, SessionLimits } from '#vxml'
import {
  type AgedStep,
  EVALUATING,
  type FromSession,
  MARKS,
  type SessionStart,
  SIGN,
  STRETCH,
  type ToSession,
  type WorkerSetup,
} from './session-messages.ts'

/** A dialogue in progress. */
export interface HostedSession {
  receive(event: CallerEvent): void
  readonly ended: Promise<SessionEnd>
}

/** Runs dialogues somewhere: in worker threads for calls, in this thread for tests. */
export interface SessionHost extends Service {
  /** `onSteps`: follows the dialogue; what happens at one go is told together. */
  run(start: SessionStart, platform: Platform, onSteps?: OnSteps): HostedSession
}

export type OnSteps = (steps: readonly AgedStep[]) => void

export interface SessionWorkersOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Worker threads; default: two, or more on a machine of many cores. */
  readonly workers?: number
  readonly session?: Partial<SessionLimits>
  readonly script?: Partial<ScriptLimits>
  /** A worker is ended that gives no sign of life so long during the evaluation of a script. */
  readonly evaluationWatchMs?: number
  /** A worker is ended that does not come back so long from anything else. */
  readonly stretchWatchMs?: number
}

const MANY_WORKERS = 8
/** A worker with so many sessions is full while another has fewer. */
const FULL = 250

/**
 * VoiceXML sessions in worker threads, so that no document's script can delay signalling or media.
 * Sessions of an account stay together, so that it is mostly its own that a hang takes along. A worker
 * that hangs is ended by the watchdog and replaced; the sessions in it end with an error.
 */
export class SessionWorkers implements SessionHost {
  readonly #options: SessionWorkersOptions
  readonly #workers: SessionThread[] = []
  #compiled: CompiledScriptEngine | undefined
  #nextSession = 1
  #watch: Timer | undefined

  constructor(options: SessionWorkersOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    this.#compiled ??= await compileScriptEngine()
    const count =
      this.#options.workers ?? Math.min(Math.max(2, availableParallelism() - 1), MANY_WORKERS)
    for (let i = 0; i < count; i++) this.#workers.push(this.#newThread())
    await Promise.all(this.#workers.map((worker) => worker.ready))
    this.#armWatchdog()
  }

  async stop(): Promise<void> {
    this.#watch?.cancel()
    this.#watch = undefined
    const workers = this.#workers.splice(0)
    await Promise.all(workers.map((worker) => worker.end('The server is stopping.')))
  }

  run(start: SessionStart, platform: Platform, onSteps?: OnSteps): HostedSession {
    return this.#place(start.accountId).run(this.#nextSession++, start, platform, onSteps)
  }

  /** With the account's other sessions, where there is room; else where there are fewest. */
  #place(accountId: number): SessionThread {
    const least = (some: readonly SessionThread[]): SessionThread | undefined =>
      some.toSorted((one, other) => one.load - other.load)[0]
    const ready = this.#workers.filter(({ isReady }) => isReady)
    const able = ready.length > 0 ? ready : this.#workers
    const own = least(able.filter((worker) => worker.has(accountId)))
    const chosen = own !== undefined && own.load < FULL ? own : least(able)
    assert(chosen !== undefined, 'session workers that run')
    return chosen
  }

  #newThread(): SessionThread {
    const { log, session: limits = {}, script: scriptLimits = {} } = this.#options
    assert(this.#compiled !== undefined, 'session workers that have started')
    return new SessionThread(log, { limits, scriptLimits, compiled: this.#compiled })
  }

  /**
   * Looks at what the workers do, tick by tick: a tick counts against a worker that is where it was at
   * the last one. So a machine that stood still as a whole is held against nobody.
   */
  #armWatchdog(): void {
    const { clock, log, evaluationWatchMs = 250, stretchWatchMs = 1000 } = this.#options
    const tickMs = evaluationWatchMs / TICKS
    this.#watch = clock.setTimer(tickMs, () => {
      for (const [index, worker] of this.#workers.entries()) {
        const stuck = worker.look()
        const limitMs = stuck.callId === undefined ? stretchWatchMs : evaluationWatchMs
        if (worker.alive && stuck.ticks * tickMs < limitMs) continue
        const { callId } = stuck
        log.error('session worker hangs, replaced', { sessions: worker.load, limitMs, callId })
        this.#workers[index] = this.#newThread()
        void worker.end(`A script ran for more than ${limitMs} ms and was stopped.`, callId)
      }
      this.#armWatchdog()
    })
  }
}

const TICKS = 5

interface RunningSession {
  readonly accountId: number
  readonly callId: number
  readonly startUri: string
  readonly platform: Platform
  readonly onSteps: OnSteps | undefined
  /** What plays, records or transfers, by the request that began it. */
  readonly underway: Map<number, { stop(): void }>
  readonly resolve: (end: SessionEnd) => void
}

/** How long a worker has been where it is; `callId`: of the session whose script is at work. */
interface Stuck {
  readonly ticks: number
  readonly callId?: number
}

/** One worker thread and the sessions in it. */
class SessionThread {
  readonly ready: Promise<void>
  alive = true
  isReady = false
  readonly #worker: Worker
  readonly #marks = new Int32Array(new SharedArrayBuffer(MARKS * Int32Array.BYTES_PER_ELEMENT))
  readonly #sessions = new Map<number, RunningSession>()
  #seen = { stretch: 0, evaluating: 0, sign: 0 }
  #stretchTicks = 0
  #evaluationTicks = 0

  constructor(log: Logger, setup: Omit<WorkerSetup, 'marks'>) {
    const workerData: WorkerSetup = { ...setup, marks: this.#marks }
    this.#worker = new Worker(siblingModule(import.meta.url, 'session-worker'), {
      workerData,
      env: {},
      // Deep scripts then meet the engine's own limit, and not the thread's.
      resourceLimits: { maxOldGenerationSizeMb: 512, stackSizeMb: 16 },
    })
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromSession) => {
        if (message.type === 'report') return log[message.level](message.event, message.fields)
        if (message.type !== 'ready') return this.#answer(message)
        this.isReady = true
        resolve()
      })
      this.#worker.on('error', (error) => {
        log.error('session worker failed', { error: errorMessage(error) })
        this.#endAll(`The session's worker failed: ${errorMessage(error)}`)
        reject(error)
      })
    })
    this.ready.catch(() => {})
    this.#worker.on('exit', () => this.#endAll("The session's worker ended."))
  }

  get load(): number {
    return this.#sessions.size
  }

  has(accountId: number): boolean {
    for (const running of this.#sessions.values()) if (running.accountId === accountId) return true
    return false
  }

  /** Called once a tick. */
  look(): Stuck {
    const [stretch, evaluating, sign] = [STRETCH, EVALUATING, SIGN].map((mark) =>
      Atomics.load(this.#marks, mark),
    ) as [number, number, number]
    const seen = this.#seen
    this.#seen = { stretch, evaluating, sign }
    const isSame = stretch !== 0 && stretch === seen.stretch
    this.#stretchTicks = isSame ? this.#stretchTicks + 1 : 0
    const isSilent = evaluating !== 0 && evaluating === seen.evaluating && sign === seen.sign
    this.#evaluationTicks = isSilent ? this.#evaluationTicks + 1 : 0
    const session = this.#sessions.get(evaluating)
    if (!isSilent || session === undefined) return { ticks: this.#stretchTicks }
    return { ticks: this.#evaluationTicks, callId: session.callId }
  }

  run(
    session: number,
    start: SessionStart,
    platform: Platform,
    onSteps: OnSteps | undefined,
  ): HostedSession {
    const { accountId, startUri } = start
    const { callId } = start.variables
    const ended = new Promise<SessionEnd>((resolve) => {
      this.#sessions.set(session, {
        accountId,
        callId,
        startUri,
        platform,
        onSteps,
        underway: new Map(),
        resolve,
      })
    })
    const records = platform.record !== undefined
    const transfers = platform.transfer !== undefined
    const traces = onSteps !== undefined
    this.#post({ type: 'start', session, start, records, transfers, traces })
    return { ended, receive: (event) => this.#post({ type: 'caller', session, event }) }
  }

  /** `guilty`: the call whose script is to blame; the others are told that it was not theirs. */
  async end(why: string, guilty?: number): Promise<void> {
    this.#endAll(why, guilty)
    await this.#worker.terminate()
  }

  #post(message: ToSession): void {
    this.#worker.postMessage(message)
  }

  #answer(message: Exclude<FromSession, { type: 'ready' | 'report' }>): void {
    const { session } = message
    const running = this.#sessions.get(session)
    if (running === undefined) return
    const { platform, underway } = running
    switch (message.type) {
      case 'fetch': {
        const { request } = message
        platform.fetch(message.what).then(
          (response) => this.#post({ type: 'fetched', session, request, response }),
          (failure: FetchFailure) =>
            this.#post({ type: 'fetch-failed', session, request, failure: plainFailure(failure) }),
        )
        return
      }
      case 'prepare':
        return platform.prepare(message.prompt)
      case 'play': {
        const { request } = message
        const playback = platform.play(message.prompt)
        underway.set(request, playback)
        void playback.ended.then((end) => {
          underway.delete(request)
          this.#post({ type: 'played', session, request, end })
        })
        return
      }
      case 'record': {
        const { request } = message
        const recording = platform.record?.(message.what)
        if (recording === undefined) return
        underway.set(request, recording)
        void recording.ended.then((end) => {
          underway.delete(request)
          this.#post({ type: 'recorded', session, request, end })
        })
        return
      }
      case 'record-call':
        return platform.recordCall?.(message.on)
      case 'transfer': {
        const { request } = message
        const transfer = platform.transfer?.(message.what)
        if (transfer === undefined) return
        underway.set(request, transfer)
        void transfer.ended.then((end) => {
          underway.delete(request)
          this.#post({ type: 'transferred', session, request, end })
        })
        return
      }
      case 'stop':
        return underway.get(message.request)?.stop()
      case 'disconnect': {
        const { request } = message
        void platform
          .disconnect()
          .then(() => this.#post({ type: 'disconnected', session, request }))
        return
      }
      case 'log':
        return platform.log(message.entry)
      case 'steps':
        return running.onSteps?.(message.steps)
      case 'ended':
        this.#sessions.delete(session)
        return running.resolve(message.end)
    }
  }

  #endAll(why: string, guilty?: number): void {
    this.alive = false
    this.isReady = false
    for (const { callId, startUri, resolve } of this.#sessions.values()) {
      const isOther = guilty !== undefined && callId !== guilty
      const event = isOther ? 'error.internal' : 'error.semantic'
      const message = isOther ? `The script of another call has hung its worker. ${why}` : why
      resolve({ reason: 'error', fault: { event, message, uri: startUri } })
    }
    this.#sessions.clear()
  }
}

function plainFailure(failure: FetchFailure): FetchFailure {
  return { reason: failure.reason ?? 'network', message: failure.message }
}
