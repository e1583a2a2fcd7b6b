/**
 * UDP by the C library itself: half the CPU of `dgram`, and usable in a thread that never returns to
 * its event loop. Linux and IPv4. Every buffer that is handed to C is kept in a field.
 */
import koffi from 'koffi'
import type { MediaAddress } from '../sdp/negotiation.ts'
import type { OpenFailure, OpenResult, PacketReceiver, UdpDriver } from './driver.ts'

const AF_INET = 2
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const EPOLL_CLOEXEC = SOCK_CLOEXEC
const EPOLL_CTL_ADD = 1
const EPOLLIN = 1
const EADDRINUSE = 98
const EMFILE = 24
const ENFILE = 23

const ADDRESS_BYTES = 16
const ADDRESS_WORDS = ADDRESS_BYTES / 4
/** The largest datagram that Ethernet carries whole; media is far smaller, and more is cut off. */
const RECEIVE_BYTES = 1500
const EVENTS = 256
/** The kernel packs `struct epoll_event` on x86-64 only. */
const EVENT_WORDS = process.arch === 'x64' ? 3 : 4
const DATA_WORD = EVENT_WORDS - 2
/**
 * Packets taken from one socket at a time: those of a second, so that a stall of our own loses none, and
 * no more, so that a flooded one does not hold up the others.
 */
const ROUNDS = 64

interface Libc {
  socket(domain: number, type: number, protocol: number): number
  bind(socket: number, address: Uint8Array, length: number): number
  getsockname(socket: number, address: Uint8Array, length: Int32Array): number
  sendto(
    socket: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ): number
  recvfrom(
    socket: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: Int32Array,
  ): number
  close(socket: number): number
  epoll_create1(flags: number): number
  epoll_ctl(epoll: number, operation: number, socket: number, event: Uint32Array): number
  epoll_wait(epoll: number, events: Uint32Array, count: number, timeoutMs: number): number
}

export class RawDriver implements UdpDriver {
  readonly name = 'raw'
  readonly #libc = loadLibc()
  readonly #receiver: PacketReceiver
  readonly #epoll: number
  readonly #sockets: Int32Array
  readonly #watched: Uint8Array
  /** One `struct sockaddr_in` a stream: in words to compare, in octets to hand over. */
  readonly #remoteWords: Uint32Array
  readonly #remotes: Uint8Array[]
  readonly #source = new Uint8Array(ADDRESS_BYTES)
  readonly #sourceWords = new Uint32Array(this.#source.buffer)
  readonly #sourceLength = new Int32Array(1)
  readonly #received = new Uint8Array(RECEIVE_BYTES)
  readonly #events = new Uint32Array(EVENTS * EVENT_WORDS)
  readonly #event = new Uint32Array(EVENT_WORDS)

  /** @throws Error where there is no such C library */
  constructor(capacity: number, receiver: PacketReceiver) {
    this.#receiver = receiver
    this.#sockets = new Int32Array(capacity).fill(-1)
    this.#watched = new Uint8Array(capacity)
    this.#remoteWords = new Uint32Array(capacity * ADDRESS_WORDS)
    const octets = new Uint8Array(this.#remoteWords.buffer)
    this.#remotes = Array.from({ length: capacity }, (_, i) =>
      octets.subarray(i * ADDRESS_BYTES, (i + 1) * ADDRESS_BYTES),
    )
    this.#epoll = this.#libc.epoll_create1(EPOLL_CLOEXEC)
    if (this.#epoll < 0) throw new Error(`epoll_create1 failed with errno ${koffi.errno()}`)
  }

  open(index: number, address: MediaAddress, done: (result: OpenResult) => void): void {
    done(this.#open(index, address))
  }

  connect(index: number, remote: MediaAddress): void {
    const octets = this.#remotes[index]
    const socket = this.#sockets[index] ?? -1
    if (!octets || socket < 0) return
    writeAddress(octets, remote)
    if (this.#watched[index] === 1) return
    this.#watched[index] = 1
    this.#event[0] = EPOLLIN
    this.#event[DATA_WORD] = index
    this.#libc.epoll_ctl(this.#epoll, EPOLL_CTL_ADD, socket, this.#event)
  }

  remote(index: number): MediaAddress | undefined {
    const octets = this.#remotes[index]
    return octets && this.#watched[index] === 1 ? readAddress(octets) : undefined
  }

  adoptSource(index: number): void {
    this.#remotes[index]?.set(this.#source)
  }

  source(): MediaAddress {
    return readAddress(this.#source)
  }

  send(index: number, packet: Uint8Array, length: number): void {
    // A full buffer or an unreachable peer loses the packet, as the network might.
    this.#libc.sendto(
      this.#sockets[index] ?? -1,
      packet,
      length,
      0,
      this.#remotes[index] ?? this.#source,
      ADDRESS_BYTES,
    )
  }

  drain(): void {
    for (let round = 0; round < ROUNDS; round++) {
      const ready = this.#libc.epoll_wait(this.#epoll, this.#events, EVENTS, 0)
      for (let event = 0; event < ready; event++) {
        this.#receive(this.#events[event * EVENT_WORDS + DATA_WORD] ?? 0)
      }
      if (ready <= 0) return
    }
  }

  close(index: number): void {
    // The kernel takes a closed socket off the epoll list by itself.
    this.#libc.close(this.#sockets[index] ?? -1)
    this.#sockets[index] = -1
    this.#watched[index] = 0
  }

  #open(index: number, address: MediaAddress): OpenResult {
    const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC
    const socket = this.#libc.socket(AF_INET, type, 0)
    if (socket < 0) return this.#failure('opened')
    writeAddress(this.#source, address)
    if (this.#libc.bind(socket, this.#source, ADDRESS_BYTES) < 0) {
      const failure = this.#failure(`bound to ${address.host}`)
      this.#libc.close(socket)
      return failure
    }
    this.#sourceLength[0] = ADDRESS_BYTES
    this.#libc.getsockname(socket, this.#source, this.#sourceLength)
    this.#sockets[index] = socket
    return { port: readAddress(this.#source).port }
  }

  #failure(deed: string): OpenFailure {
    const errno = koffi.errno()
    const code =
      errno === EADDRINUSE
        ? 'media-port-in-use'
        : errno === EMFILE || errno === ENFILE
          ? 'media-no-capacity'
          : 'media-bind-failed'
    return { code, message: `A UDP socket could not be ${deed} (errno ${errno}).` }
  }

  #receive(index: number): void {
    this.#sourceLength[0] = ADDRESS_BYTES
    const length = this.#libc.recvfrom(
      this.#sockets[index] ?? -1,
      this.#received,
      RECEIVE_BYTES,
      0,
      this.#source,
      this.#sourceLength,
    )
    if (length < 0) return
    const at = index * ADDRESS_WORDS
    const origin =
      this.#sourceWords[1] !== this.#remoteWords[at + 1]
        ? 'other-host'
        : this.#sourceWords[0] !== this.#remoteWords[at]
          ? 'other-port'
          : 'remote'
    this.#receiver.receive(index, this.#received, length, origin)
  }
}

function loadLibc(): Libc {
  const libc = koffi.load('libc.so.6')
  return {
    socket: libc.func('int socket(int, int, int)'),
    bind: libc.func('int bind(int, const void *, uint32_t)'),
    getsockname: libc.func('int getsockname(int, void *, void *)'),
    sendto: libc.func('long sendto(int, const void *, size_t, int, const void *, uint32_t)'),
    recvfrom: libc.func('long recvfrom(int, void *, size_t, int, void *, void *)'),
    close: libc.func('int close(int)'),
    epoll_create1: libc.func('int epoll_create1(int)'),
    epoll_ctl: libc.func('int epoll_ctl(int, int, int, void *)'),
    epoll_wait: libc.func('int epoll_wait(int, void *, int, int)'),
  }
}

/** `struct sockaddr_in`: family in the machine's order (little-endian here), then network order. */
function writeAddress(octets: Uint8Array, { host, port }: MediaAddress): void {
  octets.fill(0)
  octets[0] = AF_INET
  octets[2] = port >> 8
  octets[3] = port
  host.split('.').forEach((part, i) => {
    octets[4 + i] = Number(part)
  })
}

function readAddress(octets: Uint8Array): MediaAddress {
  return {
    host: octets.subarray(4, 8).join('.'),
    port: ((octets[2] ?? 0) << 8) | (octets[3] ?? 0),
  }
}
