/**
 * UDP, RFC 3261 §18 and RFC 3581. One socket receives from everybody; for each target a second one on
 * the same port is connected to it, because only a connected socket is told of ICMP's "port
 * unreachable", which makes a dead trunk a definite failure instead of 32 s of silence.
 */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Clock, Logger, Timer } from '#base'
import type { Target } from '../invite.ts'
import { socketHost } from '../uri.ts'
import {
  type Address,
  type DatagramTransport,
  type Flow,
  failureOf,
  type TransportFailure,
  type TransportHandlers,
  targetKey,
} from './transport.ts'

export interface UdpOptions {
  readonly bind: Address
  readonly clock: Clock
  readonly log: Logger
  readonly handlers: TransportHandlers
}

/** A connected socket that sent nothing for so long is closed. */
const IDLE_MS = 300_000
const MAX_CONNECTED = 256
/** For bursts of calls while the event loop is busy; the system may grant less. */
const RECEIVE_BYTES = 4_194_304

interface Connected {
  readonly socket: Socket
  readonly target: Target
  /** Waiting until the name is resolved; undefined when connected. */
  queue: (() => void)[] | undefined
  idle: Timer
}

export class UdpTransport implements DatagramTransport {
  readonly #options: UdpOptions
  readonly #type: 'udp4' | 'udp6'
  readonly #connected = new Map<string, Connected>()
  #main: Socket | undefined
  #port = 0

  constructor(options: UdpOptions) {
    this.#options = options
    this.#type = isIPv6(options.bind.host) ? 'udp6' : 'udp4'
  }

  get port(): number {
    return this.#port
  }

  /** Rejects with the system's error, such as EADDRINUSE. */
  async start(port: number): Promise<void> {
    // Address reuse would let a second process take the port unnoticed: first make sure it is free.
    const guard = createSocket({ type: this.#type })
    await bindSocket(guard, port, this.#options.bind.host)
    this.#port = guard.address().port
    await new Promise<void>((resolve) => guard.close(resolve))
    const main = createSocket({ type: this.#type, reuseAddr: true, recvBufferSize: RECEIVE_BYTES })
    await bindSocket(main, this.#port, this.#options.bind.host)
    main.on('message', (bytes, from) => this.#receive(bytes, from.address, from.port))
    main.on('error', (error) => this.#options.log.warn('sip udp error', { reason: error.message }))
    this.#main = main
  }

  stop(): void {
    for (const entry of this.#connected.values()) this.#close(entry)
    this.#main?.close()
    this.#main = undefined
  }

  send(bytes: Uint8Array, target: Target, onFailure: (failure: TransportFailure) => void): void {
    const entry = this.#connected.get(targetKey(target)) ?? this.#connect(target)
    entry.idle.cancel()
    entry.idle = this.#closeWhenIdle(entry)
    const send = (): void =>
      entry.socket.send(bytes, (error) => {
        if (error === null) return
        const failure = failureOf(error)
        onFailure(failure)
        // The refusal that this send reports may belong to what another call sent before.
        if (isIcmp(error)) this.#options.handlers.onFailure(target, failure)
      })
    if (entry.queue === undefined) send()
    else entry.queue.push(send)
    this.#options.handlers.onSent(bytes, target)
  }

  #connect(target: Target): Connected {
    if (this.#connected.size >= MAX_CONNECTED) this.#close(this.#connected.values().next().value!)
    const socket = createSocket({
      type: this.#type,
      reuseAddr: true,
      recvBufferSize: RECEIVE_BYTES,
    })
    const entry: Connected = {
      socket,
      target,
      queue: [],
      idle: { cancel: () => undefined },
    }
    this.#connected.set(targetKey(target), entry)
    socket.on('message', (bytes, from) => this.#receive(bytes, from.address, from.port))
    socket.on('error', (error) => {
      this.#options.handlers.onFailure(target, failureOf(error))
      if (entry.queue !== undefined) this.#close(entry)
    })
    bindSocket(socket, this.#port, this.#options.bind.host)
      .then(() => connectSocket(socket, target))
      .then(() => {
        const queued = entry.queue ?? []
        entry.queue = undefined
        for (const send of queued) send()
      })
      .catch((error: NodeJS.ErrnoException) => {
        this.#close(entry)
        this.#options.handlers.onFailure(target, {
          definite: true,
          reason: failureOf(error).reason,
        })
      })
    return entry
  }

  #closeWhenIdle(entry: Connected): Timer {
    return this.#options.clock.setTimer(IDLE_MS, () => this.#close(entry))
  }

  #close(entry: Connected): void {
    entry.idle.cancel()
    const key = targetKey(entry.target)
    if (this.#connected.get(key) !== entry) return
    this.#connected.delete(key)
    entry.queue = []
    entry.socket.close()
  }

  #receive(bytes: Buffer, host: string, port: number): void {
    const flow: Flow = {
      transport: 'udp',
      remote: { host, port },
      reply: (reply, to) => this.#reply(reply, to),
    }
    this.#options.handlers.onBytes(bytes, flow)
  }

  #reply(bytes: Uint8Array, to: Address): void {
    if (this.#main === undefined) return
    this.#main.send(bytes, to.port, socketHost(to.host), (error) => {
      if (error !== null) this.#options.log.debug('sip reply failed', { reason: error.message })
    })
    this.#options.handlers.onSent(bytes, { ...to, transport: 'udp' })
  }
}

function isIcmp(error: NodeJS.ErrnoException): boolean {
  return ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(error.code ?? '')
}

function bindSocket(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ port, address, exclusive: true }, () => {
      socket.off('error', reject)
      resolve()
    })
  })
}

function connectSocket(socket: Socket, target: Target): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.connect(target.port, socketHost(target.host), (error?: Error) =>
      error ? reject(error) : resolve(),
    )
  })
}
