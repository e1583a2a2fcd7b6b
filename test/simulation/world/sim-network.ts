import type {
  Address,
  DatagramTransport,
  Target,
  TransportFailure,
  TransportHandlers,
  UdpOptions,
} from '#sip'
import type { SimChance } from './sim-chance.ts'
import type { SimLog } from './sim-log.ts'
import type { ProcessClock, SimTime } from './sim-time.ts'

export interface NetworkConditions {
  readonly leastMs: number
  readonly mostMs: number
  /** Of datagrams. */
  loss: number
  duplication: number
}

/**
 * Datagrams between simulated hosts: late by chance and so out of order, lost and doubled by chance. A host
 * that is up but has nobody at the port answers like ICMP; one that is down is silent.
 */
export class SimNetwork {
  readonly conditions: NetworkConditions = { leastMs: 1, mostMs: 30, loss: 0, duplication: 0 }
  readonly #time: SimTime
  readonly #chance: SimChance
  readonly #log: SimLog
  readonly #sockets = new Map<string, SimSocket>()
  readonly #down = new Set<string>()
  /** A planted bug: so long after an INVITE that nobody answers its sender is told that it was refused. */
  takesSilenceForRefusalMs: number | undefined
  /** Call-IDs of INVITEs that were answered, or taken for refused. */
  readonly #settled = new Set<string>()

  constructor(time: SimTime, chance: SimChance, log: SimLog) {
    this.#time = time
    this.#chance = chance
    this.#log = log
  }

  /** For a `UserAgent` of the process whose clock it is. */
  open(host: string, clock: ProcessClock): (options: UdpOptions) => DatagramTransport {
    return ({ bind, handlers }) => new SimSocket(this, { host, port: bind.port }, clock, handlers)
  }

  /** Takes a host off the network, and puts it back. */
  setDown(host: string, isDown: boolean): void {
    if (isDown) this.#down.add(host)
    else this.#down.delete(host)
  }

  /** What a host's process had bound is gone with it. */
  forget(host: string): void {
    for (const [name, socket] of this.#sockets) {
      if (socket.address.host === host) this.#sockets.delete(name)
    }
  }

  bind(socket: SimSocket): void {
    this.#sockets.set(nameOf(socket.address), socket)
  }

  unbind(socket: SimSocket): void {
    if (this.#sockets.get(nameOf(socket.address)) === socket)
      this.#sockets.delete(nameOf(socket.address))
  }

  carry(bytes: Uint8Array, from: SimSocket, to: Address, refused: () => void): void {
    const sentMs = this.#time.nowMs
    const text = Buffer.from(bytes).toString('latin1')
    const names = { from: nameOf(from.address), to: nameOf(to), text }
    const { duplication, loss, leastMs, mostMs } = this.conditions
    const copies = this.#chance.happens(duplication) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = this.#chance.between(leastMs, mostMs)
      const isLost = this.#chance.happens(loss)
      if (isLost || this.#down.has(from.address.host) || this.#down.has(to.host)) {
        this.#log.add(sentMs, { kind: 'lost', ...names })
        continue
      }
      this.#time.clock.setTimer(delayMs, () => {
        const socket = this.#sockets.get(nameOf(to))
        if (socket === undefined) return refused()
        this.#log.add(this.#time.nowMs, { kind: 'sip', ...names, sentMs })
        socket.receive(bytes, from.address)
      })
    }
    if (this.takesSilenceForRefusalMs !== undefined) this.#mistake(text, from, to)
  }

  #mistake(text: string, from: SimSocket, to: Address): void {
    const callId = /^Call-ID:.*$/im.exec(text)?.[0] ?? ''
    if (!text.startsWith('INVITE ')) return void this.#settled.add(callId)
    this.#time.clock.setTimer(this.takesSilenceForRefusalMs ?? 0, () => {
      if (this.#settled.has(callId)) return
      this.#settled.add(callId)
      const kept = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line))
      const lines = kept.map((line) => (/^To:/i.test(line) ? `${line};tag=none` : line))
      const refusal = ['SIP/2.0 503 Service Unavailable', ...lines, 'Content-Length: 0', '', '']
      from.receive(Buffer.from(refusal.join('\r\n')), to)
    })
  }
}

class SimSocket implements DatagramTransport {
  readonly address: Address
  readonly #network: SimNetwork
  readonly #clock: ProcessClock
  readonly #handlers: TransportHandlers

  constructor(
    network: SimNetwork,
    address: Address,
    clock: ProcessClock,
    handlers: TransportHandlers,
  ) {
    this.#network = network
    this.address = address
    this.#clock = clock
    this.#handlers = handlers
  }

  get port(): number {
    return this.address.port
  }

  async start(): Promise<void> {
    this.#network.bind(this)
  }

  stop(): void {
    this.#network.unbind(this)
  }

  send(bytes: Uint8Array, target: Target, _onFailure: (failure: TransportFailure) => void): void {
    if (!this.#clock.isRunning) return
    const refused = { definite: true, reason: 'ECONNREFUSED' }
    this.#network.carry(bytes, this, target, () =>
      this.#clock.when(() => this.#handlers.onFailure(target, refused)),
    )
    this.#handlers.onSent(bytes, target)
  }

  receive(bytes: Uint8Array, remote: Address): void {
    this.#clock.when(() =>
      this.#handlers.onBytes(bytes, {
        transport: 'udp',
        remote,
        reply: (reply, to) => {
          if (this.#clock.isRunning) this.#network.carry(reply, this, to, () => undefined)
          this.#handlers.onSent(reply, { ...to, transport: 'udp' })
        },
      }),
    )
  }
}

function nameOf({ host, port }: Address): string {
  return `${host}:${port}`
}
