import { looksLikeRtcp } from '../rtcp/rtcp-packet.ts'
import type { MediaAddress } from '../sdp/negotiation.ts'
import { MAX_PROTECTION_BYTES } from '../srtp/packet-cipher.ts'
import type { SrtpKeys } from '../srtp/srtp-key.ts'
import { SrtpStream } from '../srtp/srtp-stream.ts'
import type { OpenResult, PacketOrigin, PacketReceiver, UdpDriver } from '../udp/driver.ts'
import type { Capturer } from './capturer.ts'

const LARGEST_PACKET = 1500

interface Capture {
  readonly port: number
  readonly capturer: Capturer
}

/**
 * Between the sockets and the rest: protects what leaves and opens what comes, of the streams that have
 * keys. What is not authentic goes no further, and so can neither be heard nor move a stream.
 */
export class SrtpLayer implements UdpDriver, PacketReceiver {
  readonly #driver: UdpDriver
  readonly #capacity: number
  readonly #receiver: PacketReceiver
  readonly #onRefused: (i: number) => void
  readonly #streams: (SrtpStream | undefined)[]
  readonly #captures: (Capture | undefined)[]
  readonly #packet = new Uint8Array(LARGEST_PACKET + MAX_PROTECTION_BYTES)

  constructor(options: {
    readonly capacity: number
    readonly receiver: PacketReceiver
    readonly onRefused: (i: number) => void
    readonly makeDriver: (receiver: PacketReceiver) => UdpDriver
  }) {
    this.#capacity = options.capacity
    this.#receiver = options.receiver
    this.#onRefused = options.onRefused
    this.#streams = new Array(options.capacity).fill(undefined)
    this.#captures = new Array(options.capacity).fill(undefined)
    this.#driver = options.makeDriver(this)
  }

  get name(): UdpDriver['name'] {
    return this.#driver.name
  }

  /** From now on; without keys, in the clear. */
  secure(i: number, keys: SrtpKeys | undefined): void {
    const stream = this.#streams[i]
    if (stream && keys) stream.rekey(keys)
    else this.#streams[i] = keys && new SrtpStream(keys)
  }

  /** Copies all packets of stream `i`, whose RTP port is `port`, from now on. */
  capture(i: number, port: number, capturer: Capturer): void {
    this.#captures[i] = { port, capturer }
  }

  open(index: number, address: MediaAddress, done: (result: OpenResult) => void): void {
    this.#driver.open(index, address, done)
  }

  connect(index: number, remote: MediaAddress): void {
    this.#driver.connect(index, remote)
  }

  remote(index: number): MediaAddress | undefined {
    return this.#driver.remote(index)
  }

  adoptSource(index: number): void {
    this.#driver.adoptSource(index)
  }

  source(): MediaAddress | undefined {
    return this.#driver.source()
  }

  send(index: number, packet: Uint8Array, length: number): void {
    const i = index % this.#capacity
    if (this.#captures[i]) this.#copy(index, true, packet, length)
    const stream = this.#streams[i]
    if (!stream) return this.#driver.send(index, packet, length)
    const bytes = this.#packet
    for (let n = 0; n < length; n++) bytes[n] = packet[n] ?? 0
    const sealed = this.#isRtcp(index, bytes, length)
      ? stream.sealRtcp(bytes, length)
      : stream.sealRtp(bytes, length)
    this.#driver.send(index, bytes, sealed)
  }

  receive(index: number, bytes: Uint8Array, length: number, origin: PacketOrigin): void {
    const i = index % this.#capacity
    const stream = this.#streams[i]
    if (!stream) return this.#hand(index, bytes, length, origin)
    const opened = this.#isRtcp(index, bytes, length)
      ? stream.openRtcp(bytes, length)
      : stream.openRtp(bytes, length)
    if (opened < 0) this.#onRefused(i)
    else this.#hand(index, bytes, opened, origin)
  }

  drain(): void {
    this.#driver.drain()
  }

  close(index: number): void {
    if (index < this.#capacity) {
      this.#streams[index] = undefined
      this.#captures[index]?.capturer.flush()
      this.#captures[index] = undefined
    }
    this.#driver.close(index)
  }

  #hand(index: number, bytes: Uint8Array, length: number, origin: PacketOrigin): void {
    if (this.#captures[index % this.#capacity]) this.#copy(index, false, bytes, length)
    this.#receiver.receive(index, bytes, length, origin)
  }

  #copy(index: number, sent: boolean, packet: Uint8Array, length: number): void {
    const capture = this.#captures[index % this.#capacity]
    const remote = sent ? this.#driver.remote(index) : this.#driver.source()
    // RFC 3550 section 11: RTCP takes the port after.
    const ownPort = (capture?.port ?? 0) + (index < this.#capacity ? 0 : 1)
    capture?.capturer.note(sent, { remote, ownPort }, packet.subarray(0, length))
  }

  #isRtcp(index: number, bytes: Uint8Array, length: number): boolean {
    return index >= this.#capacity || looksLikeRtcp(bytes, length)
  }
}
