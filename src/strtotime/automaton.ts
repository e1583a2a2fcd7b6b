import { END_SYMBOL, type Pattern, parsePattern, SYMBOL_COUNT, symbolOf } from './pattern.ts'

export interface Match {
  /** The index of the pattern. */
  readonly rule: number
  /** Where the match ends, exclusive; one past the text where it takes the end itself. */
  readonly end: number
}

/**
 * Finds the longest match of many patterns at once, of equally long ones the first: what the
 * generator of PHP's scanner promises, and what trying regular expressions one by one does not give,
 * since each of those prefers its first alternative. Deterministic states are made when first needed
 * (the subset construction) and kept: there are some thousands at most.
 */
export class Automaton {
  private readonly steps: Step[] = []
  private readonly states = new Map<string, State>()
  private readonly start: State

  constructor(patterns: readonly string[]) {
    const starts = patterns.map((source, rule) =>
      this.build(parsePattern(source), this.addStep({ kind: 'accept', rule })),
    )
    this.start = this.stateOf(starts)
  }

  longest(text: string, from: number): Match | undefined {
    let state: State | undefined = this.start
    let match: Match | undefined
    for (let at = from; at <= text.length; at++) {
      const symbol = at === text.length ? END_SYMBOL : symbolOf(text[at]!)
      if (symbol === undefined) break
      state = this.follow(state, symbol)
      if (state === undefined) break
      if (state.rule !== undefined) match = { rule: state.rule, end: at + 1 }
    }
    return match
  }

  private follow(state: State, symbol: number): State | undefined {
    const known = state.next[symbol]
    if (known !== undefined) return known ?? undefined
    const targets: number[] = []
    for (const id of state.steps) {
      const step = this.steps[id]!
      if (step.kind === 'read' && step.symbols.has(symbol)) targets.push(step.next)
    }
    const next = targets.length === 0 ? null : this.stateOf(targets)
    state.next[symbol] = next
    return next ?? undefined
  }

  private stateOf(starts: readonly number[]): State {
    const steps = this.closure(starts)
    const key = steps.join()
    const known = this.states.get(key)
    if (known !== undefined) return known
    const rules = steps.map((id) => this.steps[id]!).filter((step) => step.kind === 'accept')
    const rule = rules.length === 0 ? undefined : Math.min(...rules.map((step) => step.rule))
    const state: State = { steps, rule, next: new Array(SYMBOL_COUNT).fill(undefined) }
    this.states.set(key, state)
    return state
  }

  /** All steps that can be reached without reading a symbol. */
  private closure(starts: readonly number[]): number[] {
    const reached = new Set<number>()
    const open = [...starts]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (reached.has(id)) continue
      reached.add(id)
      const step = this.steps[id]!
      if (step.kind === 'fork') open.push(...step.next)
    }
    return [...reached].sort((a, b) => a - b)
  }

  /** Thompson's construction, from the end: the step at which `pattern` begins that goes on at `next`. */
  private build(pattern: Pattern, next: number): number {
    switch (pattern.kind) {
      case 'symbols':
        return this.addStep({ kind: 'read', symbols: new Set(pattern.symbols), next })
      case 'sequence':
        return pattern.parts.reduceRight((after, part) => this.build(part, after), next)
      case 'either': {
        const starts = pattern.parts.map((part) => this.build(part, next))
        return this.addStep({ kind: 'fork', next: starts })
      }
      case 'repeat':
        return this.buildRepeat(pattern.part, pattern.min, pattern.max, next)
    }
  }

  private buildRepeat(part: Pattern, min: number, max: number, next: number): number {
    let after = next
    if (max === Number.POSITIVE_INFINITY) {
      const ways = [next]
      after = this.addStep({ kind: 'fork', next: ways })
      ways.push(this.build(part, after))
    } else {
      for (let count = min; count < max; count++) {
        after = this.addStep({ kind: 'fork', next: [next, this.build(part, after)] })
      }
    }
    for (let count = 0; count < min; count++) after = this.build(part, after)
    return after
  }

  private addStep(step: Step): number {
    return this.steps.push(step) - 1
  }
}

type Step =
  | { readonly kind: 'read'; readonly symbols: ReadonlySet<number>; readonly next: number }
  | { readonly kind: 'fork'; readonly next: readonly number[] }
  | { readonly kind: 'accept'; readonly rule: number }

interface State {
  readonly steps: readonly number[]
  readonly rule: number | undefined
  /** By symbol; undefined: not made yet, null: no way on. */
  readonly next: (State | null | undefined)[]
}
