import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { OutdialError } from './error.ts'

/** Says whether an outgoing request may connect to an address. */
export interface AddressGuard {
  /** `address`: a literal as the resolver gives it, IPv4 or IPv6, without brackets or zone. */
  permits(address: string): boolean
}

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** RFC 4291 section 2.4, and the IANA registry: all global unicast that was ever given out is in here. */
const GLOBAL_UNICAST: Network = [ipaddr.parse('2000::'), 3]

/**
 * Permits public unicast addresses, and those inside `allowPrivate` (CIDRs or single addresses).
 * Everything that the IANA special-purpose registries name is refused: private, shared, loopback,
 * link-local, multicast, documentation, benchmarking … and every IPv6 form that carries an IPv4
 * address to a translator or tunnel (64:ff9b::/96, 2002::/16, Teredo), since what is behind that
 * cannot be seen from here. An IPv4-mapped address (::ffff:0:0/96) is judged as the IPv4 that it is.
 *
 * Throws `fetch-invalid-network` where an entry of `allowPrivate` is not a network.
 */
export function createAddressGuard(allowPrivate: readonly string[]): AddressGuard {
  const allowed = allowPrivate.map(parseNetwork)
  return {
    permits(text) {
      const address = parseAddress(text)
      if (address === undefined) return false
      return isPublic(address) || allowed.some((network) => contains(network, address))
    },
  }
}

/**
 * By way of the URL parser, whose form of an IPv6 address has no dots: ipaddr.js reads `::8.8.8.8`,
 * which is what resolvers print for the address ::808:808, as if it were mapped.
 */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const host = URL.parse(text.includes(':') ? `http://[${text}]/` : `http://${text}/`)?.hostname
  const literal = host?.replace(/^\[|\]$/g, '') ?? ''
  return ipaddr.isValid(literal) ? ipaddr.process(literal) : undefined
}

function parseNetwork(text: string): Network {
  try {
    const [host = '', length] = text.trim().split('/', 2)
    // ipaddr.js reads `10` as 0.0.0.10: whoever writes so means something else.
    if (!isIP(host)) throw new Error('not an IP address')
    if (length !== undefined) return ipaddr.parseCIDR(text.trim())
    const address = ipaddr.parse(host)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch (cause) {
    throw new OutdialError(
      'fetch-invalid-network',
      `"${text}" is not a network. Write it as address/length, such as 10.1.0.0/16 or fd00::/8.`,
      { cause },
    )
  }
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || contains(GLOBAL_UNICAST, address)
}

function contains([base, bits]: Network, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return base.kind() === address.kind() && address.match(base, bits)
}
