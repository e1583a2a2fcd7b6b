import type { JsonValue } from '#script'
import type { FormVisit } from '../dialog/form-visit.ts'
import type { Leaving } from '../dialog/leaving.ts'
import type { DisconnectNode, ExitNode, ReturnNode } from '../document/vxml-document.ts'
import { eventName } from '../events/event-name.ts'
import { VxmlEvent } from '../events/vxml-event.ts'

/** VoiceXML 2.0 section 5.3.9. */
export function exit(visit: FormVisit, element: ExitNode): Leaving {
  const value =
    element.expr === undefined ? namedValues(visit, element.namelist) : visit.evaluate(element.expr)
  return { kind: 'exit', reason: 'exit', ...(value === undefined ? {} : { value }) }
}

/** Section 5.3.10. Outside a subdialog it is a semantic error. */
export function returnFrom(visit: FormVisit, element: ReturnNode): Leaving {
  if (visit.context.depth === 0) {
    throw new VxmlEvent('error.semantic', '<return> stands outside of any subdialog.')
  }
  const value = namedValues(visit, element.namelist) ?? {}
  if (element.event === undefined) return { kind: 'return', value }
  const name = eventName(visit, element.event)
  const message = element.message === undefined ? '' : visit.evaluateWritten(element.message)
  return { kind: 'return', value, event: { name, message } }
}

/**
 * Section 5.3.11: what is queued is heard first, then the call ends, and the document goes on with
 * `connection.disconnect.hangup` in the final processing state.
 */
export async function disconnect(visit: FormVisit, element: DisconnectNode): Promise<never> {
  const { interpreter } = visit
  const value = namedValues(visit, element.namelist)
  await interpreter.prompts.playOut()
  if (!interpreter.input.hungUp) await interpreter.platform.disconnect()
  interpreter.disconnected ??= 'disconnect'
  interpreter.input.receive({ kind: 'hangup' })
  interpreter.disconnectValue = value
  const sentence = 'The document has disconnected the call.'
  throw new VxmlEvent('connection.disconnect.hangup', sentence, visit.origin(element))
}

/** The variables as an object; `date.month` becomes a member `month` of `date`. Undefined for none. */
function namedValues(visit: FormVisit, namelist: readonly string[]): JsonValue | undefined {
  if (namelist.length === 0) return undefined
  const values: Members = {}
  for (const name of namelist) {
    const value = visit.interpreter.scripts.evaluate(name)
    if (value !== undefined) setPath(values, name.split('.'), value)
  }
  return values
}

function setPath(target: Members, path: readonly string[], value: JsonValue): void {
  const [first = '', ...rest] = path
  if (rest.length === 0) {
    target[first] = value
    return
  }
  const inner = target[first]
  const members: Members = isObject(inner) ? { ...inner } : {}
  setPath(members, rest, value)
  target[first] = members
}

type Members = Record<string, JsonValue>

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
