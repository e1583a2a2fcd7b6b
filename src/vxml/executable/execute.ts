import type { FormVisit } from '../dialog/form-visit.ts'
import type { Flow } from '../dialog/leaving.ts'
import type {
  Executable,
  ForeachNode,
  IfNode,
  LogNode,
  ThrowNode,
} from '../document/vxml-document.ts'
import { eventName } from '../events/event-name.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { evaluateText } from '../prompt/evaluate-prompt.ts'
import { queuePrompt } from '../prompt/queue-prompt.ts'
import { clear } from './clear.ts'
import { declare } from './declare.ts'
import { disconnect, exit, returnFrom } from './end.ts'
import { goTo, submit } from './transition.ts'

/**
 * Executable content in document order (VoiceXML 2.0 section 5.3), until one element leads elsewhere.
 * What fails is thrown as an event that says where; the elements after it are not executed.
 */
export async function executeAll(
  visit: FormVisit,
  content: readonly Executable[],
): Promise<Flow | undefined> {
  for (const element of content) {
    try {
      await visit.interpreter.pace()
      const flow = await execute(visit, element)
      if (flow !== undefined) return flow
    } catch (thrown) {
      throw visit.asEvent(thrown, element)
    }
  }
  return undefined
}

/** Executes in an anonymous scope of its own: a block, a filled action, an event handler. */
export async function executeScoped(
  visit: FormVisit,
  content: readonly Executable[],
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<Flow | undefined> {
  const { scripts } = visit.interpreter
  const depth = scripts.scopes.length
  scripts.pushScope('anonymous')
  try {
    for (const [name, value] of Object.entries(variables)) {
      scripts.setVariable('anonymous', name, value)
    }
    return await executeAll(visit, content)
  } finally {
    while (scripts.scopes.length > depth) scripts.popScope()
  }
}

async function execute(visit: FormVisit, element: Executable): Promise<Flow | undefined> {
  switch (element.kind) {
    case 'var':
    case 'script':
    case 'data':
      return await declare(visit, element)
    case 'assign':
      visit.interpreter.scripts.assign(element.name, element.expr.code, visit.place(element))
      return undefined
    case 'clear':
      return clear(visit, element)
    case 'if':
      return await executeIf(visit, element)
    case 'foreach':
      return await executeForeach(visit, element)
    case 'prompt':
      return queuePrompt(visit, element)
    case 'reprompt':
      visit.reprompted = true
      return undefined
    case 'log':
      return log(visit, element)
    case 'throw':
      return throwEvent(visit, element)
    case 'goto':
      return await goTo(visit, element)
    case 'submit':
      return await submit(visit, element)
    case 'exit':
      return exit(visit, element)
    case 'return':
      return returnFrom(visit, element)
    case 'disconnect':
      return await disconnect(visit, element)
  }
}

/** Section 5.3.4. */
async function executeIf(visit: FormVisit, element: IfNode): Promise<Flow | undefined> {
  const taken = element.branches.find((branch) => visit.holds(branch))
  return taken === undefined ? undefined : await executeAll(visit, taken.content)
}

/** VoiceXML 2.1 section 6. */
async function executeForeach(visit: FormVisit, element: ForeachNode): Promise<Flow | undefined> {
  const { scripts } = visit.interpreter
  const held = scripts.copyArray(element.array.code, visit.place(element))
  try {
    scripts.declare(element.item, undefined, visit.place(element))
    for (let index = 0; index < held.length; index++) {
      held.assignItem(index, element.item)
      const flow = await executeAll(visit, element.content)
      if (flow !== undefined) return flow
    }
    return undefined
  } finally {
    held.release()
  }
}

/** Section 5.3.13. */
function log(visit: FormVisit, element: LogNode): undefined {
  const said = evaluateText(visit, element.content)
  const value = element.expr === undefined ? '' : visit.evaluateToString(element.expr)
  const text = [said, value].filter((part) => part !== '').join(' ')
  visit.interpreter.platform.log({ label: element.label, text })
}

/** Section 5.2.1. */
function throwEvent(visit: FormVisit, element: ThrowNode): never {
  const event = eventName(visit, element.event)
  const message = element.message === undefined ? '' : visit.evaluateWritten(element.message)
  throw new VxmlEvent(event, message, visit.origin(element))
}
