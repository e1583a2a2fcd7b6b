import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { OutdialError } from './error.ts'
import type { AddressGuard } from './guarded-fetch-address.ts'

/** All addresses of a host name, in the order in which they are to be tried. */
export type ResolveHost = (hostname: string) => Promise<readonly LookupAddress[]>

export const resolveBySystem: ResolveHost = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, order: 'verbatim' }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    )
  })

const CONNECT_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16_384

/**
 * An undici agent whose every new connection passes the guard. A literal is checked here, because
 * Node calls `lookup` for names only; a name is resolved once, all its addresses are checked, and the
 * socket is given those very addresses, so that no second resolution can answer differently.
 */
export function createGuardedAgent(guard: AddressGuard, resolveHost: ResolveHost): Agent {
  const connect = buildConnector({
    allowH2: false,
    timeout: CONNECT_TIMEOUT_MS,
    lookup: guardedLookup(guard, resolveHost),
  })
  return new Agent({
    maxHeaderSize: MAX_HEADER_BYTES,
    connect(options, callback) {
      const literal = options.hostname.replace(/^\[|\]$/g, '')
      if (isIP(literal) !== 0 && !guard.permits(literal)) callback(blocked(literal), null)
      else connect(options, callback)
    },
  })
}

function guardedLookup(guard: AddressGuard, resolveHost: ResolveHost): LookupFunction {
  return (hostname, options, callback) => {
    resolveHost(hostname).then(
      (addresses) => {
        const [first] = addresses
        // One bad address condemns the name: a mixed answer is how a rebinding attack begins.
        if (first === undefined || !addresses.every(({ address }) => guard.permits(address))) {
          callback(blocked(hostname), '', 0)
        } else if (options.all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

/** Names the host as it was asked for, never what it resolved to: that may be an inner secret. */
function blocked(host: string): OutdialError {
  return new OutdialError(
    'fetch-blocked',
    `${host} is not on the public internet, so it may not be fetched. ` +
      'To allow it, add its network to OUTDIAL_ALLOW_PRIVATE_URLS.',
  )
}
