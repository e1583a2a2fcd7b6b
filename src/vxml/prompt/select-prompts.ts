import type { PromptNode } from '../document/vxml-document.ts'

/** VoiceXML 2.0 section 4.1.6: which prompts of a form item are said at this visit (tapering). */
export function selectPrompts(
  prompts: readonly PromptNode[],
  counter: number,
  holds: (prompt: PromptNode) => boolean,
): PromptNode[] {
  // Remove from the list all prompts whose cond evaluates to false.
  const left = prompts.filter(holds)
  // Find the "correct count": the highest count that is not above the prompt counter.
  const counts = left.map((prompt) => prompt.count).filter((count) => count <= counter)
  const correct = Math.max(...counts)
  // Remove from the list all the elements that do not have the "correct count".
  return left.filter((prompt) => prompt.count === correct)
}
