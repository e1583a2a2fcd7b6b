import type { ScriptValue } from '#script'
import type { SubdialogItem } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { findDialog, findTarget } from '../executable/transition.ts'
import type { FormVisit } from './form-visit.ts'
import type { DialogTarget, Flow } from './leaving.ts'
import { processFilled } from './process-utterance.ts'

/**
 * VoiceXML 2.0 section 2.3.4: another dialog in an execution context of its own; of this one's
 * variables, grammars and handlers it sees none.
 */
export async function executeSubdialog(
  visit: FormVisit,
  item: SubdialogItem,
): Promise<Flow | undefined> {
  const { interpreter, depth } = visit.context
  interpreter.budget.require('subdialogDepth', depth + 1)
  const params = new Map<string, ScriptValue>()
  for (const { name, value } of item.params) {
    params.set(name, value.kind === 'literal' ? value.text : visit.evaluate(value.expression))
  }
  const target = await subdialogTarget(visit, item)
  interpreter.scripts.beginSubdialog()
  const left = await interpreter
    .runSubdialog(depth + 1, target, params)
    .finally(() => interpreter.scripts.endSubdialog())
  if (left.kind === 'exit') return left
  if (left.event !== undefined) throw new VxmlEvent(left.event.name, left.event.message)
  visit.fill(item, left.value)
  return await processFilled(visit, new Set([item]))
}

async function subdialogTarget(visit: FormVisit, item: SubdialogItem): Promise<DialogTarget> {
  const reference = visit.evaluateWritten(item.src).trim()
  // "If a fragment is accompanied by a namelist attribute there will also be a fetch" (6.1.1).
  if (!reference.startsWith('#') || item.namelist.length > 0) {
    const { fetching, namelist } = item
    const request = { reference, fetching, sending: item, namelist }
    return await findTarget(visit, { ...request, always: true, separate: true })
  }
  const { document } = visit.context
  const dialog = findDialog(document, reference.slice(1))
  return { dialog, document, root: visit.context.root, keeps: 'nothing' }
}
