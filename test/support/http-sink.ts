import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it arrived. */
export interface ReceivedRequest {
  /** Monotonic, milliseconds. */
  readonly atMs: number
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The body as it came, for what is no text. */
  readonly bytes: Uint8Array
  /** The body as a form; empty where it is none. */
  readonly form: URLSearchParams
}

/** What to answer; without a `status` the request is never answered. */
export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Before the answer begins. */
  readonly delayMs?: number
}

export type Script = (request: ReceivedRequest, index: number) => ScriptedAnswer

/**
 * A real HTTP server on a loopback address that records every request, and answers as it is told:
 * 200 unless `answer` says otherwise.
 */
export class HttpSink {
  readonly received: ReceivedRequest[] = []
  answer: Script = () => ({ status: 200 })
  readonly #waiting = new Set<() => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #server: Server

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      const body = bytes.toString()
      const { method = '', url = '', headers } = request
      const atMs = performance.now()
      const received = { atMs, method, url, headers, body, bytes, form: parseForm(headers, body) }
      const index = this.received.push(received) - 1
      for (const check of this.#waiting) check()
      this.#reply(response, this.answer(received, index))
    })
  }

  /** Listens on a port of its own; `host` distinguishes sinks for fairness tests. */
  async start(host = '127.0.0.1', port = 0): Promise<this> {
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  get port(): number {
    return this.#address.port
  }

  /** `path` begins with a slash. */
  url(path = '/'): string {
    return `http://${this.#address.address}:${this.port}${path}`
  }

  /**
   * The first request, of those there are and those to come, that `matches`. Rejects after
   * `deadlineMs`, saying what did arrive.
   */
  waitFor(
    matches: (request: ReceivedRequest) => boolean = () => true,
    deadlineMs = 5_000,
  ): Promise<ReceivedRequest> {
    return this.waitUntil(() => this.received.find(matches), deadlineMs)
  }

  /** Resolves when so many requests have arrived. */
  async waitForCount(count: number, deadlineMs = 5_000): Promise<readonly ReceivedRequest[]> {
    const enough = (): true | undefined => (this.received.length >= count ? true : undefined)
    await this.waitUntil(enough, deadlineMs)
    return this.received
  }

  waitUntil<T>(find: () => T | undefined, deadlineMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(check)
      }
      const check = (): void => {
        const found = find()
        if (found === undefined) return
        end()
        resolve(found)
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`Not received in ${deadlineMs} ms. Received: ${this.#summary()}`))
      }, deadlineMs)
      this.#waiting.add(check)
      check()
    })
  }

  get #address(): AddressInfo {
    return this.#server.address() as AddressInfo
  }

  #summary(): string {
    const lines = this.received.map(({ method, url, body }) => `${method} ${url} ${body}`)
    return lines.length === 0 ? 'nothing' : `\n${lines.join('\n')}`
  }

  #reply(response: ServerResponse, { status, headers, body, delayMs }: ScriptedAnswer): void {
    if (status === undefined) return
    const end = (): void => void response.writeHead(status, { ...headers }).end(body)
    if (delayMs === undefined) return end()
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      end()
    }, delayMs)
    this.#timers.add(timer)
  }
}

function parseForm(headers: IncomingHttpHeaders, body: string): URLSearchParams {
  const type = headers['content-type'] ?? ''
  return new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? body : '')
}
