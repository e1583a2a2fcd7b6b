import type { CompiledGrammar, GrammarSymbol, Production } from './compile-grammar.ts'
import { GrammarError } from './grammar-error.ts'

/** A production that has been matched up to `dot`, from column `origin` to column `end`. */
export interface Item {
  readonly production: Production
  readonly dot: number
  readonly origin: number
  readonly end: number
  /** Every way that led here; none for an item at its beginning. */
  readonly links: Link[]
  /** Of the cheapest way; known only once all is settled. */
  cost: number
}

export interface Link {
  /** The item one symbol earlier. */
  readonly previous: Item
  /** What matched that symbol: a completed item for a nonterminal; absent for words and tags. */
  readonly child: Item | undefined
}

interface Column {
  readonly at: number
  readonly items: Item[]
  readonly byKey: Map<number, Item>
  /** Items that wait for a nonterminal to be completed that begins here. */
  readonly waiting: Map<number, Item[]>
  /** Completed items of nonterminals that took no word. */
  readonly empty: Map<number, Item[]>
  /** Items that wait for a word. */
  readonly scanning: Item[]
  /** Nonterminals of which some productions begin only with the right word. */
  readonly postponed: number[]
  /** The word that follows, once it is known. */
  next: string | undefined
  /** How many of the items have been gone through. */
  closed: number
}

/**
 * Items and links of one input: so many for any grammar, and more for a large one, which may be begun
 * anew at several words.
 */
const MAX_ITEMS = 100_000
const MAX_ITEMS_PER_POSITION = 4

/**
 * Earley's algorithm (Communications of the ACM 13:2, 1970), with nullable nonterminals after Aycock and
 * Horspool (The Computer Journal 45:6, 2002). It takes a word at a time and knows after each whether the
 * input is complete and whether more could come, whatever the grammar: ambiguous, recursive, empty. All
 * ways of matching are kept as links; `best-parse` chooses among them.
 */
export class Recognizer {
  readonly #grammar: CompiledGrammar
  readonly #columns: Column[] = []
  readonly #words: string[] = []
  #items = 0

  constructor(grammar: CompiledGrammar) {
    this.#grammar = grammar
    const first = this.#newColumn()
    this.#predict(grammar.start, first)
    this.#close(first)
  }

  /** `word` as `normalizeWord` has it. */
  feed(word: string): void {
    this.#words.push(word)
    const before = this.#columns.at(-1)!
    this.#expect(word, before)
    const next = this.#newColumn()
    for (const item of before.scanning) {
      const symbol = item.production.symbols[item.dot]
      if (symbol !== undefined && takes(symbol, word)) this.#advance(item, next)
    }
    this.#close(next)
  }

  get mayGrow(): boolean {
    const { scanning, postponed } = this.#columns.at(-1)!
    return scanning.length > 0 || postponed.length > 0
  }

  /** The start's completed items where the whole input is matched; empty where it is not. */
  get complete(): readonly Item[] {
    const { start } = this.#grammar
    const items = this.#columns.at(-1)?.items ?? []
    return items.filter(
      ({ production, dot, origin }) =>
        origin === 0 && production.nonterminal === start && dot === production.symbols.length,
    )
  }

  /** The word that led to this column. */
  wordBefore(column: number): string {
    return this.#words[column - 1] ?? ''
  }

  /** By column, in the order in which they were found. */
  get items(): readonly (readonly Item[])[] {
    return this.#columns.map(({ items }) => items)
  }

  #newColumn(): Column {
    const at = this.#columns.length
    const column: Column = {
      at,
      items: [],
      byKey: new Map(),
      waiting: new Map(),
      empty: new Map(),
      scanning: [],
      postponed: [],
      next: undefined,
      closed: 0,
    }
    this.#columns.push(column)
    return column
  }

  /** Predicts and completes until nothing is new. */
  #close(column: Column): void {
    for (; column.closed < column.items.length; column.closed++) {
      const item = column.items[column.closed]!
      const symbol = item.production.symbols[item.dot]
      if (symbol === undefined) this.#complete(item, column)
      else if (symbol.kind === 'tag') this.#advance(item, column)
      else if (symbol.kind === 'nonterminal') this.#await(symbol.id, item, column)
      else column.scanning.push(item)
    }
  }

  #await(id: number, item: Item, column: Column): void {
    const waiting = column.waiting.get(id)
    if (waiting === undefined) {
      column.waiting.set(id, [item])
      this.#predict(id, column)
    } else waiting.push(item)
    for (const empty of column.empty.get(id) ?? []) this.#advance(item, column, empty)
  }

  #predict(id: number, column: Column): void {
    const { always, byWord } = this.#grammar.openings[id]!
    for (const production of always) this.#add(production, 0, column.at, column)
    if (byWord === undefined) return
    if (column.next === undefined) column.postponed.push(id)
    else this.#begin(id, column.next, column)
  }

  /** What was postponed: none of it could be empty, so the column's own result stays what it was. */
  #expect(word: string, column: Column): void {
    column.next = word
    for (const id of column.postponed) this.#begin(id, word, column)
    this.#close(column)
  }

  #begin(id: number, word: string, column: Column): void {
    for (const production of this.#grammar.openings[id]?.byWord?.get(word) ?? []) {
      this.#add(production, 0, column.at, column)
    }
  }

  #complete(item: Item, column: Column): void {
    const { nonterminal } = item.production
    if (item.origin === column.at) {
      const empty = column.empty.get(nonterminal)
      if (empty === undefined) column.empty.set(nonterminal, [item])
      else empty.push(item)
    }
    const waiting = this.#columns[item.origin]?.waiting.get(nonterminal) ?? []
    // The list may grow on the way where the item begins and ends here: those see `empty`.
    for (const parent of waiting.slice()) this.#advance(parent, column, item)
  }

  #advance(previous: Item, column: Column, child?: Item): void {
    const { production, dot, origin } = previous
    const symbol = production.symbols[dot]
    const mustConsume = symbol?.kind === 'nonterminal' && symbol.consumes === true
    if (mustConsume && child?.origin === child?.end) return
    this.#add(production, dot + 1, origin, column, { previous, child })
  }

  #add(production: Production, dot: number, origin: number, column: Column, link?: Link): void {
    this.#items += 1
    if (this.#items > MAX_ITEMS + MAX_ITEMS_PER_POSITION * this.#grammar.positions) {
      throw new GrammarError('grammar-too-complex', 'The grammar is too ambiguous for this input')
    }
    const key = origin * this.#grammar.positions + production.offset + dot
    const known = column.byKey.get(key)
    if (known !== undefined) {
      if (link !== undefined) known.links.push(link)
      return
    }
    const links = link === undefined ? [] : [link]
    const item: Item = { production, dot, origin, end: column.at, links, cost: 0 }
    column.byKey.set(key, item)
    column.items.push(item)
  }
}

function takes(symbol: GrammarSymbol, word: string): boolean {
  if (symbol.kind === 'pattern') return symbol.pattern.test(word)
  return symbol.kind === 'any' || (symbol.kind === 'word' && symbol.word === word)
}
