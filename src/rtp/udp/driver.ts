import type { MediaAddress } from '../sdp/negotiation.ts'

/** Where a packet came from, against where the stream sends to. */
export type PacketOrigin = 'remote' | 'other-port' | 'other-host'

/** Takes packets. `bytes` is only lent, and may be changed: it is overwritten by the next packet. */
export interface PacketReceiver {
  receive(index: number, bytes: Uint8Array, length: number, origin: PacketOrigin): void
}

export type OpenErrorCode = 'media-port-in-use' | 'media-no-capacity' | 'media-bind-failed'

/** Why a socket could not be had. */
export interface OpenFailure {
  readonly code: OpenErrorCode
  readonly message: string
}

export type OpenResult = { readonly port: number } | OpenFailure

/**
 * UDP sockets for the media thread, by index. Nothing here throws for what the network
 * does: a refused or unreachable peer is a peer that does not answer.
 */
export interface UdpDriver {
  readonly name: 'raw' | 'dgram'
  /** Binds; port 0 is any. `done` may be called at once. */
  open(index: number, address: MediaAddress, done: (result: OpenResult) => void): void
  /** Where `send` sends to; begins to receive. */
  connect(index: number, remote: MediaAddress): void
  remote(index: number): MediaAddress | undefined
  /** Within `receive`: from now on sends to where that packet came from. */
  adoptSource(index: number): void
  /** Within `receive`: where that packet came from. */
  source(): MediaAddress | undefined
  /** The first `length` octets. The packet may be changed after the call. */
  send(index: number, packet: Uint8Array, length: number): void
  /** Hands over what has arrived, where packets do not come by themselves. */
  drain(): void
  close(index: number): void
}
