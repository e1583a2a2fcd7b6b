import type { Service } from '#base'

/** Something that runs SQL: the database itself, or one transaction on it. */
export interface Queryable {
  /** The rows; `int8` as numbers, `timestamptz` as `Date`, `jsonb` parsed, NULL as null. */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** How many rows the statement wrote. */
  execute(sql: string, params?: readonly unknown[]): Promise<number>
  /** How many rows a `COPY … FROM STDIN` has written; `rows` in PostgreSQL's text format, all of them. */
  copy(sql: string, rows: Uint8Array): Promise<number>
  /**
   * Once what was written is committed, wakes those who listen on `channel`: at once in this process, a
   * moment later in others. Not a part of the transaction: PostgreSQL commits one after the other what notifies.
   */
  notify(channel: string): void
  /** Calls `then` once what was written is committed, never where it was rolled back. */
  whenCommitted(then: () => void): void
}

/**
 * PostgreSQL. Every method rejects with OutdialError `store-unavailable` (temporary) where the server
 * cannot be reached or cannot write just now; other errors of PostgreSQL are mistakes of ours and
 * come through as they are.
 */
export interface Database extends Queryable, Service {
  /**
   * Runs `work` between BEGIN and COMMIT; an exception rolls back. Where the connection broke during
   * COMMIT nobody knows whether it took effect: OutdialError `store-commit-unknown` (temporary).
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>
  /**
   * Calls `wake` when something was notified on `channel`, and once whenever listening begins (again),
   * since what was notified before is lost. It is a hint and never the only way: users poll as well.
   * Returns what ends it.
   */
  listen(channel: string, wake: () => void): () => void
}

/** PostgreSQL's channels: what writers notify and loops listen to. */
export const CALLS_DUE = 'calls_due'
export const RESULTS_DUE = 'results_due'
export const CALLS_CANCELED = 'calls_canceled'
export const CAMPAIGNS_CHANGED = 'campaigns_changed'
