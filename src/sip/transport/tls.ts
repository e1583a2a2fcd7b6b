/** TLS, RFC 3261 §26.3.1 and RFC 5922 §7: 1.2 or later, and the peer must be who it was called. */
import { isIP } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createServer,
  type PeerCertificate,
  type SecureContextOptions,
} from 'node:tls'
import { socketHost } from '../uri.ts'
import type { StreamKind } from './stream.ts'

export interface TlsSetting {
  /** PEM. Who may vouch for peers; default: those that Node trusts. */
  readonly ca?: string
  /** PEM, with its chain. Shown to callers, and to trunks that ask for a client's certificate. */
  readonly certificate?: string
  /** PEM. */
  readonly key?: string
  /** Where callers are taken; default: any. Only with a certificate. */
  readonly port?: number
  /** Callers must show a certificate that `ca` vouches for. */
  readonly requireClientCertificate?: boolean
}

/** Who has called must have proved to speak TLS by then. */
const HANDSHAKE_MS = 10_000

/** What a connection to one trunk is made with. */
export type TlsProfile = Pick<TlsSetting, 'ca' | 'certificate' | 'key'>

/** `profiles`: by `Target.tlsProfile`, in place of `setting` where a target names one. */
export function tls(
  setting: TlsSetting,
  profiles: Readonly<Record<string, TlsProfile>> = {},
): StreamKind {
  const { certificate } = setting
  return {
    transport: 'tls',
    connectedEvent: 'secureConnect',
    connect: (target, localHost) => {
      const name = target.serverName ?? socketHost(target.host)
      const profile = target.tlsProfile === undefined ? undefined : profiles[target.tlsProfile]
      return connect({
        host: socketHost(target.host),
        port: target.port,
        ...secretsOf(profile ?? setting),
        ...(localHost === undefined ? {} : { localAddress: localHost }),
        // RFC 6066 §3: an address is no server name.
        ...(isIP(name) === 0 ? { servername: name } : {}),
        checkServerIdentity: (_, shown) => checkIdentity(name, shown),
      })
        .setNoDelay(true)
        .setKeepAlive(true)
    },
    createServer: (accept) => {
      if (certificate === undefined) return undefined
      const requestCert = setting.requireClientCertificate ?? false
      const options = {
        ...secretsOf(setting),
        ...{ requestCert, rejectUnauthorized: requestCert, handshakeTimeout: HANDSHAKE_MS },
      }
      return createServer(options, accept)
    },
  }
}

function secretsOf({ ca, certificate, key }: TlsProfile): SecureContextOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  }
}

/**
 * RFC 5922 §7.1: a `sip:` URI among the alternative names speaks for its domain, as a DNS name does.
 * Departs from §7.2, which forbids wildcards: because carriers show certificates that have them.
 */
function checkIdentity(name: string, certificate: PeerCertificate): Error | undefined {
  const names = (certificate.subjectaltname ?? '').split(/,\s*/)
  const domains = names.flatMap((each) => /^URI:sip:([^;?@]+)$/i.exec(each)?.[1] ?? [])
  if (domains.some((each) => each.toLowerCase() === name.toLowerCase())) return undefined
  return checkServerIdentity(name, certificate)
}
