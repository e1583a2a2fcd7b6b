import { createSocket, type Socket } from 'node:dgram'
import type { TestContext } from 'node:test'

export interface RelayedDatagram {
  readonly bytes: Buffer
  readonly text: string
  readonly direction: 'to-near' | 'to-far'
  /** Counts the datagrams of that direction from 0. */
  readonly index: number
}

export type RelayVerdict = 'pass' | 'drop' | 'duplicate' | { readonly delayMs: number }

/**
 * A bad network between two SIP ends on 127.0.0.1. The near end sends to `frontPort`; the far end sees
 * `backPort`. Port numbers in the text are rewritten, so that what Via and Contact name passes through
 * here as well.
 */
export class UdpRelay {
  readonly #front = createSocket('udp4')
  readonly #back = createSocket('udp4')
  readonly #nearPort: number
  readonly #farPort: number
  readonly #judge: (datagram: RelayedDatagram) => RelayVerdict
  readonly #counts = { 'to-near': 0, 'to-far': 0 }
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly relayed: RelayedDatagram[] = []

  constructor(
    nearPort: number,
    farPort: number,
    judge: (datagram: RelayedDatagram) => RelayVerdict = () => 'pass',
  ) {
    this.#nearPort = nearPort
    this.#farPort = farPort
    this.#judge = judge
  }

  get frontPort(): number {
    return this.#front.address().port
  }

  get backPort(): number {
    return this.#back.address().port
  }

  async start(test: TestContext): Promise<void> {
    for (const socket of [this.#front, this.#back]) {
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
      // ICMP of an end that has gone is part of what a network does.
      socket.on('error', () => undefined)
    }
    this.#front.on('message', (bytes) => this.#relay('to-far', bytes))
    this.#back.on('message', (bytes) => this.#relay('to-near', bytes))
    test.after(() => {
      for (const timer of this.#timers) clearTimeout(timer)
      this.#front.close()
      this.#back.close()
    })
  }

  #relay(direction: RelayedDatagram['direction'], bytes: Buffer): void {
    const text = this.#rewrite(direction, bytes.toString('latin1'))
    const index = this.#counts[direction]++
    const datagram = { bytes: Buffer.from(text, 'latin1'), text, direction, index }
    const verdict = this.#judge(datagram)
    if (verdict === 'drop') return
    this.relayed.push(datagram)
    if (typeof verdict === 'object') return this.#later(datagram, verdict.delayMs)
    this.#send(datagram)
    if (verdict === 'duplicate') this.#send(datagram)
  }

  #later(datagram: RelayedDatagram, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#send(datagram)
    }, delayMs)
    this.#timers.add(timer)
  }

  #send({ direction, bytes }: RelayedDatagram): void {
    const [socket, port]: [Socket, number] =
      direction === 'to-far' ? [this.#back, this.#farPort] : [this.#front, this.#nearPort]
    socket.send(bytes, port, '127.0.0.1')
  }

  #rewrite(direction: RelayedDatagram['direction'], text: string): string {
    const ports: [number, number][] =
      direction === 'to-far'
        ? [
            [this.frontPort, this.#farPort],
            [this.#nearPort, this.backPort],
          ]
        : [
            [this.#farPort, this.frontPort],
            [this.backPort, this.#nearPort],
          ]
    return text.replace(/127\.0\.0\.1:([0-9]+)/g, (whole, port: string) => {
      const pair = ports.find(([from]) => from === Number(port))
      return pair === undefined ? whole : `127.0.0.1:${pair[1]}`
    })
  }
}
