import { type Clock, errorMessage, type Logger, sleep } from '#base'
import { type ScopedVariable, type ScriptContext, type ScriptEngine, ScriptError } from '#script'
import { CallerInput } from './dialog/caller-input.ts'
import { GrammarStore } from './dialog/grammar-store.ts'
import type { Interpreter } from './dialog/interpreter.ts'
import type { DialogTarget, Leaving } from './dialog/leaving.ts'
import { Recordings } from './dialog/recordings.ts'
import { runDialogs } from './dialog/run-dialogs.ts'
import { calleeTypeChanged, declareSessionVariables } from './dialog/session-variables.ts'
import { describeFault } from './events/handle-event.ts'
import { CALLEE_TYPE_KNOWN } from './events/platform-event.ts'
import { VxmlEvent } from './events/vxml-event.ts'
import { findDialog, findRoot } from './executable/transition.ts'
import type { FirstDocument } from './fetch/first-document.ts'
import type { HttpCache } from './fetch/http-cache.ts'
import { splitFragment } from './fetch/resolve-uri.ts'
import { type LoadedDocument, ResourceLoader } from './fetch/resource-loader.ts'
import { SessionHttp } from './fetch/session-http.ts'
import {
  Budget,
  DEFAULT_LIMITS,
  LimitExceeded,
  SessionClosed,
  type SessionLimits,
} from './limits.ts'
import type { CallerEvent, Platform, SessionEnd, SessionVariables } from './platform.ts'
import { PromptQueue } from './prompt/prompt-queue.ts'
import type { SessionMoment } from './session-moment.ts'

export interface SessionOptions {
  readonly platform: Platform
  /** Absolute, http or https. */
  readonly startUri: string
  readonly startMethod: 'GET' | 'POST'
  readonly startFields: readonly (readonly [name: string, value: string])[]
  readonly variables: SessionVariables
  /** The start document, where it was fetched while the phone rang. */
  readonly firstDocument?: FirstDocument
  /** Answers that sessions may have in common; without it each keeps its own. */
  readonly sharedCache?: HttpCache
  readonly script: ScriptEngine
  readonly limits?: Partial<SessionLimits>
  readonly log: Logger
  /** Follows the session, for traces and tests. */
  readonly onMoment?: (moment: SessionMoment) => void
}

export interface Session {
  receive(event: CallerEvent): void
  /** Never rejects. */
  readonly ended: Promise<SessionEnd>
  /** Visits, elements and events so far. */
  readonly steps: number
  /**
   * The variables as they are while it waits, for whoever looks on; none before it has begun and after its end.
   * Throws `ScriptError` where looking at them meets a limit.
   */
  variables(): ScopedVariable[]
  /** Ends it at once, without any further element, e.g. on shutdown. Twice-safe. */
  abort(): void
}

/** Runs VoiceXML from its first document to its end. The call is answered already. */
export function startSession(options: SessionOptions): Session {
  const input = new CallerInput()
  const budget = new Budget({ ...DEFAULT_LIMITS, ...options.limits })
  const scripts = options.script.createContext()
  let begun: ScriptContext | undefined
  const { promise: ended, resolve } = Promise.withResolvers<SessionEnd>()
  const { callSeconds } = budget.limits
  const callTimer = options.platform.clock.setTimer(callSeconds * 1000, () =>
    end(limitEnd(options, new LimitExceeded('callSeconds', callSeconds))),
  )
  const end = (how: SessionEnd): void => {
    callTimer.cancel()
    budget.close()
    // What waits for input or plays a prompt lets go of it.
    input.receive({ kind: 'hangup' })
    scripts.then(
      (context) => context.dispose(),
      () => undefined,
    )
    resolve(how)
  }
  scripts
    .then((context) => {
      begun = context
      return run(createInterpreter(options, context, input, budget), options)
    })
    .then(end, (thrown: unknown) => {
      // What fails after the end has lost its scripts, and nothing more is to be said of it.
      if (!budget.closed) end(failedEnd(options, thrown))
    })
  return {
    ended,
    get steps() {
      return budget.steps
    },
    variables: () => (budget.closed ? [] : (begun?.listVariables() ?? [])),
    abort: () => end({ reason: 'hangup' }),
    receive(event) {
      if (event.kind !== 'callee-type') return input.receive(event)
      scripts.then(
        (context) => {
          calleeTypeChanged(context, options.variables, event)
          input.receive(CALLEE_TYPE_KNOWN)
        },
        () => undefined,
      )
    },
  }
}

function createInterpreter(
  options: SessionOptions,
  scripts: ScriptContext,
  input: CallerInput,
  budget: Budget,
): Interpreter {
  const { platform, log } = options
  const note = options.onMoment ?? (() => undefined)
  const { firstDocument, sharedCache } = options
  const http = new SessionHttp({
    platform,
    ...(sharedCache === undefined ? {} : { sharedCache }),
    cookies: firstDocument?.cookies ?? [],
    onRequest: ({ uri, method }) => note({ kind: 'fetch', uri, method }),
  })
  const loader = new ResourceLoader(http, budget, note, firstDocument)
  const interpreter: Interpreter = {
    platform,
    log,
    scripts,
    budget,
    note,
    runSubdialog: (depth, start, params) => runDialogs(interpreter, depth, start, params),
    pace: paceOf(platform.clock, budget, scripts),
    input,
    prompts: new PromptQueue(platform, input, (prompt) => {
      budget.noteProgress()
      note({ kind: 'prompt', prompt })
    }),
    loader,
    grammars: new GrammarStore(loader),
    recordings: new Recordings(),
    disconnected: undefined,
    disconnectValue: undefined,
    lateTermchar: undefined,
    recordsCall: undefined,
  }
  return interpreter
}

/** Counts the steps; after many, or where scripts have taken long, others have their turn. */
function paceOf(clock: Clock, budget: Budget, scripts: ScriptContext): () => Promise<void> {
  let spentMs = scripts.spentMs
  return async () => {
    budget.takeStep()
    const isEnough = scripts.spentMs - spentMs > SCRIPTS_MS_PER_TURN
    if (!isEnough && budget.steps % STEPS_PER_TURN !== 0) return
    spentMs = scripts.spentMs
    await sleep(clock, 0)
  }
}

const STEPS_PER_TURN = 50
const SCRIPTS_MS_PER_TURN = 10

async function run(interpreter: Interpreter, options: SessionOptions): Promise<SessionEnd> {
  declareSessionVariables(interpreter.scripts, options.variables)
  const start = await loadStart(interpreter, options).catch((thrown: unknown) => {
    // There is no document yet whose handlers could catch it.
    if (thrown instanceof VxmlEvent) {
      interpreter.note({ kind: 'throw', ...describeFault(thrown, options.startUri) })
    }
    throw thrown
  })
  const left = await runDialogs(interpreter, 0, start, new Map())
  // "Before the interpreter exits all queued prompts are played to completion" (section 4.1.8).
  await interpreter.prompts.playOut()
  return endOf(left, interpreter)
}

async function loadStart(interpreter: Interpreter, options: SessionOptions): Promise<DialogTarget> {
  const { address, fragment } = splitFragment(options.startUri)
  const { startMethod, startFields: fields } = options
  const load = (method: SessionOptions['startMethod']): Promise<LoadedDocument> =>
    interpreter.loader.loadDocument({ uri: address, method, fields, timeoutMs: START_TIMEOUT_MS })
  const document = await load(startMethod).catch(async (thrown: unknown) => {
    if (startMethod === 'GET' || !refusesMethod(thrown)) throw thrown
    options.log.warn('the start document is asked for by GET', { reason: errorMessage(thrown) })
    // By its own address, for the call's fields are no part of its name (section 1.5.2).
    return { ...(await load('GET')), uri: address }
  })
  const dialog = findDialog(document, fragment)
  return {
    dialog,
    document,
    ...(await findRoot({ interpreter }, document, { timeoutMs: START_TIMEOUT_MS })),
  }
}

const START_TIMEOUT_MS = 30_000

/** As servers of plain files do; they have answered the check of the queued call, which was a GET. */
function refusesMethod(thrown: unknown): boolean {
  return thrown instanceof VxmlEvent && /^error\.badfetch\.http\.(405|501)$/.test(thrown.event)
}

function endOf(left: Exclude<Leaving, { kind: 'dialog' }>, interpreter: Interpreter): SessionEnd {
  if (left.kind === 'return') return { reason: 'exit' }
  const { disconnectValue } = interpreter
  const value = left.value ?? disconnectValue
  const isBoth = left.value !== undefined && disconnectValue !== undefined
  return {
    reason: left.reason,
    ...(value === undefined ? {} : { exitValue: JSON.stringify(value) }),
    ...(isBoth ? { disconnectValue: JSON.stringify(disconnectValue) } : {}),
    ...(left.fault === undefined ? {} : { fault: left.fault }),
  }
}

function failedEnd(options: SessionOptions, thrown: unknown): SessionEnd {
  if (thrown instanceof LimitExceeded) return limitEnd(options, thrown)
  if (thrown instanceof VxmlEvent) {
    return { reason: 'error', fault: describeFault(thrown, options.startUri) }
  }
  if (thrown instanceof SessionClosed) return { reason: 'hangup' }
  if (thrown instanceof ScriptError && thrown.code === 'script-engine-lost') {
    const event = 'error.semantic.script-engine-lost'
    const { message, uri = options.startUri, line } = thrown
    options.log.error('the script engine of a session is lost', { uri, line, message })
    return {
      reason: 'error',
      fault: { event, message, uri, ...(line === undefined ? {} : { line }) },
    }
  }
  options.log.error('vxml session failed', { reason: errorMessage(thrown) })
  const fault = { event: 'error.internal', message: errorMessage(thrown), uri: options.startUri }
  return { reason: 'error', fault }
}

function limitEnd(options: SessionOptions, exceeded: LimitExceeded): SessionEnd {
  const event = `error.limit.${exceeded.limit.toLowerCase()}`
  const fault = { uri: options.startUri, ...exceeded.origin, event, message: exceeded.message }
  options.log.warn('session limit exceeded', { limit: exceeded.limit, ...fault })
  return { reason: 'limit', fault }
}
