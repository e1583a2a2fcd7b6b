/** UDP by Node's own sockets: any system, IPv4 and IPv6. Packets come by the event loop. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { MediaAddress } from '../sdp/negotiation.ts'
import type { OpenResult, PacketReceiver, UdpDriver } from './driver.ts'

interface Entry {
  readonly socket: Socket
  remote: MediaAddress | undefined
}

export class DgramDriver implements UdpDriver {
  readonly name = 'dgram'
  readonly #receiver: PacketReceiver
  readonly #entries = new Map<number, Entry>()
  /** Of the packet that is being received. */
  #source: RemoteInfo | undefined

  constructor(receiver: PacketReceiver) {
    this.#receiver = receiver
  }

  open(index: number, address: MediaAddress, done: (result: OpenResult) => void): void {
    const family = address.host.includes(':') ? 6 : 4
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      // Addresses are IP addresses here: nothing is to be looked up, and `send` acts at once.
      lookup: (host, _options, found) => found(null, host, family),
    })
    const entry: Entry = { socket, remote: undefined }
    this.#entries.set(index, entry)
    socket.once('error', (error: NodeJS.ErrnoException) => {
      this.close(index)
      done({ code: failureCode(error.code), message: `A UDP socket failed: ${error.message}.` })
    })
    socket.bind({ address: address.host, port: address.port, exclusive: true }, () => {
      socket.removeAllListeners('error')
      // ECONNREFUSED and the like: a peer that is not there does not end the stream.
      socket.on('error', () => undefined)
      done({ port: socket.address().port })
    })
    socket.on('message', (bytes, source) => this.#receive(index, entry, bytes, source))
  }

  connect(index: number, remote: MediaAddress): void {
    const entry = this.#entries.get(index)
    if (entry) entry.remote = remote
  }

  remote(index: number): MediaAddress | undefined {
    return this.#entries.get(index)?.remote
  }

  adoptSource(index: number): void {
    const entry = this.#entries.get(index)
    if (!entry || !this.#source) return
    entry.remote = { host: this.#source.address, port: this.#source.port }
  }

  source(): MediaAddress | undefined {
    return this.#source && { host: this.#source.address, port: this.#source.port }
  }

  send(index: number, packet: Uint8Array, length: number): void {
    const entry = this.#entries.get(index)
    if (!entry?.remote) return
    // libuv may keep the packet if the socket is not ready, and the stream patches it for the next.
    const { port, host } = entry.remote
    entry.socket.send(Buffer.from(packet.subarray(0, length)), port, host, ignoreError)
  }

  drain(): void {}

  close(index: number): void {
    this.#entries.get(index)?.socket.close()
    this.#entries.delete(index)
  }

  #receive(index: number, entry: Entry, bytes: Buffer, source: RemoteInfo): void {
    const { remote } = entry
    if (!remote || this.#entries.get(index) !== entry) return
    this.#source = source
    const origin =
      source.address !== remote.host
        ? 'other-host'
        : source.port !== remote.port
          ? 'other-port'
          : 'remote'
    this.#receiver.receive(index, bytes, bytes.length, origin)
    this.#source = undefined
  }
}

function ignoreError(): void {}

function failureCode(code: string | undefined): Exclude<OpenResult, { port: number }>['code'] {
  if (code === 'EADDRINUSE') return 'media-port-in-use'
  return code === 'EMFILE' || code === 'ENFILE' ? 'media-no-capacity' : 'media-bind-failed'
}
