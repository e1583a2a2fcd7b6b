import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { formatRtpPacket, parseRtpPacket, type RtpPacket } from '#rtp'

const DEADLINE_MS = 5000

/** A bare RTP endpoint on loopback, which sends what it is told and keeps what it gets. */
export class RtpPeer {
  readonly received: RtpPacket[] = []
  /** Whatever came, RTP or not. */
  readonly datagrams: Uint8Array[] = []
  /** Where each of them came from. */
  readonly sources: { readonly host: string; readonly port: number }[] = []
  readonly #socket: Socket
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => undefined)
    // Left open by a test that failed, it must not keep the file from ending.
    socket.unref()
    socket.on('message', (bytes, { address, port }) => {
      this.datagrams.push(bytes)
      this.sources.push({ host: address, port })
      const packet = parseRtpPacket(bytes)
      if (packet) this.received.push(packet)
      for (const check of [...this.#waiting]) check()
    })
  }

  static async open(host = '127.0.0.1', port = 0): Promise<RtpPeer> {
    const socket = createSocket('udp4')
    socket.bind(port, host)
    await once(socket, 'listening')
    return new RtpPeer(socket)
  }

  get address(): { host: string; port: number } {
    const { address, port } = this.#socket.address()
    return { host: address, port }
  }

  send(packet: RtpPacket | Uint8Array, to: { readonly host: string; readonly port: number }): void {
    const bytes = packet instanceof Uint8Array ? packet : formatRtpPacket(packet)
    this.#socket.send(bytes, to.port, to.host)
  }

  /** Resolves as soon as the packets received satisfy `condition`; rejects after five seconds. */
  waitFor(condition: (packets: readonly RtpPacket[]) => boolean): Promise<readonly RtpPacket[]> {
    return this.#waitUntil(() => condition(this.received), this.received)
  }

  /** The same for everything that came. */
  waitForDatagrams(
    condition: (datagrams: readonly Uint8Array[]) => boolean,
  ): Promise<readonly Uint8Array[]> {
    return this.#waitUntil(() => condition(this.datagrams), this.datagrams)
  }

  #waitUntil<T>(isMet: () => boolean, result: T): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isMet()) return
        clearTimeout(deadline)
        this.#waiting.delete(check)
        resolve(result)
      }
      const deadline = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`not satisfied by ${this.datagrams.length} packets`))
      }, DEADLINE_MS)
      this.#waiting.add(check)
      check()
    })
  }

  close(): void {
    this.#socket.close()
  }
}
