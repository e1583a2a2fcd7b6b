import type { Destinations } from './destinations.ts'

export interface Account {
  readonly accountId: number
  readonly login: string
  /** IANA name: how times without a zone are read. */
  readonly timeZone: string
  /** ISO 3166 alpha-2: how national phone numbers are read. */
  readonly country: string
  readonly detectsCalleeType: boolean
  /** Nothing of it is dialled just now. */
  readonly held: boolean
  /** Absent: it may call all numbers. */
  readonly destinations?: Destinations
  /** Where events go of calls whose campaign names no other URL. */
  readonly eventsUrl?: string
}
