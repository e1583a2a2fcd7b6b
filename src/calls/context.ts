import type { Clock, Logger, Random } from '#base'
import type { Database } from '#store'

/** What the verbs of this room work with; handed in by whoever starts the program. */
export interface CallsContext {
  readonly db: Database
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
  readonly checkUrls: UrlCheck
  readonly settings: CallsSettings
  /** Stands in for the database's clock, in tests and simulations. */
  readonly now?: () => Date
}

export interface CallsSettings {
  /** ISO 3166 alpha-2: the country of accounts that name none. */
  readonly defaultCountry: string
  /** Multiplies retry intervals and quarantines: 1, but for demonstrations. */
  readonly retryIntervalScale: number
  /** After an attempt of unknown fate: ring time-out, 64·T1, and a margin. */
  readonly quarantineSeconds: number
  /** The limits of all nodes together; absent: none. */
  readonly installation?: {
    readonly lines?: number | undefined
    readonly callsPerSecond?: number | undefined
  }
}

/**
 * Port: what this room asks of a document check. Each resolves where the URL may be used, and throws
 * OutdialError `start-url-…` or `result-url-…` with its field where it may not.
 */
export interface UrlCheck {
  startUrl(url: string): Promise<void>
  /** `field`: where events go is checked like where results go. */
  resultUrl(url: string, field?: 'result_url' | 'events_url'): Promise<void>
}

/** The `now` of a statement: none, and so the database's own, in production. */
export function moment(context: CallsContext): { now?: Date } {
  return context.now === undefined ? {} : { now: context.now() }
}
