import type { Expansion, Rule } from './grammar.ts'

/** One rule that another refers to. */
interface Reference {
  readonly rule: string
  /** Whether more is to be matched once it is. */
  readonly goesOn: boolean
}

/**
 * JSGF section 4.8 (recursion): a rule may lead back to itself as the last thing that it refers to, and
 * nowhere else. The first rule that does otherwise; undefined where none does.
 */
export function otherRecursion(rules: ReadonlyMap<string, Rule>): string | undefined {
  const references = new Map<string, readonly Reference[]>()
  for (const { id, expansion } of rules.values()) references.set(id, referencesOf(expansion, false))
  const cycleOf = numberCycles(references)
  for (const [id, found] of references) {
    const isBack = ({ rule, goesOn }: Reference): boolean =>
      goesOn && cycleOf.get(rule) === cycleOf.get(id)
    if (found.some(isBack)) return id
  }
  return undefined
}

function referencesOf(expansion: Expansion, goesOn: boolean): Reference[] {
  switch (expansion.kind) {
    case 'rule':
      return expansion.reference.kind === 'local'
        ? [{ rule: expansion.reference.rule, goesOn }]
        : []
    case 'sequence': {
      const last = expansion.items.findLastIndex(({ kind }) => kind !== 'tag')
      return expansion.items.flatMap((item, at) => referencesOf(item, goesOn || at < last))
    }
    case 'alternatives':
      return expansion.choices.flatMap((choice) => referencesOf(choice.expansion, goesOn))
    case 'repeat':
      return referencesOf(expansion.item, goesOn || expansion.max > 1)
    default:
      return []
  }
}

/**
 * Rules that lead to each other get the same number: Tarjan's algorithm (SIAM Journal on Computing 1:2,
 * 1972), with a stack of its own, for a grammar may be one long chain of rules. A rule alone has a
 * number too, so one that refers to itself is found.
 */
function numberCycles(
  references: ReadonlyMap<string, readonly Reference[]>,
): ReadonlyMap<string, number> {
  const cycleOf = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  for (const first of references.keys()) {
    if (low.has(first)) continue
    const path = [{ id: first, order: low.size, next: 0 }]
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      if (!low.has(at.id)) {
        low.set(at.id, at.order)
        open.push(at.id)
      }
      const next = references.get(at.id)?.[at.next]?.rule
      at.next += 1
      if (next === undefined) {
        path.pop()
        if (low.get(at.id) === at.order) closeCycle(at.id, open, cycleOf)
        const parent = path.at(-1)
        if (parent !== undefined) lower(low, parent.id, low.get(at.id)!)
      } else if (!low.has(next)) path.push({ id: next, order: low.size, next: 0 })
      else if (!cycleOf.has(next)) lower(low, at.id, low.get(next)!)
    }
  }
  return cycleOf
}

function lower(low: Map<string, number>, id: string, to: number): void {
  low.set(id, Math.min(low.get(id)!, to))
}

function closeCycle(id: string, open: string[], cycleOf: Map<string, number>): void {
  const number = cycleOf.size
  for (let member = open.pop(); member !== undefined; member = open.pop()) {
    cycleOf.set(member, number)
    if (member === id) return
  }
}
