/**
 * TCP and TLS, RFC 3261 §18: one connection a target, reused; replies go back where their request came
 * in. Kept alive as RFC 5626 §4.4.1 has it.
 */
import type { Server, Socket } from 'node:net'
import type { Clock, Logger, Timer } from '#base'
import type { Target } from '../invite.ts'
import { StreamFramer } from './stream-framer.ts'
import {
  type Address,
  type Flow,
  failureOf,
  type TransportFailure,
  type TransportHandlers,
  targetKey,
} from './transport.ts'

/** What TCP and TLS do each in their way. */
export interface StreamKind {
  readonly transport: 'tcp' | 'tls'
  /** `localHost`: undefined for a wildcard. */
  connect(target: Target, localHost: string | undefined): Socket
  /** When bytes can pass. */
  readonly connectedEvent: 'connect' | 'secureConnect'
  /** Undefined where this side cannot be called. */
  createServer(accept: (socket: Socket) => void): Server | undefined
}

export interface StreamOptions {
  readonly kind: StreamKind
  readonly bind: Address
  /** Between pings on connections that this side opened; 0 switches them off. */
  readonly keepAliveMs: number
  readonly clock: Clock
  readonly log: Logger
  readonly handlers: TransportHandlers
}

/** A message must be complete so long after its first byte, the first one after the call. */
const MESSAGE_MS = 30_000
const CONNECT_MS = 10_000
/** §4.4.1 of RFC 5626: a peer that has answered pings before answers within this. */
const PONG_MS = 10_000
/** What may wait unsent for a peer that does not read. */
const MAX_BACKLOG_BYTES = 1_048_576
const MAX_CONNECTIONS = 2_048

interface Connection {
  readonly socket: Socket
  readonly remote: Address
  /** Set where this side opened it, as long as it can be used. */
  target: Target | undefined
  connected: boolean
  deadline: Timer | undefined
  ping: Timer | undefined
  pong: Timer | undefined
  /** It has answered a ping, so silence means that it is gone. */
  pongs: boolean
  /** Resolves when it stands, or is given up. */
  readonly settled: PromiseWithResolvers<void>
}

export class StreamTransport {
  readonly #options: StreamOptions
  readonly #connections = new Set<Connection>()
  readonly #byTarget = new Map<string, Connection>()
  #server: Server | undefined

  constructor(options: StreamOptions) {
    this.#options = options
  }

  /** Listens where it can, and says on which port. Rejects with the system's error, such as EADDRINUSE. */
  async start(port: number): Promise<number> {
    const server = this.#options.kind.createServer((socket) => this.#accept(socket))
    if (server === undefined) return port
    server.maxConnections = MAX_CONNECTIONS
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host: this.#options.bind.host }, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) =>
      this.#options.log.warn('sip stream error', { reason: error.message }),
    )
    this.#server = server
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  async stop(): Promise<void> {
    for (const connection of [...this.#connections]) this.#drop(connection)
    const server = this.#server
    this.#server = undefined
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  send(bytes: Uint8Array, target: Target, onFailure: (failure: TransportFailure) => void): void {
    const connection = this.#find(target) ?? this.#connect(target)
    if (connection.socket.writableLength > MAX_BACKLOG_BYTES) {
      onFailure({ definite: true, reason: 'the peer does not read' })
      return
    }
    connection.socket.write(bytes)
    this.#options.handlers.onSent(bytes, target)
  }

  /** Resolves when a connection to the target stands, or cannot be had. */
  open(target: Target): Promise<void> {
    return (this.#find(target) ?? this.#connect(target)).settled.promise
  }

  /** Of the connection to the target: its port on this side; 0 where there is none. */
  localPort(target: Target): number {
    const connection = this.#find(target)
    return connection?.connected === true ? (connection.socket.localPort ?? 0) : 0
  }

  /**
   * RFC 5923 §5: by name, or by the address that the name was found at, because a Contact names that.
   * TLS: only where the peer has proved that name, or where it was the one to call.
   */
  #find(target: Target): Connection | undefined {
    const named = this.#byTarget.get(targetKey(target))
    if (named !== undefined) return named
    const { transport } = this.#options.kind
    for (const connection of this.#connections) {
      const { socket, target: opened } = connection
      if (!socket.writable) continue
      const there = socket.remoteAddress === target.host && socket.remotePort === target.port
      const proved = opened === undefined || isSamePeer(opened, target)
      if (there && (transport === 'tcp' || proved)) return connection
    }
    return undefined
  }

  #connect(target: Target): Connection {
    const { host } = this.#options.bind
    const wildcard = host === '0.0.0.0' || host === '::'
    const { kind } = this.#options
    const socket = kind.connect(target, wildcard ? undefined : host)
    const connection = this.#adopt(socket, { host: target.host, port: target.port }, target)
    this.#byTarget.set(targetKey(target), connection)
    connection.deadline = this.#options.clock.setTimer(CONNECT_MS, () =>
      this.#fail(connection, { definite: true, reason: 'ETIMEDOUT' }),
    )
    socket.on(kind.connectedEvent, () => {
      connection.connected = true
      connection.settled.resolve()
      this.#keepAlive(connection)
      connection.deadline?.cancel()
      connection.deadline = undefined
    })
    return connection
  }

  #accept(socket: Socket): void {
    const remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    const connection = this.#adopt(socket, remote, undefined)
    connection.connected = true
    connection.settled.resolve()
    // Who has called and says nothing takes somebody's place.
    this.#setDeadline(connection)
  }

  #adopt(socket: Socket, remote: Address, target: Target | undefined): Connection {
    const connection: Connection = {
      socket,
      remote,
      target,
      connected: false,
      deadline: undefined,
      ping: undefined,
      pong: undefined,
      pongs: false,
      settled: Promise.withResolvers(),
    }
    const framer = new StreamFramer()
    this.#connections.add(connection)
    socket.on('data', (chunk) => this.#receive(connection, framer, Buffer.from(chunk)))
    socket.on('error', (error) => this.#fail(connection, this.#failureOf(connection, error)))
    socket.on('close', () => this.#fail(connection, { definite: false, reason: 'closed' }))
    return connection
  }

  /** Once the connection stood, what was written may have arrived, whatever the error says. */
  #failureOf(connection: Connection, error: NodeJS.ErrnoException): TransportFailure {
    const { reason } = failureOf(error)
    return { definite: !connection.connected, reason }
  }

  #receive(connection: Connection, framer: StreamFramer, chunk: Buffer): void {
    const framed = framer.push(chunk)
    if (connection.deadline === undefined || framed.length > 0) this.#watch(connection, framer)
    for (const each of framed) {
      if (each.kind === 'ping') connection.socket.write('\r\n')
      else if (each.kind === 'pong') this.#receivePong(connection)
      else if (each.kind === 'oversized') this.#cutOff(connection, each)
      else this.#options.handlers.onBytes(each.bytes, this.#flow(connection))
      if (each.kind === 'broken') this.#cutOff(connection, each)
    }
  }

  #keepAlive(connection: Connection): void {
    const { clock, keepAliveMs } = this.#options
    if (keepAliveMs === 0) return
    connection.ping = clock.setTimer(keepAliveMs, () => {
      connection.socket.write('\r\n\r\n')
      if (connection.pongs) {
        connection.pong ??= clock.setTimer(PONG_MS, () =>
          this.#fail(connection, { definite: false, reason: 'closed: no answer to a ping' }),
        )
      }
      this.#keepAlive(connection)
    })
  }

  #receivePong(connection: Connection): void {
    connection.pongs = true
    connection.pong?.cancel()
    connection.pong = undefined
  }

  /**
   * What was answered so far still leaves. Where something was broken, that tells the peer so: it gets the
   * time to hear it and to hang up first. Nothing new is sent there.
   */
  #cutOff(connection: Connection, { kind, error }: { kind: string; error: Error }): void {
    const { socket, remote } = connection
    this.#options.log.debug('sip stream peer cut off', { host: remote.host, reason: error.message })
    if (kind === 'broken') socket.end()
    else socket.destroySoon()
    connection.ping?.cancel()
    connection.deadline?.cancel()
    this.#setDeadline(connection)
    this.#failTarget(connection, { definite: false, reason: 'closed: unreadable bytes' })
  }

  #watch(connection: Connection, framer: StreamFramer): void {
    connection.deadline?.cancel()
    connection.deadline = undefined
    if (framer.pending) this.#setDeadline(connection)
  }

  #setDeadline(connection: Connection): void {
    connection.deadline = this.#options.clock.setTimer(MESSAGE_MS, () =>
      this.#fail(connection, { definite: false, reason: 'closed: a message never ended' }),
    )
  }

  #flow(connection: Connection): Flow {
    const { transport } = this.#options.kind
    return {
      transport,
      remote: connection.remote,
      reply: (bytes, to) => {
        if (!connection.socket.writable) return this.#replyElsewhere(bytes, to)
        if (connection.socket.writableLength > MAX_BACKLOG_BYTES) return this.#drop(connection)
        connection.socket.write(bytes)
        this.#options.handlers.onSent(bytes, { ...connection.remote, transport })
      },
    }
  }

  /** §18.2.2: the connection is gone, so one is opened to the address of the Via. */
  #replyElsewhere(bytes: Uint8Array, to: Address): void {
    if (this.#server === undefined) return
    this.send(bytes, { ...to, transport: this.#options.kind.transport }, () => undefined)
  }

  #fail(connection: Connection, failure: TransportFailure): void {
    if (!this.#connections.has(connection)) return
    this.#failTarget(connection, failure)
    this.#drop(connection)
  }

  /** Once: whoever connects there again has another connection. */
  #failTarget(connection: Connection, failure: TransportFailure): void {
    const { target } = connection
    if (target === undefined) return
    this.#forgetTarget(connection)
    this.#options.handlers.onFailure(target, failure)
  }

  #forgetTarget(connection: Connection): void {
    const key = connection.target === undefined ? '' : targetKey(connection.target)
    if (this.#byTarget.get(key) === connection) this.#byTarget.delete(key)
    connection.target = undefined
  }

  #drop(connection: Connection): void {
    this.#connections.delete(connection)
    connection.settled.resolve()
    for (const timer of [connection.deadline, connection.ping, connection.pong]) timer?.cancel()
    this.#forgetTarget(connection)
    connection.socket.destroy()
  }
}

/** Known by the same name, and judged by the same profile. */
function isSamePeer(one: Target, other: Target): boolean {
  const name = ({ serverName, host }: Target): string => serverName ?? host
  return name(one) === name(other) && one.tlsProfile === other.tlsProfile
}
