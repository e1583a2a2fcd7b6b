import { assert } from '#base'
import { type EvaluationWatch, type ScopedVariable, ScriptError } from '#script'
import type { Session } from '#vxml'
import type { WaitPoint } from '../try-caller.ts'
import type { TryEvent } from '../try-event.ts'
import type { Move } from '../try-moves.ts'
import { trySession } from '../try-session.ts'
import { fetchBeside, uriOf } from './given-document.ts'
import { serveThread, showLife } from './serve-thread.ts'
import type { Fetch } from './thread-messages.ts'
import { trialEventOf } from './trial-event.ts'
import type { TrialQuestion, TrialTold } from './trial-question.ts'

/** The inside of a trial: one dialogue, which waits for its moves. */

const MOST_EVENTS = 500
/** All scripts from one move to the next, of this thread's processor time. */
const SCRIPTS_MS = 2000

let events: TryEvent[] = []
let leftOut = 0
let told = Promise.withResolvers<TrialTold>()
let moved = Promise.withResolvers<Move>()
const watch = scriptWatch()

serveThread<TrialQuestion, TrialTold>((question, fetch) => {
  events = []
  leftOut = 0
  told = Promise.withResolvers()
  watch.begins()
  if (question.kind === 'move') moved.resolve(question.move)
  else begin(question, fetch)
  return told.promise
})

function begin(
  { document, fields, ...options }: Extract<TrialQuestion, { kind: 'start' }>,
  fetch: Fetch,
): void {
  const ended = trySession({
    ...options,
    startUri: uriOf(document),
    fetch: fetchBeside(document, fetch),
    params: fields,
    nextMove: (point, session) => {
      moved = Promise.withResolvers()
      tell(point, variablesOf(session))
      return moved.promise
    },
    onEvent: note,
    watch,
  })
  ended.then(
    () => tell(null, []),
    (thrown: unknown) => told.reject(thrown),
  )
}

function note(event: TryEvent): void {
  if (events.length < MOST_EVENTS || event.event === 'end') events.push(event)
  else leftOut += 1
}

function tell(waiting: WaitPoint | null, variables: readonly ScopedVariable[] | undefined): void {
  told.resolve({
    events: events.map(trialEventOf),
    events_left_out: leftOut,
    waiting,
    ...(variables === undefined ? {} : { variables: [...variables] }),
  })
}

function variablesOf(session: Pick<Session, 'variables'>): ScopedVariable[] | undefined {
  try {
    return session.variables()
  } catch (thrown) {
    assert(thrown instanceof ScriptError, 'looking at variables fails by a limit')
    return undefined
  }
}

/** Each evaluation has a limit of its own; a dialogue of many of them has one for all. */
function scriptWatch(): EvaluationWatch & { begins(): void } {
  let spentMs = 0
  let begunMs = 0
  let isSpent = false
  const look = (): boolean => {
    showLife()
    isSpent ||= spentMs + threadMs() - begunMs > SCRIPTS_MS
    return isSpent
  }
  return {
    begins() {
      spentMs = 0
      isSpent = false
    },
    begin() {
      begunMs = threadMs()
      return !isSpent
    },
    sign: look,
    end() {
      spentMs += threadMs() - begunMs
    },
  }
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
