import type { CatchNode, Dialog, FilledNode, FormItem } from '../document/vxml-document.ts'
import type { FormVisit } from './form-visit.ts'

/** Tells whoever follows the session of a step of the algorithm, in the appendix's words. */
export function noteStep(
  visit: FormVisit,
  deed: string,
  element: Dialog | FormItem | CatchNode | FilledNode | undefined,
): void {
  const { line, column } = element ?? NOWHERE
  const { uri } = visit.context.document
  const message = `${deed} ${nameOf(element)}`
  visit.interpreter.note({ kind: 'step', message, uri, line, column })
}

/** The platform's own handlers stand in no document. */
const NOWHERE = { line: 0, column: 0 }

function nameOf(element: Dialog | FormItem | CatchNode | FilledNode | undefined): string {
  if (element === undefined) return 'no handler'
  if ('events' in element) {
    const kind = 'action' in element ? 'the default <catch' : '<catch'
    return `${kind} event="${element.events.join(' ')}">`
  }
  if ('mode' in element) return '<filled>'
  const name = 'entries' in element ? ['id', element.id] : ['name', element.name]
  return name[1] === undefined ? `<${element.kind}>` : `<${element.kind} ${name[0]}="${name[1]}">`
}
