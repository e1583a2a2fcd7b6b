import type { CatchNode } from '../document/vxml-document.ts'
import type { EventCounters } from './event-counters.ts'

/**
 * VoiceXML 2.0 section 5.2.4. `catches`: those of the current scope and all enclosing ones, ordered
 * first by scope, then by document order.
 */
export function selectCatch<Catch extends CatchNode>(
  catches: readonly Catch[],
  event: string,
  counters: EventCounters,
  holds: (candidate: Catch) => boolean,
): Catch | undefined {
  // Remove all catches whose event name does not match or whose cond is false.
  const left = catches.flatMap((candidate) => {
    const name = candidate.events.find((pattern) => matchesEvent(pattern, event))
    return name === undefined || !holds(candidate) ? [] : [{ candidate, name }]
  })
  // The correct count: the highest one that is not above the current count.
  const reached = left.filter(({ candidate, name }) => candidate.count <= counters.count(name))
  const correct = Math.max(...reached.map(({ candidate }) => candidate.count))
  // Select the first element with the correct count.
  return reached.find(({ candidate }) => candidate.count === correct)?.candidate
}

/** Exact, or a token prefix; an empty pattern (trailing dots are gone already) matches everything. */
export function matchesEvent(pattern: string, event: string): boolean {
  return pattern === '' || event === pattern || event.startsWith(`${pattern}.`)
}
