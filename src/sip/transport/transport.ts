/** RFC 3261 §18: what the transaction layer asks of the transports, and nothing of sockets. */
import type { Target } from '../invite.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Why bytes did not get through. */
export interface TransportFailure {
  /** Certainly nobody received them: refused, no route, no such name. */
  readonly definite: boolean
  readonly reason: string
}

/** The way on which a message came in. */
export interface Flow {
  readonly transport: Target['transport']
  readonly remote: Address
  /** §18.2.2: back over the same connection, or to `to` where there is none (any more). */
  reply(bytes: Uint8Array, to: Address): void
}

export interface TransportHandlers {
  readonly onBytes: (bytes: Uint8Array, flow: Flow) => void
  /** Concerns everything under way to that target. */
  readonly onFailure: (target: Target, failure: TransportFailure) => void
  /** Every message sent; for the tap. */
  readonly onSent: (bytes: Uint8Array, target: Target) => void
}

/** The UDP side of an agent; the system's sockets, or what a simulation puts in their place. */
export interface DatagramTransport {
  readonly port: number
  /** 0: any. Rejects where the port cannot be had. */
  start(port: number): Promise<void>
  stop(): void
  send(bytes: Uint8Array, target: Target, onFailure: (failure: TransportFailure) => void): void
}

export function targetKey(target: Target): string {
  const { transport, host, port, serverName = '', tlsProfile = '' } = target
  return [transport, host, port, serverName, tlsProfile].join('|')
}

/** Errors which say that a datagram or a connection certainly reached nobody. */
const DEFINITE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EINVAL',
  'EMSGSIZE',
  'EACCES',
  'EPERM',
])

export function failureOf(error: NodeJS.ErrnoException): TransportFailure {
  return { definite: DEFINITE.has(error.code ?? ''), reason: error.code ?? error.message }
}
