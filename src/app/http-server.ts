import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { type Clock, type Logger, OutdialError, type Service } from '#base'
import type { createOperations } from './operations.ts'

export interface HttpServerOptions {
  readonly host: string
  /** 0: any. */
  readonly port: number
  readonly log: Logger
  readonly clock: Clock
  readonly api: Hono
  /** What people look at. */
  readonly pages: Hono
  /** Replies that would never end are to end now. */
  readonly onStop?: () => void
  /** What operators' tools ask. */
  readonly operations: ReturnType<typeof createOperations>
}

/** A request that came before the stop may take so long; its URLs are being checked. */
const LAST_REPLIES_MS = 25_000

/** A long list over a slow line; the API ends a request that stalls much sooner. */
const LONGEST_REQUEST_MS = 6 * 3_600_000

/** Serves the API, the pages for people, and what operators' tools ask. */
export class HttpServer implements Service {
  readonly #options: HttpServerOptions
  readonly #server: Server

  constructor(options: HttpServerOptions) {
    this.#options = options
    const site = new Hono()
    site.route('/', options.operations)
    site.route('/', options.api)
    site.route('/', options.pages)
    // The API reads on what it refuses, in its own limits, so that the reply is not lost.
    this.#server = createAdaptorServer({ fetch: site.fetch, autoCleanupIncoming: false }) as Server
    this.#server.requestTimeout = LONGEST_REQUEST_MS
  }

  /** Where it listens, once started. */
  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo
    return { host: address, port }
  }

  async start(): Promise<void> {
    const { host, port } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    }).catch((cause: NodeJS.ErrnoException) => {
      const why = REASONS[cause.code ?? ''] ?? cause.message
      const sentence = `Cannot listen on ${host}:${port}: ${why}. Set OUTDIAL_HTTP to another.`
      throw new OutdialError('http-not-listening', sentence, { field: 'OUTDIAL_HTTP', cause })
    })
    this.#options.log.info('http listening', this.address)
  }

  async stop(): Promise<void> {
    this.#options.onStop?.()
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const patience = this.#options.clock.setTimer(LAST_REPLIES_MS, () =>
      this.#server.closeAllConnections(),
    )
    await closed
    patience.cancel()
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'ports below 1024 need a privilege',
  ENOTFOUND: 'there is no such host',
}
