import { bestParses } from './best-parse.ts'
import { type CompiledGrammar, compileGrammar } from './compile-grammar.ts'
import type { Grammar } from './grammar.ts'
import type { ParsedRule } from './parse-tree.ts'
import { Recognizer } from './recognizer.ts'
import { normalizeWord } from './tokens.ts'

/** A grammar that listens: a whole grammar, or one rule of it (a fragment in the reference). */
export interface ActiveGrammar {
  readonly grammar: Grammar
  /** Default: the root. */
  readonly rule?: string
}

/**
 * `none`: no grammar can take this input. `prefix`: it is the beginning of something.
 * `match`: it is complete and no grammar takes more. `match-may-grow`: complete, but more could come.
 */
export type MatchKind = 'none' | 'prefix' | 'match' | 'match-may-grow'

export interface Match {
  readonly kind: MatchKind
  /** For `match` and `match-may-grow`: of every active grammar that matches the whole input, in order. */
  readonly parses: readonly Parse[]
}

/** How one grammar matched the whole input. */
export interface Parse {
  /** Position in the list of active grammars. */
  readonly index: number
  readonly grammar: Grammar
  readonly tokens: readonly string[]
  readonly tree: ParsedRule
}

/** Matches a whole input at once: keys one by one, or words. `readings`: see `Matcher.match`. */
export function matchTokens(
  active: readonly ActiveGrammar[],
  tokens: readonly string[],
  readings?: number,
): Match {
  const matcher = new Matcher(active)
  for (const token of tokens) matcher.feed(token)
  return matcher.match(readings)
}

/**
 * All active grammars listening to one input as it comes in; those first in the list win. Throws
 * `GrammarError` for a grammar that cannot be used. `grammars` may mix modes: feed only what suits.
 */
export class Matcher {
  readonly #active: readonly Listener[]
  readonly #tokens: string[] = []

  constructor(active: readonly ActiveGrammar[]) {
    this.#active = active.map(({ grammar, rule }, index) => {
      const compiled = compileGrammar(grammar, rule)
      return { index, grammar, compiled, recognizer: new Recognizer(compiled) }
    })
  }

  /** One more key or word. */
  feed(token: string): void {
    this.#tokens.push(token)
    for (const { grammar, recognizer } of this.#active) {
      recognizer.feed(normalizeWord(token, grammar.mode))
    }
  }

  /**
   * `readings`: how many parses of an ambiguous input are wanted from one grammar. They stand together,
   * the preferred one first.
   */
  match(readings = 1): Match {
    const parses: Parse[] = []
    const tokens = [...this.#tokens]
    let mayGrow = false
    for (const { index, grammar, compiled, recognizer } of this.#active) {
      mayGrow ||= recognizer.mayGrow
      for (const tree of bestParses(recognizer, compiled, readings)) {
        parses.push({ index, grammar, tokens, tree })
      }
    }
    if (parses.length === 0) return { kind: mayGrow ? 'prefix' : 'none', parses }
    return { kind: mayGrow ? 'match-may-grow' : 'match', parses }
  }
}

interface Listener {
  readonly index: number
  readonly grammar: Grammar
  readonly compiled: CompiledGrammar
  readonly recognizer: Recognizer
}
