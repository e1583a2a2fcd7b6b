import { X509Certificate } from 'node:crypto'
import { localAddressTowards, silentLogger, sleep, systemClock, systemRandom } from '#base'
import { listTrunks } from '#calls'
import { trunkEndpoint } from '#dialer'
import type { Trunk } from '#model'
import { type Health, type TlsProfile, UserAgent } from '#sip'
import type { Config } from './config.ts'
import { diagnoseSigning } from './diagnose-signing.ts'
import { type Finding, fault } from './finding.ts'
import { readTrunkTls } from './trunk-tls.ts'
import type { Ground } from './wire.ts'

/** So long a trunk has to answer whether it is there. */
const ANSWER_MS = 2_000
const SOON_MS = 14 * 24 * 3_600_000

/** Each trunk as `serve` would use it: its files, its servers, the way to them, and whether it answers. */
export async function diagnoseTrunks(config: Config, ground: Ground): Promise<Finding[]> {
  const stored = await listTrunks(ground.calls)
  const own = config.trunk
  const trunks =
    own === undefined ? stored : [own, ...stored.filter(({ name }) => name !== own.name)]
  if (trunks.length === 0) {
    const cure = 'Set OUTDIAL_TRUNK=sip:user:password@host:5060, or run: outdial trunk add.'
    return [{ what: 'trunk', state: 'fault', detail: 'there is none, so no call can leave', cure }]
  }
  const looks = trunks.map((trunk) => {
    const isSigning = trunk.attestation !== undefined
    return [lookAtTrunk(config, trunk), ...(isSigning ? [diagnoseSigning(trunk, ground)] : [])]
  })
  return Promise.all(looks.flat())
}

/** One of them: reads its files, finds its servers, and asks it by OPTIONS. Never rejects. */
export async function lookAtTrunk(config: Config, trunk: Trunk): Promise<Finding> {
  const { name, host } = trunk
  const what = `trunk ${name}`
  let profile: TlsProfile
  try {
    profile = readTrunkTls(trunk)
  } catch (error) {
    return fault(what, error, 'Correct the path, or the file: outdial trunk add --replace.')
  }
  try {
    const { way, health } = await tryTrunk(config, trunk, profile)
    return verdict(trunk, way, health, profile)
  } catch (error) {
    return fault(what, error, `Check the name ${host} and the network.`)
  }
}

interface Tried {
  readonly way: string
  readonly health: Health
}

/** By a user agent of its own, which runs beside that of a server. */
async function tryTrunk(config: Config, trunk: Trunk, profile: TlsProfile): Promise<Tried> {
  const userAgent = new UserAgent({
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    bind: { host: config.sip.host, port: 0 },
    transports: ['udp', 'tcp', 'tls'],
    tlsProfiles: { [trunk.name]: profile },
    userAgentName: 'Outdial-doctor',
  })
  await userAgent.start()
  try {
    const endpoint = trunkEndpoint(trunk)
    const servers = await userAgent.locate(endpoint)
    const [first = { host: trunk.host, port: 0 }] = servers
    const from = await localAddressTowards(first.host, first.port)
    const names = servers.map(({ transport, host, port }) => `${transport}:${host}:${port}`)
    const answered = Promise.withResolvers<Health>()
    const watch = userAgent.watch({ endpoint, onChange: answered.resolve })
    const health = await Promise.race([answered.promise, sleep(systemClock, ANSWER_MS)])
    watch.stop()
    return { way: `${names.join(', ')}, reached from ${from}`, health: health ?? 'unknown' }
  } finally {
    await userAgent.stop()
  }
}

function verdict(trunk: Trunk, way: string, health: Health, profile: TlsProfile): Finding {
  const what = `trunk ${trunk.name}`
  if (health !== 'up') {
    const silence = health === 'down' ? 'nobody answers there' : 'it does not answer OPTIONS'
    const isAsked = trunk.pingSeconds !== undefined
    const cure = isAsked
      ? 'As long as that is so, it gets no calls: check it, or set ping=off.'
      : 'Check that it is switched on. Some trunks answer calls only: then all is well.'
    return { what, state: isAsked ? 'fault' : 'warning', detail: `${way}; ${silence}`, cure }
  }
  const { certificate } = profile
  const until = certificate === undefined ? undefined : new X509Certificate(certificate).validTo
  if (until !== undefined && Date.parse(until) < systemClock.now() + SOON_MS) {
    const cure = 'Get a new one: the trunk will refuse calls.'
    return { what, state: 'warning', detail: `${way}; its certificate ends on ${until}`, cure }
  }
  return { what, state: 'ok', detail: `${way}, answers` }
}
