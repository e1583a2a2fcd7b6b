import type { FormVisit } from '../dialog/form-visit.ts'
import type { ClearNode, FormItem } from '../document/vxml-document.ts'

/**
 * VoiceXML 2.0 section 5.3.3: variables become undefined; form items besides lose their prompt and
 * event counters. Without a namelist, all items of the form.
 */
export function clear(visit: FormVisit, element: ClearNode): undefined {
  const { items } = visit.dialog
  if (element.namelist.length === 0) {
    for (const item of items) clearItem(visit, item)
    return
  }
  for (const name of element.namelist) {
    const item = items.find((candidate) => candidate.name === name.replace(/^dialog\./, ''))
    if (item !== undefined) clearItem(visit, item)
    else visit.interpreter.scripts.assign(name, 'undefined', visit.place(element))
  }
}

function clearItem(visit: FormVisit, item: FormItem): void {
  visit.fill(item, undefined)
  const state = visit.state(item)
  state.promptCounter = 1
  state.counters.reset()
}
