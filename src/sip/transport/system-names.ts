import { Resolver } from 'node:dns/promises'
import type { NameRecords } from '../locate-servers.ts'

/** The domain name system as this machine is set up for it, or `servers` as `address:port`. */
export function systemNames(servers?: readonly string[]): NameRecords {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (servers !== undefined) resolver.setServers(servers)
  return {
    naptr: (name) => noneWhere(resolver.resolveNaptr(name)),
    srv: (name) => noneWhere(resolver.resolveSrv(name)),
  }
}

/** No such name, and a name without such records, are answers; anything else is a failure. */
async function noneWhere<Record>(lookup: Promise<Record[]>): Promise<Record[]> {
  try {
    return await lookup
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw thrown
  }
}
