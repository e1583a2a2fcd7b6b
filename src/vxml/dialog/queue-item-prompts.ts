import type { FormItem } from '../document/vxml-document.ts'
import { queuePrompt } from '../prompt/queue-prompt.ts'
import { selectPrompts } from '../prompt/select-prompts.ts'
import type { FormVisit } from './form-visit.ts'

/** "Select the appropriate prompts … Queue the selected prompts … Increment … prompt counter." */
export function queueItemPrompts(visit: FormVisit, item: FormItem): void {
  if (item.kind === 'block') return
  const state = visit.state(item)
  const selected = selectPrompts(item.prompts, state.promptCounter, (prompt) => visit.holds(prompt))
  for (const prompt of selected) {
    try {
      queuePrompt(visit, prompt)
    } catch (thrown) {
      throw visit.asEvent(thrown, prompt)
    }
  }
  state.promptCounter += 1
}
