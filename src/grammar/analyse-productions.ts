import type { GrammarSymbol } from './compile-grammar.ts'

/** The productions of each nonterminal, as their symbols. */
type Bodies = readonly (readonly { readonly symbols: readonly GrammarSymbol[] }[])[]

/**
 * The nonterminals that can be matched to their end: not VOID, and no endless recursion. In one walk,
 * however the rules lead to each other: each production counts what of it is not known to end yet.
 */
export function endingNonterminals(bodies: Bodies): ReadonlySet<number> {
  const ends = new Set<number>()
  const users = new Map<number, { nonterminal: number; open: number }[]>()
  const waiting: number[] = []
  for (const [nonterminal, alternatives] of bodies.entries()) {
    for (const { symbols } of alternatives) {
      const inner = symbols.filter((symbol) => symbol.kind === 'nonterminal')
      const production = { nonterminal, open: inner.length }
      if (inner.length === 0) waiting.push(nonterminal)
      for (const { id } of inner) listed(users, id).push(production)
    }
  }
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (ends.has(id)) continue
    ends.add(id)
    for (const production of users.get(id) ?? []) {
      production.open -= 1
      if (production.open === 0) waiting.push(production.nonterminal)
    }
  }
  return ends
}

/** What a nonterminal or a production can begin with. */
interface Beginning {
  /** Undefined: any word, or more than are worth a list. */
  readonly words: ReadonlySet<string> | undefined
  readonly canBeEmpty: boolean
}

/** More words, or more symbols that may be empty before one that is not, make no list. */
const MAX_WORDS = 8
const MAX_SYMBOLS = 8
const NOTHING: Beginning = { words: new Set(), canBeEmpty: false }
const ANYTHING: Beginning = { words: undefined, canBeEmpty: true }

/**
 * Of a production the words that it can begin with; undefined where they are many or any, or where it can
 * be matched by nothing. What is known of a nonterminal only grows, and as the lists are short it grows
 * but a few times.
 */
export function firstWords(
  bodies: Bodies,
): (symbols: readonly GrammarSymbol[]) => ReadonlySet<string> | undefined {
  const known: Beginning[] = bodies.map(() => NOTHING)
  const users = new Map<number, Use[]>()
  const waiting: Use[] = []
  for (const [nonterminal, alternatives] of bodies.entries()) {
    for (const { symbols } of alternatives) {
      const use = { nonterminal, symbols }
      waiting.push(use)
      for (const symbol of openingSymbols(symbols)) {
        if (symbol.kind === 'nonterminal') listed(users, symbol.id).push(use)
      }
    }
  }
  for (let use = waiting.pop(); use !== undefined; use = waiting.pop()) {
    const { nonterminal, symbols } = use
    const before = known[nonterminal]!
    const found = together([before, beginningOf(symbols, known)])
    if (isSame(found, before)) continue
    known[nonterminal] = found
    for (const user of users.get(nonterminal) ?? []) waiting.push(user)
  }
  return (symbols) => {
    const { words, canBeEmpty } = beginningOf(symbols, known)
    return canBeEmpty ? undefined : words
  }
}

/** A production, from where another nonterminal is used. */
interface Use {
  readonly nonterminal: number
  readonly symbols: readonly GrammarSymbol[]
}

function openingSymbols(symbols: readonly GrammarSymbol[]): GrammarSymbol[] {
  const found: GrammarSymbol[] = []
  for (const symbol of symbols) {
    if (symbol.kind === 'tag') continue
    if (found.length === MAX_SYMBOLS) break
    found.push(symbol)
    if (symbol.kind !== 'nonterminal') break
  }
  return found
}

function beginningOf(symbols: readonly GrammarSymbol[], known: readonly Beginning[]): Beginning {
  const opening = openingSymbols(symbols)
  const parts: Beginning[] = []
  for (const symbol of opening) {
    const part = ofSymbol(symbol, known)
    parts.push(part)
    if (!part.canBeEmpty) return { words: together(parts).words, canBeEmpty: false }
  }
  return opening.length === MAX_SYMBOLS ? ANYTHING : { ...together(parts), canBeEmpty: true }
}

function ofSymbol(symbol: GrammarSymbol, known: readonly Beginning[]): Beginning {
  if (symbol.kind === 'word') return { words: new Set([symbol.word]), canBeEmpty: false }
  if (symbol.kind !== 'nonterminal') return { words: undefined, canBeEmpty: false }
  const { words, canBeEmpty } = known[symbol.id]!
  return { words, canBeEmpty: canBeEmpty && symbol.consumes !== true }
}

function together(parts: readonly Beginning[]): Beginning {
  const words = new Set<string>()
  let canBeEmpty = false
  let isOpen = false
  for (const part of parts) {
    canBeEmpty ||= part.canBeEmpty
    isOpen ||= part.words === undefined
    if (words.size <= MAX_WORDS) for (const word of part.words ?? []) words.add(word)
  }
  return { words: isOpen || words.size > MAX_WORDS ? undefined : words, canBeEmpty }
}

function isSame(one: Beginning, other: Beginning): boolean {
  return one.canBeEmpty === other.canBeEmpty && one.words?.size === other.words?.size
}

function listed<Value>(lists: Map<number, Value[]>, id: number): Value[] {
  const list = lists.get(id)
  if (list !== undefined) return list
  const made: Value[] = []
  lists.set(id, made)
  return made
}
