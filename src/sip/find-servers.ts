import type { Random } from '#base'
import type { Target } from './invite.ts'
import { type Endpoint, locateServers } from './locate-servers.ts'
import { systemNames } from './transport/system-names.ts'

/** As `UserAgent.locate`, before there is one. Rejects `sip-name-unresolved`. */
export function findServers(endpoint: Endpoint, random: Random): Promise<Target[]> {
  return locateServers(endpoint, systemNames(), random, ['udp', 'tcp', 'tls'])
}
