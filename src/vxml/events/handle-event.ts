import type { FormVisit } from '../dialog/form-visit.ts'
import type { Flow, Leaving } from '../dialog/leaving.ts'
import { noteStep } from '../dialog/note-step.ts'
import type { CatchNode } from '../document/vxml-document.ts'
import { executeScoped } from '../executable/execute.ts'
import type { SessionFault } from '../platform.ts'
import { DEFAULT_CATCHES, type DefaultCatch } from './default-catches.ts'
import { selectCatch } from './select-catch.ts'
import type { VxmlEvent } from './vxml-event.ts'

/**
 * Finds the event's handler from the scope it arose in outwards, and executes it (VoiceXML 2.0
 * section 5.2). The scope is the item that is visited, or the dialog where there is none.
 */
export async function handleEvent(
  visit: FormVisit,
  event: VxmlEvent,
  depth = 1,
): Promise<Flow | undefined> {
  const { interpreter, item } = visit
  interpreter.budget.takeStep()
  interpreter.budget.require('handlerDepth', depth)
  interpreter.note({ kind: 'throw', ...describeFault(event, visit.context.document.uri) })
  const counters = item === undefined ? visit.counters : visit.state(item).counters
  counters.increment(event.event)
  visit.reprompted = false
  try {
    const chosen = selectCatch(inheritedCatches(visit), event.event, counters, (candidate) =>
      visit.holds(candidate),
    )
    noteStep(visit, `handle ${event.event} in`, chosen)
    // "If the thrown event does not specify a message, the value of _message is undefined."
    const variables = { _event: event.event, _message: event.message || undefined }
    const flow = await visit.writtenIn(sourceOf(visit, chosen), () =>
      executeScoped(visit, chosen?.content ?? [], variables),
    )
    if (flow !== undefined) return flow
    return chosen !== undefined && 'action' in chosen ? act(visit, event, chosen) : undefined
  } catch (thrown) {
    // What a handler throws is handled relative to the scope where the first event arose.
    return await handleEvent(visit, visit.asEvent(thrown), depth + 1)
  }
}

/** Whether the author has written a handler for the next event of this very name. */
export function isCaughtByName(visit: FormVisit, event: string): boolean {
  const { counters } = visit.item === undefined ? visit : visit.state(visit.item)
  const count = counters.count(event) + 1
  return inheritedCatches(visit).some(
    (one) => one.events.includes(event) && one.count <= count && visit.holds(one),
  )
}

/** Form item, form, document, application root document, interpreter context (section 5.2.4). */
function inheritedCatches(visit: FormVisit): (CatchNode | DefaultCatch)[] {
  const { root, document } = visit.context
  return [
    ...(visit.item?.catches ?? []),
    ...visit.dialog.catches,
    ...document.document.catches,
    ...(root === document ? [] : root.document.catches),
    ...DEFAULT_CATCHES,
  ]
}

/** Handlers are inherited as if by copy, but their faults are mended where they are written. */
function sourceOf(visit: FormVisit, chosen: CatchNode | undefined): string {
  const { root, document } = visit.context
  const isOfRoot = chosen !== undefined && root.document.catches.includes(chosen)
  return isOfRoot ? root.uri : document.uri
}

function act(visit: FormVisit, event: VxmlEvent, chosen: DefaultCatch): Leaving | undefined {
  if (chosen.action !== 'exit') {
    visit.reprompted = chosen.action === 'reprompt'
    return undefined
  }
  const { interpreter } = visit
  if (event.event.startsWith('connection.disconnect')) {
    return { kind: 'exit', reason: interpreter.disconnected ?? 'hangup' }
  }
  if (event.event === 'exit') return { kind: 'exit', reason: 'exit' }
  return { kind: 'exit', reason: 'error', fault: describeFault(event, visit.context.document.uri) }
}

export function describeFault(event: VxmlEvent, currentUri: string): SessionFault {
  const { uri, line, column } = event.origin
  return {
    event: event.event,
    message: event.message,
    uri: uri ?? currentUri,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
}
