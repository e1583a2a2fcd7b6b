import { interpretParses, matchTokens } from '#grammar'
import type { ScriptContext } from '#script'
import type { ListeningGrammar } from './active-grammars.ts'
import type { GrammarOwner, Result, Utterance } from './utterance.ts'

/** What the caller may have said or keyed in. */
export interface Hypothesis {
  readonly tokens: readonly string[]
  /** 0 to 1. */
  readonly confidence: number
}

export interface Judgement {
  /** 0 to 1: what is less sure is not understood (section 6.3.2). */
  readonly confidenceLevel: number
  /** At least 1 (section 6.3.6). */
  readonly maxNBest: number
}

/**
 * Matches hypotheses against the active grammars (VoiceXML 2.0 sections 3.1.4 and 5.1.5): the results
 * "sorted by confidence score, from highest to lowest", those of one confidence by the precedence of
 * their grammars and then by each grammar's preference among its readings; no two with the same utterance
 * and interpretation, and no more than `maxNBest`. Undefined where none matches.
 */
export function understand(
  grammars: readonly ListeningGrammar[],
  hypotheses: readonly Hypothesis[],
  { confidenceLevel, maxNBest }: Judgement,
  scripts: ScriptContext,
): Utterance | undefined {
  const active = grammars.map((grammar) => grammar.active)
  const found: Found[] = []
  for (const { tokens, confidence: heard } of hypotheses) {
    const { parses } = matchTokens(active, tokens, maxNBest)
    for (const meaning of interpretParses(parses, scripts, maxNBest)) {
      const { mode, utterance: text, value } = meaning
      const owner = grammars[meaning.parse.index]?.owner
      // How sure the recogniser is of the words, and the grammar that they fit it.
      const confidence = heard * meaning.confidence
      if (owner === undefined || confidence < confidenceLevel) continue
      const result = { mode, text, value, confidence }
      if (!found.some((other) => isSame(other.result, result))) found.push({ result, owner })
    }
  }
  found.sort((one, other) => other.result.confidence - one.result.confidence)
  const [first, ...others] = found.slice(0, maxNBest)
  if (first === undefined) return undefined
  const also = others.length === 0 ? {} : { others: others.map(({ result }) => result) }
  return { ...first.result, owner: first.owner, ...also }
}

interface Found {
  readonly result: Result
  readonly owner: GrammarOwner
}

function isSame(one: Result, other: Result): boolean {
  return one.text === other.text && JSON.stringify(one.value) === JSON.stringify(other.value)
}
