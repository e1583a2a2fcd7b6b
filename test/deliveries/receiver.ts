import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Random, randomFraction } from '#base'

/** Of one result or event, all posts that came. */
export interface Received {
  readonly webhookId: string
  /** Different ones, of which there should be one. */
  readonly bodies: Set<string>
  readonly posts: Post[]
}

export interface Post {
  readonly atMs: number
  readonly timestamp: string
  readonly signature: string
  /** 0: none was given. */
  readonly status: number
}

/** What a receiver answers the `nth` post of a result (0 for the first). */
export type Manner = (nth: number) => Answer | Promise<Answer>

export interface Answer {
  /** 0: the connection is cut. */
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** An HTTP server that answers in its manner and remembers what it was sent. */
export class Receiver {
  readonly name: string
  readonly received = new Map<string, Received>()
  /** Requests for what should never be asked for, such as where a redirect points. */
  readonly strayed: string[] = []
  posts = 0
  /** Results that were answered with 2xx. */
  delivered = 0
  manner: Manner
  onPost: () => void = () => {}
  readonly #server: Server
  #port = 0

  constructor(name: string, manner: Manner) {
    this.name = name
    this.manner = manner
    this.#server = createServer((request, response) => void this.#take(request, response))
  }

  /** Holds the port, and listens on it unless it is to be down at first. */
  async start(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/${this.name}`
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    request.on('error', () => {})
    for await (const chunk of request) chunks.push(chunk)
    if (request.url !== `/${this.name}` || request.method !== 'POST') {
      this.strayed.push(`${request.method} ${request.url}`)
    }
    const { headers } = request
    const webhookId = String(headers['webhook-id'])
    const known = this.received.get(webhookId) ?? { webhookId, bodies: new Set(), posts: [] }
    this.received.set(webhookId, known)
    known.bodies.add(Buffer.concat(chunks).toString())
    const atMs = performance.now()
    const nth = known.posts.length
    const post = {
      ...{ atMs, status: 0 },
      timestamp: String(headers['webhook-timestamp']),
      signature: String(headers['webhook-signature']),
    }
    known.posts.push(post)
    this.posts++
    const answer = await this.manner(nth)
    const isNew = !known.posts.some(({ status }) => isTaken(status))
    post.status = answer.status
    if (isNew && isTaken(answer.status)) this.delivered++
    if (answer.status === 0) request.socket.destroy()
    else response.writeHead(answer.status, { ...answer.headers }).end(`it is ${answer.status}`)
    this.onPost()
  }
}

export function isTaken(status: number): boolean {
  return status >= 200 && status <= 299
}

/** Fails three posts of ten, in one way or another, but no result more than three times. */
export function flaky(random: Random): Manner {
  const faults: readonly Answer[] = [
    { status: 500 },
    { status: 503, headers: { 'retry-after': '1' } },
    { status: 429 },
    { status: 0 },
    { status: 404 },
  ]
  return (nth) => {
    if (nth >= 3 || randomFraction(random) >= 0.3) return { status: 200 }
    return faults[Math.floor(randomFraction(random) * faults.length)] ?? { status: 500 }
  }
}

/** Sends every first post elsewhere. */
export function redirecting(nth: number): Answer {
  return nth === 0 ? { status: 307, headers: { location: '/elsewhere' } } : { status: 204 }
}
