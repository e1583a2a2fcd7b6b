import type { FormItem } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { declare } from '../executable/declare.ts'
import type { FormVisit } from './form-visit.ts'

/** Appendix C, initialization phase: "foreach ( <var>, <script> and form item, in document order )". */
export async function initializeForm(visit: FormVisit): Promise<undefined> {
  const unused = new Set(visit.params.keys())
  for (const entry of visit.dialog.entries) {
    visit.interpreter.budget.takeStep()
    try {
      switch (entry.kind) {
        case 'var':
          // A `<param>` of that name takes the place of the initial value (section 2.3.4).
          if (unused.delete(entry.name)) {
            visit.interpreter.scripts.declare(entry.name, undefined, visit.place(entry))
            visit.interpreter.scripts.setVariable(
              'dialog',
              entry.name,
              visit.params.get(entry.name),
            )
          } else {
            await declare(visit, entry)
          }
          break
        case 'script':
        case 'data':
          await declare(visit, entry)
          break
        default:
          initializeItem(visit, entry)
      }
    } catch (thrown) {
      throw visit.asEvent(thrown, entry)
    }
  }
  const [stray] = unused
  if (stray !== undefined) {
    const sentence = `The subdialog declares no <var name="${stray}"> for its <param>.`
    throw new VxmlEvent('error.semantic', sentence)
  }
}

/** "Create a variable from the name attribute … Assign to this variable the value of expr." */
function initializeItem(visit: FormVisit, item: FormItem): void {
  const { name, expr } = item
  if (name === undefined) {
    visit.state(item).filled = expr !== undefined && visit.evaluate(expr) !== undefined
    return
  }
  visit.interpreter.scripts.declare(name, expr?.code, visit.place(item))
  visit.state(item).filled = visit.isFilled(item)
}
