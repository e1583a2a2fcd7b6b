/** RFC 3263 §4.1 and §4.2: from the name of a trunk to the servers to try, in order. */
import { isIP } from 'node:net'
import { errorMessage, OutdialError, orderByWeight, type Random, type WeightedChoice } from '#base'
import type { Target } from './invite.ts'
import { socketHost } from './uri.ts'

/** What a trunk is known by. Without a port its servers are looked up. */
export interface Endpoint {
  readonly host: string
  readonly port?: number
  readonly transport?: Target['transport']
  /** See `Target`. */
  readonly serverName?: string
  readonly tlsProfile?: string
}

export interface NaptrRecord {
  readonly order: number
  readonly preference: number
  /** In lower case `s` leads to SRV records. */
  readonly flags: string
  readonly service: string
  readonly replacement: string
}

export interface SrvRecord extends WeightedChoice {
  readonly name: string
  readonly port: number
}

/** The domain name system, handed in. Both resolve [] where there are none, and reject where it cannot be told. */
export interface NameRecords {
  naptr(name: string): Promise<readonly NaptrRecord[]>
  srv(name: string): Promise<readonly SrvRecord[]>
}

/**
 * At least one target: the name itself, where it has no SRV records. Rejects `sip-name-unresolved`,
 * temporary, where the records cannot be had, and lastingly where they say that there is no service.
 */
export async function locateServers(
  endpoint: Endpoint,
  names: NameRecords,
  random: Random,
  supported: readonly Target['transport'][],
): Promise<Target[]> {
  const targets = await addressesOf(endpoint, names, random, supported)
  const { serverName, tlsProfile } = endpoint
  const more = {
    ...(serverName === undefined ? {} : { serverName }),
    ...(tlsProfile === undefined ? {} : { tlsProfile }),
  }
  return targets.map((each) => (each.transport === 'tls' ? { ...each, ...more } : each))
}

async function addressesOf(
  { host, port, transport }: Endpoint,
  names: NameRecords,
  random: Random,
  supported: readonly Target['transport'][],
): Promise<Target[]> {
  if (port !== undefined || isIP(socketHost(host)) !== 0) {
    const chosen = transport ?? 'udp'
    return [{ host, port: port ?? defaultPort(chosen), transport: chosen }]
  }
  try {
    const services = await servicesOf(host, transport, names, supported)
    for (const service of services) {
      const records = await names.srv(service.name)
      if (records.length > 0) return targetsOf(host, service.transport, records, random)
    }
  } catch (thrown) {
    if (thrown instanceof OutdialError) throw thrown
    const sentence = `The servers of ${host} cannot be looked up: ${errorMessage(thrown)}.`
    throw new OutdialError('sip-name-unresolved', sentence, { temporary: true, cause: thrown })
  }
  const chosen = transport ?? 'udp'
  return [{ host, port: defaultPort(chosen), transport: chosen }]
}

interface Service {
  readonly name: string
  readonly transport: Target['transport']
}

const SERVICES: readonly { naptr: string; prefix: string; transport: Target['transport'] }[] = [
  { naptr: 'SIP+D2U', prefix: '_sip._udp', transport: 'udp' },
  { naptr: 'SIP+D2T', prefix: '_sip._tcp', transport: 'tcp' },
  { naptr: 'SIPS+D2T', prefix: '_sips._tcp', transport: 'tls' },
]

/** §4.1: a transport that is named is used; else NAPTR says which, or every one is looked for. */
async function servicesOf(
  host: string,
  transport: Target['transport'] | undefined,
  names: NameRecords,
  supported: readonly Target['transport'][],
): Promise<Service[]> {
  const known = SERVICES.filter((each) =>
    transport === undefined ? supported.includes(each.transport) : each.transport === transport,
  )
  const plain = known.map(({ prefix, transport: by }) => ({
    name: `${prefix}.${host}`,
    transport: by,
  }))
  if (transport !== undefined) return plain
  const pointers = [...(await names.naptr(host))]
  pointers.sort((a, b) => a.order - b.order || a.preference - b.preference)
  const named = pointers.flatMap(({ flags, service, replacement }) => {
    const match = known.find(({ naptr }) => naptr === service.toUpperCase())
    const usable = match !== undefined && flags.toLowerCase() === 's'
    return usable ? [{ name: replacement, transport: match.transport }] : []
  })
  return named.length > 0 ? named : plain
}

function targetsOf(
  host: string,
  transport: Target['transport'],
  records: readonly SrvRecord[],
  random: Random,
): Target[] {
  const offered = orderByWeight(records, random).filter(({ name }) => name !== '.' && name !== '')
  if (offered.length === 0) {
    const sentence = `${host} says that it offers no SIP service.`
    throw new OutdialError('sip-name-unresolved', sentence)
  }
  // RFC 5922 §4: the certificate speaks for the name that was asked for.
  const more = transport === 'tls' ? { serverName: host } : {}
  return offered.map(({ name, port }) => ({ host: name, port, transport, ...more }))
}

function defaultPort(transport: Target['transport']): number {
  return transport === 'tls' ? 5061 : 5060
}
