import { endingNonterminals, firstWords } from './analyse-productions.ts'
import type { Choice, Expansion, Grammar, RuleReference } from './grammar.ts'
import { GrammarError } from './grammar-error.ts'
import { normalizeWord } from './tokens.ts'

/** A grammar as productions, the form that the recogniser walks through. */
export interface CompiledGrammar {
  readonly start: number
  /** By nonterminal. One without productions can never be matched. */
  readonly productions: readonly (readonly Production[])[]
  /** By nonterminal: where to begin with a word. */
  readonly openings: readonly Openings[]
  /** What a nonterminal stands for in the parse tree; its children stand for themselves where absent. */
  readonly labels: readonly (Label | undefined)[]
  /** All positions of all productions: the stride of an item's key. */
  readonly positions: number
  /** Whether any production costs more than another. */
  readonly isWeighted: boolean
  /** The nonterminal of GARBAGE, which takes as little as it can; others take what they can. */
  readonly garbage: number | undefined
}

/** The productions of a nonterminal by what they begin with. */
export interface Openings {
  /** To be begun whatever comes. */
  readonly always: readonly Production[]
  /** To be begun only with this word: of a long list of names most need not be looked at. */
  readonly byWord: ReadonlyMap<string, readonly Production[]> | undefined
}

export interface Production {
  readonly nonterminal: number
  readonly symbols: readonly GrammarSymbol[]
  /** The number of its first position among all. */
  readonly offset: number
  /** Among those of its nonterminal, as the author wrote them. */
  readonly order: number
  /** Of choosing it, 0 or more; the least sum of a parse is preferred. */
  readonly cost: number
}

export type GrammarSymbol =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'tag'; readonly content: string }
  | {
      readonly kind: 'nonterminal'
      readonly id: number
      /** It has to match at least one word. */
      readonly consumes?: true
      /** A rule of another grammar, as the reference to it is written. */
      readonly written?: string
    }

export type Label =
  | { readonly kind: 'rule'; readonly grammar: Grammar; readonly rule: string }
  | { readonly kind: 'token'; readonly words: readonly string[] }
  /** The word itself that was said. */
  | { readonly kind: 'spoken' }

interface Body {
  readonly symbols: readonly GrammarSymbol[]
  readonly cost: number
}

const MAX_POSITIONS = 200_000
/** A word that GARBAGE takes is worth less than any weight makes up for. */
const GARBAGE_COST = 20
/** What a weight of 0 is taken for: never preferred, still possible. */
const LEAST_WEIGHT = 1e-9

const compiled = new WeakMap<Grammar, Map<string, CompiledGrammar>>()

/** Compiled once a grammar and rule. Throws `GrammarError`. */
export function compileGrammar(grammar: Grammar, rule?: string): CompiledGrammar {
  const start = rule ?? grammar.root
  if (start === undefined) {
    throw new GrammarError('grammar-undefined-rule', `${grammar.uri} has no root rule`)
  }
  let byRule = compiled.get(grammar)
  if (byRule === undefined) {
    byRule = new Map()
    compiled.set(grammar, byRule)
  }
  let found = byRule.get(start)
  if (found === undefined) {
    found = new Compiler().compile(grammar, start)
    byRule.set(start, found)
  }
  return found
}

class Compiler {
  readonly #bodies: Body[][] = []
  readonly #labels: (Label | undefined)[] = []
  readonly #rules = new Map<Grammar, Map<string, number>>()
  /** Rules whose expansion is still to be compiled: recursion goes through here, not the stack. */
  readonly #waiting: { readonly id: number; readonly grammar: Grammar; readonly rule: string }[] =
    []
  #positions = 0
  #garbage: number | undefined

  compile(grammar: Grammar, rule: string): CompiledGrammar {
    const start = this.#rule(grammar, rule)
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const expansion = next.grammar.rules.get(next.rule)?.expansion
      if (expansion !== undefined) this.#add(next.id, this.#symbols(expansion, next.grammar))
    }
    // What can never be matched to its end is left out: "the beginning of something" is then always true.
    const ends = endingNonterminals(this.#bodies)
    const canEnd = ({ symbols }: Body): boolean =>
      symbols.every((symbol) => symbol.kind !== 'nonterminal' || ends.has(symbol.id))
    const kept = this.#bodies.map((bodies) => bodies.filter(canEnd))
    let offset = 0
    const productions = kept.map((bodies, nonterminal) =>
      bodies.map(({ symbols, cost }, order) => {
        const production = { nonterminal, symbols, offset, order, cost }
        offset += symbols.length + 1
        return production
      }),
    )
    const isWeighted = kept.some((bodies) => bodies.some(({ cost }) => cost > 0))
    const [labels, garbage] = [this.#labels, this.#garbage]
    const openings = openingsOf(productions)
    return { start, productions, openings, labels, positions: offset, isWeighted, garbage }
  }

  #rule(grammar: Grammar, rule: string): number {
    let ids = this.#rules.get(grammar)
    if (ids === undefined) {
      ids = new Map()
      this.#rules.set(grammar, ids)
    }
    const known = ids.get(rule)
    if (known !== undefined) return known
    if (!grammar.rules.has(rule)) {
      throw new GrammarError('grammar-undefined-rule', `${grammar.uri} has no rule ${rule}`)
    }
    const id = this.#nonterminal({ kind: 'rule', grammar, rule })
    ids.set(rule, id)
    this.#waiting.push({ id, grammar, rule })
    return id
  }

  #symbols(expansion: Expansion, grammar: Grammar): GrammarSymbol[] {
    switch (expansion.kind) {
      case 'token':
        return [this.#token(expansion.words, grammar)]
      case 'tag':
        return [{ kind: 'tag', content: expansion.content }]
      case 'pattern': {
        const id = this.#nonterminal({ kind: 'spoken' })
        this.#add(id, [expansion])
        return [{ kind: 'nonterminal', id }]
      }
      case 'sequence':
        return expansion.items.flatMap((item) => this.#symbols(item, grammar))
      case 'rule':
        return this.#reference(expansion.reference, grammar)
      case 'alternatives':
        return this.#alternatives(expansion.choices, grammar)
      case 'repeat':
        return this.#repeat(expansion, grammar)
    }
  }

  /**
   * Section 2.4.1. How weights are applied is left to the recogniser: here an alternative costs the more
   * the lighter it is beside the heaviest of its set, so that without weights their order decides.
   */
  #alternatives(choices: readonly Choice[], grammar: Grammar): GrammarSymbol[] {
    const id = this.#nonterminal()
    const heaviest = Math.max(...choices.map(({ weight }) => weight))
    for (const { expansion, weight } of choices) {
      this.#add(id, this.#symbols(expansion, grammar), costOf(weight, heaviest))
    }
    return [{ kind: 'nonterminal', id }]
  }

  #token(words: readonly string[], grammar: Grammar): GrammarSymbol {
    const symbols = words.map((word) => ({
      kind: 'word' as const,
      word: normalizeWord(word, grammar.mode),
    }))
    const id = this.#nonterminal({ kind: 'token', words })
    this.#add(id, symbols)
    return { kind: 'nonterminal', id }
  }

  #reference(reference: RuleReference, grammar: Grammar): GrammarSymbol[] {
    if (reference.kind === 'local') {
      return [{ kind: 'nonterminal', id: this.#rule(grammar, reference.rule) }]
    }
    if (reference.kind === 'external') {
      const target = grammar.externals.get(reference.uri)
      const rule = reference.rule ?? target?.root
      if (target === undefined || rule === undefined) {
        throw new GrammarError('grammar-undefined-rule', `${reference.uri} was not loaded`)
      }
      const { written } = reference
      const id = this.#rule(target, rule)
      return [{ kind: 'nonterminal', id, ...(written === undefined ? {} : { written }) }]
    }
    // Section 2.2.3: NULL is matched by nothing being said, VOID can never be.
    if (reference.rule === 'NULL') return []
    if (reference.rule === 'VOID') return [{ kind: 'nonterminal', id: this.#nonterminal() }]
    return [{ kind: 'nonterminal', id: this.#anyWords() }]
  }

  #anyWords(): number {
    if (this.#garbage !== undefined) return this.#garbage
    const id = this.#nonterminal()
    this.#garbage = id
    this.#add(id, [])
    this.#add(id, [{ kind: 'any' }, { kind: 'nonterminal', id }], GARBAGE_COST)
    return id
  }

  /**
   * Section 2.5: as often as it must, then a chain of what may follow, the longer way first. What is
   * repeated beyond need takes at least a word: appendix H.1 wants the parse to be minimal.
   */
  #repeat(
    { item, min, max, probability = 0.5 }: Extract<Expansion, { kind: 'repeat' }>,
    grammar: Grammar,
  ): GrammarSymbol[] {
    if (max === 0) return []
    const id = this.#nonterminal()
    this.#add(id, this.#symbols(item, grammar))
    const once: GrammarSymbol = { kind: 'nonterminal', id }
    const again: GrammarSymbol = { kind: 'nonterminal', id, consumes: true }
    const optional = Number.isFinite(max) ? max - min : 1
    this.#count(min + optional)
    const symbols = Array<GrammarSymbol>(min).fill(once)
    if (optional === 0) return symbols

    const likelier = Math.max(probability, 1 - probability)
    const [goOn, stop] = [costOf(probability, likelier), costOf(1 - probability, likelier)]
    let tail = this.#nonterminal()
    const loop: GrammarSymbol[] = Number.isFinite(max) ? [] : [{ kind: 'nonterminal', id: tail }]
    this.#add(tail, [again, ...loop], goOn)
    this.#add(tail, [], stop)
    for (let left = 1; left < optional; left++) {
      const longer = this.#nonterminal()
      this.#add(longer, [again, { kind: 'nonterminal', id: tail }], goOn)
      this.#add(longer, [], stop)
      tail = longer
    }
    return [...symbols, { kind: 'nonterminal', id: tail }]
  }

  #nonterminal(label?: Label): number {
    this.#labels.push(label)
    return this.#bodies.push([]) - 1
  }

  #add(id: number, symbols: readonly GrammarSymbol[], cost = 0): void {
    this.#count(symbols.length + 1)
    this.#bodies[id]?.push({ symbols, cost })
  }

  #count(positions: number): void {
    this.#positions += positions
    if (this.#positions > MAX_POSITIONS) {
      throw new GrammarError('grammar-too-complex', 'The grammar has too many positions')
    }
  }
}

/** Shorter lists of alternatives are as quickly gone through. */
const MIN_INDEXED = 8

function openingsOf(productions: readonly (readonly Production[])[]): Openings[] {
  const wordsOf = firstWords(productions)
  return productions.map((alternatives) => {
    if (alternatives.length < MIN_INDEXED) return { always: alternatives, byWord: undefined }
    const always: Production[] = []
    const byWord = new Map<string, Production[]>()
    for (const production of alternatives) {
      const words = wordsOf(production.symbols)
      if (words === undefined) always.push(production)
      for (const word of words ?? []) {
        const list = byWord.get(word)
        if (list === undefined) byWord.set(word, [production])
        else list.push(production)
      }
    }
    return { always, byWord: byWord.size === 0 ? undefined : byWord }
  })
}

function costOf(weight: number, heaviest: number): number {
  return Math.log(Math.max(heaviest, LEAST_WEIGHT) / Math.max(weight, LEAST_WEIGHT))
}
