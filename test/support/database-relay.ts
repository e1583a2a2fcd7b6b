import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * The way to a PostgreSQL, which a test may take away. `cut`: connections break and none can be made.
 * `loseAnswer`: what is asked still arrives and is done, but nobody hears of it. `mend`: all is well.
 */
export class DatabaseRelay {
  readonly #target: { readonly path: string } | { readonly host: string; readonly port: number }
  readonly #url: URL
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #server: Server | undefined
  #port = 0
  #loss: Loss | undefined

  /** `url`: the database's own. */
  constructor(url: string) {
    // A socket's folder stands in the query, where the host is empty: not a URL to WHATWG.
    this.#url = new URL(url.replace('@/', '@localhost/'))
    const { hostname, port, searchParams } = this.#url
    const folder = searchParams.get('host')
    const socketPort = searchParams.get('port') ?? '5432'
    this.#target =
      folder === null
        ? { host: hostname, port: Number(port) }
        : { path: `${folder}/.s.PGSQL.${socketPort}` }
  }

  /** Where to find the database from now on. */
  async start(): Promise<string> {
    await this.mend()
    const url = new URL(this.#url)
    url.search = ''
    url.hostname = '127.0.0.1'
    url.port = String(this.#port)
    return url.href
  }

  /** As when the server is gone. */
  async cut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = server === undefined ? undefined : once(server, 'close')
    server?.close()
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
    await closed
  }

  /**
   * Keeps back the answer to the first question that has `text` in it, or to the COMMIT after it; what is
   * asked is passed on. Resolves when the database has answered; `cut` should follow.
   */
  loseAnswer(text: string, to: 'question' | 'commit' = 'question'): Promise<void> {
    return new Promise((lost) => {
      this.#loss = { text, to, lost }
    })
  }

  async mend(): Promise<void> {
    this.#loss = undefined
    if (this.#server !== undefined) return
    const server = createServer((near) => this.#join(near))
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#server = server
    const address = server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
  }

  async stop(): Promise<void> {
    await this.cut()
  }

  #join(near: Socket): void {
    const far = connect(this.#target)
    const pair = [near, far] as const
    this.#pairs.add(pair)
    let concerned: Loss | undefined
    let loss: Loss | undefined
    near.on('data', (bytes: Buffer) => {
      if (this.#loss !== undefined && bytes.includes(this.#loss.text)) concerned = this.#loss
      if (concerned?.to === 'question' || bytes.includes('COMMIT')) loss = concerned
      far.write(bytes)
    })
    far.on('data', (bytes: Buffer) => {
      if (loss === undefined) near.write(bytes)
      else loss.lost()
    })
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('error', () => {})
      one.on('close', () => {
        other.destroy()
        this.#pairs.delete(pair)
      })
    }
  }
}

interface Loss {
  readonly text: string
  readonly to: 'question' | 'commit'
  readonly lost: () => void
}
