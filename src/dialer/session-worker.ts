import { parentPort, workerData } from 'node:worker_threads'
import { assert, type Clock, type Logger, type LogLevel, systemClock } from '#base'
import { createScriptEngine, type EvaluationWatch, type ScriptEngine } from '#script'
import {
  type DialogueStep,
  DialogueSteps,
  type FetchFailure,
  type FetchResponse,
  HttpCache,
  type Platform,
  type PlaybackEnd,
  type RecordEnd,
  type Session,
  type SessionMoment,
  startSession,
  type TransferEnd,
} from '#vxml'
import {
  type AgedStep,
  EVALUATING,
  type FromSession,
  SIGN,
  STRETCH,
  type ToSession,
  type WorkerSetup,
} from './session-messages.ts'

/**
 * The inside of a session worker: VoiceXML sessions with their script engine, and a platform whose
 * every call is a message to the main thread.
 */
assert(parentPort !== null, 'runs as a worker thread')
const port = parentPort
const { marks, limits, scriptLimits, compiled } = workerData as WorkerSetup
let stretches = 0
let lastMade: Promise<void> = Promise.resolve()
const LAST_STRETCH = 1_000_000_000
const clock = watchedClock(systemClock)
const log = reportingLogger({})
const engine: ScriptEngine = await createScriptEngine({
  clock,
  log,
  limits: scriptLimits,
  compiled,
})
/** Documents, scripts and grammars that servers let all callers share: up to 32 MB of them. */
const sharedCache = new HttpCache(32_000_000)
const sessions = new Map<number, RemoteSession>()
/** By session. */
const untold = new Map<number, { readonly atMs: number; readonly step: DialogueStep }[]>()

/** The worker's side of one session. */
interface RemoteSession {
  readonly session: Session
  readonly waiting: Map<number, Waiting>
}

type StartMessage = Extract<ToSession, { type: 'start' }>

interface Waiting {
  resolve(value: unknown): void
  reject(failure: FetchFailure): void
}

port.on('message', (message: ToSession) => {
  markBusy()
  receive(message)
})
post({ type: 'ready' })

function receive(message: ToSession): void {
  if (message.type === 'start') return start(message)
  const remote = sessions.get(message.session)
  if (remote === undefined) return
  switch (message.type) {
    case 'caller':
      return remote.session.receive(message.event)
    case 'fetched':
      return settle(remote, message.request)?.resolve(message.response)
    case 'fetch-failed':
      return settle(remote, message.request)?.reject(message.failure)
    case 'played':
    case 'recorded':
    case 'transferred':
      return settle(remote, message.request)?.resolve(message.end)
    case 'disconnected':
      return settle(remote, message.request)?.resolve(undefined)
  }
}

function settle(remote: RemoteSession, request: number): Waiting | undefined {
  const waiting = remote.waiting.get(request)
  remote.waiting.delete(request)
  return waiting
}

function start({ session: id, start: options, traces, ...does }: StartMessage): void {
  const waiting = new Map<number, Waiting>()
  const session = startSession({
    ...options,
    ...(traces ? { onMoment: stepsOf(id) } : {}),
    platform: remotePlatform(id, waiting, does),
    sharedCache,
    script: { createContext: () => inTurn(() => engine.createContext(evaluationWatch(id))) },
    limits,
    log: log.child({ callId: options.variables.callId }),
  })
  sessions.set(id, { session, waiting })
  void session.ended.then((end) => {
    sessions.delete(id)
    post({ type: 'ended', session: id, end })
  })
}

/** Gathers a session's steps: they leave before its next message, or when its stretch of work is over. */
function stepsOf(session: number): (moment: SessionMoment) => void {
  const steps = new DialogueSteps()
  return (moment) => {
    const step = steps.of(moment)
    if (step === undefined) return
    const waiting = untold.get(session)
    if (waiting !== undefined) return void waiting.push({ atMs: clock.monotonic(), step })
    untold.set(session, [{ atMs: clock.monotonic(), step }])
    setImmediate(() => tellSteps(session))
  }
}

function tellSteps(session: number): void {
  const steps = untold.get(session)
  if (steps === undefined) return
  untold.delete(session)
  const nowMs = clock.monotonic()
  const aged = steps.map(({ atMs, step }): AgedStep => ({ ageMs: nowMs - atMs, step }))
  port.postMessage({ type: 'steps', session, steps: aged } satisfies FromSession)
}

/** The platform port over messages; answers come back under the request's number. */
function remotePlatform(
  session: number,
  waiting: Map<number, Waiting>,
  { records, transfers }: { records: boolean; transfers: boolean },
): Platform {
  let lastRequest = 0
  const ask = <Answer>(message: (request: number) => FromSession): Promise<Answer> => {
    const request = ++lastRequest
    return new Promise<Answer>((resolve, reject) => {
      waiting.set(request, { resolve: (value) => resolve(value as Answer), reject })
      post(message(request))
    })
  }
  const record: Platform['record'] = (what) => {
    const request = lastRequest + 1
    const ended = ask<RecordEnd>(() => ({ type: 'record', session, request, what }))
    return { ended, stop: () => post({ type: 'stop', session, request }) }
  }
  const transfer: Platform['transfer'] = (what) => {
    const request = lastRequest + 1
    const ended = ask<TransferEnd>(() => ({ type: 'transfer', session, request, what }))
    return { ended, stop: () => post({ type: 'stop', session, request }) }
  }
  return {
    ...(records ? { record } : {}),
    ...(transfers ? { transfer } : {}),
    clock,
    fetch: (what) => ask<FetchResponse>((request) => ({ type: 'fetch', session, request, what })),
    prepare: (prompt) => post({ type: 'prepare', session, prompt }),
    play(prompt) {
      const request = lastRequest + 1
      const ended = ask<PlaybackEnd>(() => ({ type: 'play', session, request, prompt }))
      return { ended, stop: () => post({ type: 'stop', session, request }) }
    },
    recordCall: (on) => post({ type: 'record-call', session, on }),
    disconnect: () => ask<void>((request) => ({ type: 'disconnect', session, request })),
    log: (entry) => post({ type: 'log', session, entry }),
  }
}

function post(message: FromSession): void {
  if ('session' in message) tellSteps(message.session)
  port.postMessage(message)
}

/** One thread writes the log: the main one. */
function reportingLogger(bound: Record<string, unknown>): Logger {
  const at = (level: LogLevel) => (event: string, fields?: Record<string, unknown>) =>
    post({ type: 'report', level, event, fields: { ...bound, ...fields } })
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => reportingLogger({ ...bound, ...fields }),
  }
}

/** Marks the beginning of a stretch of work; its end is when the event loop comes round again. */
function markBusy(): void {
  if (Atomics.load(marks, STRETCH) !== 0) return
  stretches = (stretches % LAST_STRETCH) + 1
  Atomics.store(marks, STRETCH, stretches)
  setImmediate(() => Atomics.store(marks, STRETCH, 0))
}

/** Sessions that begin at once begin one after the other, and those that run have their turns between. */
function inTurn<Made>(make: () => Promise<Made>): Promise<Made> {
  const made = lastMade.then(make)
  lastMade = made.then(nextTurn, nextTurn)
  return made
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Marks what the thread is at. All the scripts that a session runs without giving the others a turn have
 * a limit together, well below the watchdog's, which would end the worker and the other sessions with it.
 */
function evaluationWatch(session: number): EvaluationWatch {
  let stretch = 0
  let stretchBegan = 0
  let lookedAt = 0
  let spentMs = 0
  let begun = 0
  let grace = 0
  const isTooMuch = (used: number, now: number): boolean => {
    const isLong = used > MIN_USED_MS && now - stretchBegan > MAX_STRETCH_MS + grace
    if (!isLong && used <= MAX_USED_MS + grace) return false
    // What handles the error has to run too.
    grace = GRACE_MS
    return true
  }
  return {
    begin() {
      const now = clock.monotonic()
      if (stretch !== stretches) {
        stretch = stretches
        stretchBegan = now
        spentMs = 0
        grace = 0
      }
      begun = threadMs()
      Atomics.add(marks, SIGN, 1)
      Atomics.store(marks, EVALUATING, session)
      return !isTooMuch(spentMs, now)
    },
    sign() {
      Atomics.add(marks, SIGN, 1)
      const now = clock.monotonic()
      if (now - lookedAt < LOOK_EVERY_MS) return false
      lookedAt = now
      return isTooMuch(spentMs + threadMs() - begun, now)
    },
    end() {
      spentMs += threadMs() - begun
      Atomics.store(marks, EVALUATING, 0)
    },
  }
}

const LOOK_EVERY_MS = 5
const MAX_USED_MS = 400
/** On a busy machine a stretch lasts long; whoever used little of it is not to blame. */
const MAX_STRETCH_MS = 600
const MIN_USED_MS = 50
const GRACE_MS = 150

/** Processor time of this thread: a machine that stands still is held against nobody. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function watchedClock(inner: Clock): Clock {
  return {
    now: () => inner.now(),
    monotonic: () => inner.monotonic(),
    setTimer: (delayMs, fire) =>
      inner.setTimer(delayMs, () => {
        markBusy()
        fire()
      }),
  }
}
