/** What a node says of itself from time to time, so that every node can tell it. JSON-safe. */
export interface NodeReport {
  /** INVITEs of calls that left within the last minute, by account id. */
  readonly starts: Readonly<Record<string, number>>
  readonly trunks: readonly TrunkStanding[]
}

/** How a trunk stands at one node. */
export interface TrunkStanding {
  readonly name: string
  /** It can take calls. */
  readonly usable: boolean
  /** Why it cannot: one word, the first that holds. */
  readonly reason?: TrunkTrouble
  /** What the far end said, where it said something: `403 Forbidden`. */
  readonly detail?: string
}

/**
 * `resting`: it asked for a rest; `registering` and `not-registered`: it must know us, and does not yet, or refused
 * to; `not-asked` and `no-answer`: it must answer whether it is there, and was not asked yet, or is not.
 */
export type TrunkTrouble = (typeof TRUNK_TROUBLES)[number]

export const TRUNK_TROUBLES = [
  'resting',
  'registering',
  'not-registered',
  'not-asked',
  'no-answer',
] as const
