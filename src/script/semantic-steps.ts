import type { SemanticProgram, SemanticRule } from './script-context.ts'

/** What the sandbox's operation `semantics` does one after the other; see there. */
export type SemanticInstruction = readonly [kind: string, ...given: unknown[]]

/**
 * A parse as a flat list, for its rules may be nested deeper than a sandbox's stack goes. `namesOf`: what a
 * script declares by `var` and `function`.
 */
export function semanticSteps(
  { headers, root }: SemanticProgram,
  namesOf: (code: string) => unknown,
): SemanticInstruction[] {
  const known = new Map<string, unknown>()
  const names = (code: string): unknown => {
    if (!known.has(code)) known.set(code, namesOf(code))
    return known.get(code)
  }
  const steps: SemanticInstruction[] = []
  const indexes = new Map<string, number>()
  for (const [grammar, tags] of Object.entries(headers)) {
    indexes.set(grammar, indexes.size)
    steps.push(['grammar'])
    for (const code of tags) steps.push(['global', code, names(code)])
    steps.push(['sealed'])
  }
  // A grammar that declares nothing has no entry.
  const indexOf = (grammar: string): number => {
    const index = indexes.get(grammar) ?? indexes.size
    if (!indexes.has(grammar)) {
      indexes.set(grammar, index)
      steps.push(['grammar'], ['sealed'])
    }
    return index
  }
  const add = ({ rule, grammar, text, score, steps: inner }: SemanticRule): void => {
    steps.push(['open', indexOf(grammar), text, score])
    for (const step of inner) {
      if (step.kind === 'rule') add(step.rule)
      else if (step.kind === 'literal') steps.push(['literal', step.text])
      else steps.push(['tag', step.code, names(step.code)])
    }
    steps.push(['close', rule])
  }
  add(root)
  return steps
}
