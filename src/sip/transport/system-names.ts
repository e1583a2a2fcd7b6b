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

/**
 * No such name, a name without such records, and a server that knows no such records at all, as in
 * many a router: these are answers. Anything else is a failure.
 */
const ANSWERS = new Set<unknown>(['ENOTFOUND', 'ENODATA', 'ENOTIMP', 'EFORMERR'])

async function noneWhere<Record>(lookup: Promise<Record[]>): Promise<Record[]> {
  try {
    return await lookup
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : ''
    if (ANSWERS.has(code)) return []
    throw thrown
  }
}
