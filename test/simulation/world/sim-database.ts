import { AsyncLocalStorage } from 'node:async_hooks'
import { type Clock, OutdialError } from '#base'
import type { Database, Queryable } from '#store'
import type { SimChance } from './sim-chance.ts'
import type { ProcessClock, SimTime } from './sim-time.ts'

/** Changes a statement before it runs: how a planted bug gets into SQL. */
export type StatementChange = (sql: string, params: readonly unknown[]) => Statement | undefined

export interface Statement {
  readonly sql: string
  readonly params: readonly unknown[]
}

/**
 * The one PostgreSQL of a simulated world. Statements and transactions run one after the other, in
 * the order of the world's time, and its `now()` is the world's (see `openSimStore`).
 */
export class SimStore {
  readonly #db: Database
  readonly #time: SimTime
  readonly #listeners = new Map<string, Set<() => void>>()
  #last: Promise<unknown> = Promise.resolve()
  #told = ''
  /** Nobody reaches it. */
  isDown = false
  change: StatementChange | undefined
  /** Planted bugs. */
  ignoresOutages = false
  trustsProcessClocks = false

  constructor(db: Database, time: SimTime) {
    this.#db = db
    this.#time = time
  }

  /** Runs `work` when all that came before has run. */
  inTurn<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    const run = this.#last.then(() => work(this.#db))
    this.#last = run.catch(() => {
      // What was rolled back took the time with it.
      this.#told = ''
    })
    return this.#time.real(run)
  }

  /**
   * The statement with the world's clock in the place of `now()`, as the tables' defaults have it, which
   * must be told the time before (see `openSimStore`).
   */
  async timed(db: Queryable, sql: string, asker: Clock): Promise<string> {
    const timed = sql.replace(/\b(now|clock_timestamp)\(\)/g, 'simulation.now()')
    const clock = this.trustsProcessClocks ? asker : this.#time.clock
    const now = new Date(clock.now()).toISOString()
    if (this.#told !== now && (timed !== sql || /INSERT INTO/.test(sql))) {
      await db.query(`SELECT set_config('outdial.now', $1, false)`, [now])
      this.#told = now
    }
    return timed
  }

  listen(channel: string, wake: () => void): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set()
    this.#listeners.set(channel, listeners)
    listeners.add(wake)
    return () => void listeners.delete(wake)
  }

  notify(channel: string): void {
    for (const wake of this.#listeners.get(channel) ?? []) wake()
  }
}

/** One process's way to the store: it takes time, and it may fail. */
export class SimDatabase implements Database {
  readonly #store: SimStore
  readonly #clock: ProcessClock
  readonly #chance: SimChance
  /** The probability that a commit gets no answer, though it may have been carried out. */
  lostCommits = 0
  lostNotifications = 0
  readonly #wakes = new Map<string, Set<() => void>>()
  readonly #near = new AsyncLocalStorage<boolean>()

  constructor(store: SimStore, clock: ProcessClock, chance: SimChance) {
    this.#store = store
    this.#clock = clock
    this.#chance = chance
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    return this.#ask((db) => this.#on(db).query<Row>(sql, params))
  }

  execute(sql: string, params?: readonly unknown[]): Promise<number> {
    return this.#ask((db) => this.#on(db).execute(sql, params))
  }

  copy(sql: string, rows: Uint8Array): Promise<number> {
    return this.#ask((db) => this.#on(db).copy(sql, rows))
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const news = new Set<string>()
    const notify = (channel: string): void => void news.add(channel)
    const result = await this.#ask((db) =>
      db.transaction((tx) => {
        const whenCommitted = (then: () => void): void => tx.whenCommitted(then)
        return work({ ...this.#on(tx), notify, whenCommitted })
      }),
    )
    for (const channel of news) this.notify(channel)
    return result
  }

  /** This process hears it at once, the others on their way. */
  notify(channel: string): void {
    for (const wake of this.#wakes.get(channel) ?? []) wake()
    this.#store.notify(channel)
  }

  whenCommitted(then: () => void): void {
    then()
  }

  listen(channel: string, wake: () => void): () => void {
    this.#clock.setTimer(0, wake)
    const wakes = this.#wakes.get(channel) ?? new Set()
    this.#wakes.set(channel, wakes.add(wake))
    const unlisten = this.#store.listen(channel, () => {
      if (this.#chance.happens(this.lostNotifications)) return
      this.#clock.setTimer(this.#chance.between(0.2, 3), wake)
    })
    return () => {
      wakes.delete(wake)
      unlisten()
    }
  }

  /** What `work` asks, and nothing else, has no way to travel, and does not fail. */
  near<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#near.run(true, work)
  }

  /** There, carried out, and back; the process may be gone by then. */
  async #ask<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
    if (this.#near.getStore()) return this.#store.inTurn(work)
    await this.#travel()
    if (this.#store.isDown && !this.#store.ignoresOutages) throw unavailable()
    const fate = this.#chance.fraction()
    if (fate < this.lostCommits / 2) throw commitUnknown()
    const outcome = await this.#store.inTurn(work).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    await this.#travel()
    if (fate < this.lostCommits) throw commitUnknown()
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }

  #travel(): Promise<void> {
    const delayMs = this.#chance.between(0.1, 1)
    return new Promise((resolve) => this.#clock.setTimer(delayMs, resolve))
  }

  #on(db: Queryable): Omit<Queryable, 'notify' | 'whenCommitted'> {
    const changed = (sql: string, params: readonly unknown[]): Statement =>
      this.#store.change?.(sql, params) ?? { sql, params }
    return {
      query: async <Row>(text: string, given: readonly unknown[] = []) => {
        const { sql, params } = changed(text, given)
        return db.query<Row>(await this.#store.timed(db, sql, this.#clock), params)
      },
      execute: async (text, given = []) => {
        const { sql, params } = changed(text, given)
        return db.execute(await this.#store.timed(db, sql, this.#clock), params)
      },
      copy: (sql, rows) => db.copy(sql, rows),
    }
  }
}

function unavailable(): OutdialError {
  return new OutdialError('store-unavailable', 'The database is away.', { temporary: true })
}

function commitUnknown(): OutdialError {
  return new OutdialError('store-commit-unknown', 'The connection broke.', { temporary: true })
}
