import type { FormVisit } from './form-visit.ts'
import { noteStep } from './note-step.ts'

/**
 * The platform's property `recordcall` (plum-api section 7), as the form item that is visited has it: the
 * platform is told where it changes. As long as no document names it, the operator's setting holds.
 */
export function recordCall(visit: FormVisit): void {
  const { interpreter, properties, item } = visit
  const named = properties.get('recordcall')
  const before = interpreter.recordsCall
  const on = named === undefined && before === undefined ? undefined : named === 'true'
  if (on === undefined || on === before) return
  interpreter.recordsCall = on
  interpreter.platform.recordCall?.(on)
  const deed = on ? 'record the call from' : 'record the call no longer from'
  noteStep(visit, deed, item ?? visit.dialog)
}
