import type { FormVisit } from '../dialog/form-visit.ts'
import type { PromptNode } from '../document/vxml-document.ts'
import { evaluatePrompt, promptTimeoutMs } from './evaluate-prompt.ts'

/**
 * "Conceptually, prompts are instantaneously queued for play" (VoiceXML 2.0 section 4.1), their
 * expressions evaluated. In executable content a prompt knows no `count` (section 5.3.5).
 */
export function queuePrompt(visit: FormVisit, element: PromptNode): undefined {
  if (!visit.holds(element)) return
  visit.interpreter.prompts.add(evaluatePrompt(visit, element), promptTimeoutMs(visit, element))
}
