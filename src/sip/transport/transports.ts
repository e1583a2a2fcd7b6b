/** UDP and TCP side by side on one port number, TLS on another. */
import { networkInterfaces } from 'node:os'
import { type Clock, errorMessage, type Logger, OutdialError } from '#base'
import type { Target } from '../invite.ts'
import { StreamTransport } from './stream.ts'
import { tcp } from './tcp.ts'
import { type TlsProfile, type TlsSetting, tls } from './tls.ts'
import type {
  Address,
  DatagramTransport,
  TransportFailure,
  TransportHandlers,
} from './transport.ts'
import { type UdpOptions, UdpTransport } from './udp.ts'

export interface TransportsOptions {
  readonly bind: Address
  readonly transports: readonly Target['transport'][]
  readonly tls?: TlsSetting
  readonly tlsProfiles?: Readonly<Record<string, TlsProfile>>
  /** Default: none. */
  readonly keepAliveMs?: number
  readonly clock: Clock
  readonly log: Logger
  readonly handlers: TransportHandlers
  /** Default: the system's sockets. */
  readonly openUdp?: (options: UdpOptions) => DatagramTransport
}

/** With port 0 the number that TCP got may be taken for UDP: then another is tried. */
const PORT_TRIES = 20

export class Transports {
  readonly #options: TransportsOptions
  #udp: DatagramTransport | undefined
  #tcp: StreamTransport | undefined
  #tls: StreamTransport | undefined
  #port = 0
  #tlsPort = 0

  constructor(options: TransportsOptions) {
    this.#options = options
  }

  /** That of UDP and TCP. */
  get port(): number {
    return this.#port
  }

  /** 0 where nobody can call over TLS. */
  get tlsPort(): number {
    return this.#tlsPort
  }

  has(transport: Target['transport']): boolean {
    return this.#options.transports.includes(transport)
  }

  /** Rejects `sip-bind-failed`. */
  async start(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#bind()
      } catch (thrown) {
        await this.stop()
        if (this.#options.bind.port === 0 && tries < PORT_TRIES) continue
        const { host, port } = this.#options.bind
        const sentence = `The SIP address ${host}:${port} cannot be opened: ${errorMessage(thrown)}.`
        throw new OutdialError('sip-bind-failed', sentence, { cause: thrown })
      }
    }
  }

  async stop(): Promise<void> {
    this.#udp?.stop()
    this.#udp = undefined
    await this.#tcp?.stop()
    this.#tcp = undefined
    await this.#tls?.stop()
    this.#tls = undefined
  }

  send(bytes: Uint8Array, target: Target, onFailure: (failure: TransportFailure) => void): void {
    const transport = { udp: this.#udp, tcp: this.#tcp, tls: this.#tls }[target.transport]
    if (transport === undefined) {
      onFailure({ definite: true, reason: `${target.transport} is not switched on` })
    } else transport.send(bytes, target, onFailure)
  }

  /** Opens the connection that requests to a TLS target will take; resolves as well where that fails. */
  async open(target: Target): Promise<void> {
    if (target.transport === 'tls') await this.#tls?.open(target)
  }

  /**
   * Where requests from a target reach us. Departs from RFC 3261 §8.1.1.8: because without a certificate
   * nobody can call us over TLS, it is the port of our own connection. Most stacks look for a connection
   * to that port and use ours (RFC 5923 §5); with no port they would open one to 5061.
   */
  portTowards(target: Target): number {
    if (target.transport !== 'tls') return this.#port
    return this.#tlsPort === 0 ? (this.#tls?.localPort(target) ?? 0) : this.#tlsPort
  }

  async #bind(): Promise<void> {
    let port = this.#options.bind.port
    if (this.has('tcp')) {
      this.#tcp = new StreamTransport({ keepAliveMs: 0, ...this.#options, kind: tcp })
      port = await this.#tcp.start(port)
    }
    if (this.has('udp')) {
      const { openUdp = (options) => new UdpTransport(options) } = this.#options
      this.#udp = openUdp(this.#options)
      await this.#udp.start(port)
      port = this.#udp.port
    }
    this.#port = port
    if (this.has('tls')) {
      const { tls: setting = {}, tlsProfiles } = this.#options
      const kind = tls(setting, tlsProfiles)
      this.#tls = new StreamTransport({ keepAliveMs: 0, ...this.#options, kind })
      this.#tlsPort = await this.#tls.start(setting.port ?? 0)
    }
  }
}

/** The address to be reached at: that of the socket, or of the first interface for a wildcard. */
export function reachableHost(bindHost: string): string {
  if (bindHost !== '0.0.0.0' && bindHost !== '::') return bindHost
  const family = bindHost === '::' ? 'IPv6' : 'IPv4'
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const outside = addresses.find((each) => each.family === family && !each.internal)
  return outside?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}
