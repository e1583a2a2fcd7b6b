import { createSocket } from 'node:dgram'
import { type Ending, eventually } from './sip-agents.ts'

export interface RawReply {
  readonly toTag?: string
  /** Whole lines, without their ends. */
  readonly headers?: readonly string[]
  readonly body?: string
}

/** The far end as a bare UDP socket: it says only what a test has it say. */
export class RawPeer {
  readonly received: string[] = []
  readonly #socket = createSocket('udp4')
  #remotePort = 0

  async start(test: Ending): Promise<void> {
    this.#socket.on('message', (bytes, from) => {
      this.#remotePort = from.port
      this.received.push(bytes.toString('latin1'))
    })
    await new Promise<void>((resolve) => this.#socket.bind(0, '127.0.0.1', resolve))
    test.after(() => this.#socket.close())
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** The first message, from the `after`th on, that begins like that. */
  async next(begin: string, after = 0): Promise<string> {
    const find = (): string | undefined =>
      this.received.slice(after).find((each) => each.startsWith(begin))
    await eventually(`${begin} at the raw peer`, () => find() !== undefined)
    return find() ?? ''
  }

  /** The first message that begins like that with a higher CSeq: no repetition of an earlier one. */
  async nextAfter(begin: string, message: string): Promise<string> {
    const last = message === '' ? 0 : cseqOf(message)
    const find = (): string | undefined =>
      this.received.find((each) => each.startsWith(begin) && cseqOf(each) > last)
    await eventually(`another ${begin} at the raw peer`, () => find() !== undefined)
    return find() ?? ''
  }

  send(text: string, port = this.#remotePort): void {
    this.#socket.send(text, port, '127.0.0.1')
  }

  reply(
    request: string,
    statusLine: string,
    { toTag, headers = [], body = '' }: RawReply = {},
  ): void {
    const lines = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => {
      const value = fieldOf(request, name)
      return `${name}: ${value}${name === 'To' && toTag !== undefined ? `;tag=${toTag}` : ''}`
    })
    const length = `Content-Length: ${Buffer.byteLength(body)}`
    this.send([`SIP/2.0 ${statusLine}`, ...lines, ...headers, length, '', body].join('\r\n'))
  }

  /** A request in the dialog that `invite` opened, from this side. */
  request(
    method: string,
    invite: string,
    { toTag, headers = [], body = '' }: RawReply = {},
    cseq = 1,
  ): void {
    const target = /<([^>]*)>/.exec(fieldOf(invite, 'Contact'))?.[1] ?? ''
    const lines = [
      `${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bKpeer${method}${cseq};rport`,
      'Max-Forwards: 70',
      `From: ${fieldOf(invite, 'To')};tag=${toTag ?? ''}`,
      `To: ${fieldOf(invite, 'From')}`,
      `Call-ID: ${fieldOf(invite, 'Call-ID')}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:peer@127.0.0.1:${this.port}>`,
      ...headers,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    this.send([...lines, '', body].join('\r\n'))
  }
}

function cseqOf(message: string): number {
  return Number.parseInt(fieldOf(message, 'CSeq'), 10)
}

export function fieldOf(message: string, name: string): string {
  return new RegExp(`\r\n${name}: (.*)\r\n`).exec(message)?.[1] ?? ''
}
