import type pg from 'pg'
import { assert, type Clock, errorMessage, type Logger, type Service, type Timer } from '#base'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export interface ListenerOptions {
  /** A client that is not yet connected; of a direct connection, never through a pooler. */
  readonly connect: () => pg.Client
  readonly log: Logger
  readonly clock: Clock
}

/**
 * One connection that LISTENs for all channels, made when the first channel is asked for, and made
 * again when it breaks.
 */
export class Listener implements Service {
  readonly #options: ListenerOptions
  readonly #wakes = new Map<string, Set<() => void>>()
  #client: pg.Client | undefined
  #connecting: Promise<void> | undefined
  #retry: Timer | undefined
  #pauseMs = FIRST_PAUSE_MS
  #state: 'new' | 'started' | 'stopped' = 'new'

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') return
    this.#state = 'started'
    if (this.#wakes.size > 0) this.#open()
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#retry?.cancel()
    await this.#connecting
    await this.#client?.end().catch(() => {})
    this.#client = undefined
  }

  listen(channel: string, wake: () => void): () => void {
    assert(/^[a-z_]+$/.test(channel), 'a channel is lower-case letters and underlines')
    const wakes = this.#wakes.get(channel) ?? new Set()
    this.#wakes.set(channel, wakes.add(wake))
    if (this.#state === 'started' && wakes.size === 1) {
      if (this.#client === undefined) this.#open()
      else void this.#subscribe(this.#client, channel).catch(() => {})
    }
    return () => void wakes.delete(wake)
  }

  /** Those of this process. */
  wake(channel: string): void {
    for (const wake of this.#wakes.get(channel) ?? []) wake()
  }

  #open(): void {
    if (this.#connecting !== undefined || this.#state !== 'started') return
    this.#retry?.cancel()
    this.#connecting = this.#connect().finally(() => {
      this.#connecting = undefined
    })
  }

  async #connect(): Promise<void> {
    const client = this.#options.connect()
    client.on('error', () => {})
    client.on('notification', ({ channel }) => this.wake(channel))
    try {
      await client.connect()
      client.on('end', () => this.#lost(client))
      // The channels are read after connecting: one may have been added meanwhile.
      for (const channel of this.#wakes.keys()) await this.#subscribe(client, channel)
    } catch (error) {
      client.removeAllListeners('end')
      await client.end().catch(() => {})
      this.#retryLater(error)
      return
    }
    this.#client = client
    this.#pauseMs = FIRST_PAUSE_MS
  }

  /** Wakes at once: what was notified until now has gone unheard. */
  async #subscribe(client: pg.Client, channel: string): Promise<void> {
    await client.query(`LISTEN ${channel}`)
    this.wake(channel)
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#retryLater('the connection ended')
  }

  #retryLater(error: unknown): void {
    if (this.#state !== 'started') return
    this.#options.log.warn('not listening to the database, trying again', {
      error: errorMessage(error),
      pauseMs: this.#pauseMs,
    })
    this.#retry = this.#options.clock.setTimer(this.#pauseMs, () => this.#open())
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2)
  }
}
