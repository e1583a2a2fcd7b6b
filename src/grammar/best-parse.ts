import { assert } from '#base'
import type { CompiledGrammar, Label } from './compile-grammar.ts'
import { GrammarError } from './grammar-error.ts'
import { formatParse, type ParsedNode, type ParsedRule } from './parse-tree.ts'
import type { Item, Link, Recognizer } from './recognizer.ts'

/** Rules inside each other, in one parse. */
const MAX_DEPTH = 2_000
/** What is put together for one input: a grammar of thirty rules can lead to a thousand million. */
const MAX_FRAMES = 100_000
const TOO_DEEP = 'The rules of the parse are nested too deep'
/** Costs that differ by less are the same. */
const EPSILON = 1e-9
/** Rules that go round and round: what gets cheaper after so many is left as it is. */
const MAX_PASSES = 50
/** Readings that are looked at for each that is wanted. */
const TRIES = 20

/**
 * The parses of the whole input, the preferred one first, at most `max` that differ. Preferred is what
 * costs least; among equals the leftmost choice decides: the alternative that is written first, then the
 * longer match (the shorter one for GARBAGE). SRGS 1.0 appendix H.1 leaves the choice open.
 */
export function bestParses(
  recognizer: Recognizer,
  compiled: CompiledGrammar,
  max: number,
): ParsedRule[] {
  const roots = recognizer.complete
  if (roots.length === 0) return []
  if (compiled.isWeighted) settleCosts(recognizer.items)
  const found = new Map<string, { tree: ParsedRule; cost: number }>()
  // Where weights count, one that is found later may still be preferred.
  const enough = compiled.isWeighted && max > 1 ? max * TRIES : max
  let decisions: readonly number[] | undefined = []
  let frames = 0
  for (
    let tries = 0;
    decisions !== undefined && tries < max * TRIES && frames < MAX_FRAMES;
    tries++
  ) {
    const derivation = new Derivation(recognizer, compiled, decisions)
    const tree = derivation.tree(roots)
    const text = max === 1 ? '' : formatParse(tree)
    const { cost } = derivation
    if (cost < (found.get(text)?.cost ?? Number.POSITIVE_INFINITY)) found.set(text, { tree, cost })
    if (found.size >= enough) break
    frames += derivation.frames
    decisions = derivation.nextDecisions()
  }
  const sorted = [...found.values()].sort((one, other) => {
    const difference = one.cost - other.cost
    return Math.abs(difference) > EPSILON ? difference : 0
  })
  return sorted.slice(0, max).map(({ tree }) => tree)
}

/** Every item's cheapest way, column by column: a later column never makes an earlier one cheaper. */
function settleCosts(columns: readonly (readonly Item[])[]): void {
  for (const items of columns) {
    for (const item of items) {
      item.cost = item.dot === 0 ? item.production.cost : Number.POSITIVE_INFINITY
    }
    let changed = true
    for (let pass = 0; changed && pass < MAX_PASSES; pass++) {
      changed = false
      for (const item of items) {
        for (const link of item.links) {
          const cost = costOf(link)
          if (!(cost < item.cost - EPSILON)) continue
          item.cost = cost
          changed = true
        }
      }
    }
  }
}

function costOf({ previous, child }: Link): number {
  return previous.cost + (child?.cost ?? 0)
}

/** A completed item whose children are being put together. */
interface Frame {
  readonly item: Item
  /** Absent where it is no node of its own: what is in it belongs to what it is in. */
  readonly label: Label | undefined
  readonly steps: readonly Step[]
  readonly nodes: ParsedNode[]
  /** Where its own node will stand. */
  readonly into: ParsedNode[]
  readonly written: string | undefined
  next: number
}

/** One symbol of a production and what matched it. */
interface Step {
  readonly previous: Item
  readonly child: Item | undefined
  readonly to: Item
}

/** One reading. Wherever there is a choice, `decisions` say which; where they end, the preferred one. */
class Derivation {
  readonly #recognizer: Recognizer
  readonly #compiled: CompiledGrammar
  readonly #decisions: readonly number[]
  readonly #taken: { readonly chosen: number; readonly of: number }[] = []
  readonly #open = new Set<Item>()
  #depth = 0
  /** Of all that has been chosen. */
  cost = 0
  frames = 0

  constructor(recognizer: Recognizer, compiled: CompiledGrammar, decisions: readonly number[]) {
    this.#recognizer = recognizer
    this.#compiled = compiled
    this.#decisions = decisions
  }

  /** The decisions for the next reading: the last that has another choice takes it. */
  nextDecisions(): number[] | undefined {
    const last = this.#taken.findLastIndex(({ chosen, of }) => chosen + 1 < of)
    const next = this.#taken.slice(0, last + 1).map(({ chosen }) => chosen)
    if (last < 0) return undefined
    next[last] = (next[last] ?? 0) + 1
    return next
  }

  /** Goes through the items without recursion: an input may be long, and a grammar deep. */
  tree(roots: readonly Item[]): ParsedRule {
    const sorted = roots.toSorted((a, b) => a.cost - b.cost || this.#prefer(a, b))
    const root = this.#choose(sorted)
    const top: ParsedNode[] = []
    const stack = [this.#begin(root, undefined, top)]
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const step = frame.steps[frame.next]
      if (step === undefined) {
        stack.pop()
        this.#end(frame)
        continue
      }
      frame.next += 1
      const symbol = step.previous.production.symbols[step.previous.dot]
      if (symbol?.kind === 'tag') frame.nodes.push({ kind: 'tag', content: symbol.content })
      if (step.child === undefined) continue
      const written = symbol?.kind === 'nonterminal' ? symbol.written : undefined
      stack.push(this.#begin(step.child, written, frame.nodes))
    }
    const [start] = top
    assert(start?.kind === 'rule', 'the start of a grammar is a rule')
    return start.rule
  }

  #begin(item: Item, written: string | undefined, into: ParsedNode[]): Frame {
    const label = this.#compiled.labels[item.production.nonterminal]
    this.#open.add(item)
    this.cost += item.production.cost
    this.frames += 1
    if (label?.kind === 'rule') this.#depth += 1
    if (this.frames > MAX_FRAMES || this.#depth > MAX_DEPTH) {
      const what = this.frames > MAX_FRAMES ? 'The parse has too many parts' : TOO_DEEP
      throw new GrammarError('grammar-too-complex', what)
    }
    const nodes = label === undefined ? into : []
    return { item, label, steps: this.#steps(item), nodes, into, written, next: 0 }
  }

  #end({ item, label, nodes, into, written }: Frame): void {
    this.#open.delete(item)
    if (label === undefined) return
    if (label.kind === 'token') into.push({ kind: 'token', words: label.words })
    else if (label.kind === 'spoken') {
      into.push({ kind: 'token', words: [this.#recognizer.wordBefore(item.end)] })
    } else {
      this.#depth -= 1
      const { rule, grammar } = label
      const heard = item.end - item.origin
      const from = written === undefined ? {} : { written }
      into.push({ kind: 'rule', rule: { rule, grammar, nodes, heard, ...from } })
    }
  }

  /** From the first symbol of the production to the last. */
  #steps(item: Item): readonly Step[] {
    return this.#onlySteps(item) ?? this.#chosenSteps(item) ?? firstSteps(item)
  }

  /** Undefined where there is a choice. */
  #onlySteps(item: Item): Step[] | undefined {
    const steps: Step[] = []
    for (let to = item; to.dot > 0; ) {
      const [link] = to.links
      if (link === undefined || to.links.length > 1) return undefined
      steps.push({ ...link, to })
      to = link.previous
    }
    return steps.reverse()
  }

  /**
   * Back through all ways, then forward along the preferred one. A child that is being put together
   * already would hold itself; undefined where no way is left without one.
   */
  #chosenSteps(item: Item): Step[] | undefined {
    // What it costs from each item to the end, at the least.
    const rest = new Map<Item, number>([[item, 0]])
    const onward = new Map<Item, Step[]>()
    let level = [item]
    let first: Item | undefined
    for (let dot = item.dot; dot > 0; dot--) {
      const earlier = new Set<Item>()
      for (const to of level) {
        for (const link of to.links) {
          if (link.child !== undefined && this.#open.has(link.child)) continue
          const { previous, child } = link
          const cost = (child?.cost ?? 0) + (rest.get(to) ?? 0)
          rest.set(previous, Math.min(rest.get(previous) ?? Number.POSITIVE_INFINITY, cost))
          const steps = onward.get(previous)
          if (steps === undefined) onward.set(previous, [{ ...link, to }])
          else steps.push({ ...link, to })
          earlier.add(previous)
          first = previous
        }
      }
      level = [...earlier]
    }
    if (first?.dot !== 0) return undefined
    const chosen: Step[] = []
    for (let at = first; at !== item; ) {
      const costs = (step: Step): number => (step.child?.cost ?? 0) + (rest.get(step.to) ?? 0)
      const ways = (onward.get(at) ?? []).toSorted((a, b) => {
        const difference = costs(a) - costs(b)
        return Math.abs(difference) > EPSILON ? difference : this.#prefer(a.child, b.child)
      })
      const step = this.#choose(ways)
      chosen.push(step)
      at = step.to
    }
    return chosen
  }

  /** Two items for the same symbol from the same column on. */
  #prefer(a: Item | undefined, b: Item | undefined): number {
    if (a === undefined || b === undefined) return 0
    const byOrder = a.production.order - b.production.order
    if (byOrder !== 0) return byOrder
    const byLength = b.end - a.end
    return a.production.nonterminal === this.#compiled.garbage ? -byLength : byLength
  }

  #choose<Way>(ways: readonly Way[]): Way {
    const wanted = this.#decisions[this.#taken.length] ?? 0
    const chosen = ways.length > 1 ? Math.min(wanted, ways.length - 1) : 0
    if (ways.length > 1) this.#taken.push({ chosen, of: ways.length })
    return ways[chosen]!
  }
}

/** The way that was found first never holds itself. */
function firstSteps(item: Item): Step[] {
  const steps: Step[] = []
  for (let to = item; to.dot > 0; ) {
    const link = to.links[0]!
    steps.push({ ...link, to })
    to = link.previous
  }
  return steps.reverse()
}
