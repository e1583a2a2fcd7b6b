/** RFC 3261 §8.1.1: who calls whom, under which ids, fixed before anything is sent. */
import { type Random, randomHex, randomUint32 } from '#base'
import { formatNameAddress } from './headers/name-address.ts'
import type { InviteIdentity, InviteTarget, Target } from './invite.ts'
import type { Address } from './transport/transport.ts'
import { formatUri, uriHost } from './uri.ts'

/** The INVITE, its answer to a challenge, one more where the nonce had gone stale, one after a 422. */
export const MAX_ROUNDS = 4

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map()

export function createIdentity(
  wanted: InviteTarget,
  localAddress: Address,
  random: Random,
): InviteIdentity {
  const { trunk, alternates = [], domain = trunk, destination, callerId } = wanted
  const withheld = (wanted.withholdCallerId ?? false) && callerId !== undefined
  const anonymous = withheld || callerId === undefined
  const displayName = withheld ? undefined : wanted.displayName
  const asserted = (wanted.assertIdentity ?? true) ? callerId : undefined
  const fromTag = randomHex(random, 8)
  const requestUri = numberUri(destination, domain)
  const from = {
    displayName: displayName ?? (anonymous ? 'Anonymous' : ''),
    uri: anonymous ? ANONYMOUS : numberUri(callerId, domain),
    parameters: new Map([['tag', fromTag]]),
  }
  return {
    callId: `${randomHex(random, 16)}@${uriHost(localAddress.host)}`,
    fromTag,
    // §8.1.1.5: any start below 2^31; far below, so that a dialog never runs out.
    cseq: (randomUint32(random) % 100_000) + 1,
    branch: `z9hG4bK${randomHex(random, 12)}`,
    requestUri,
    from: formatNameAddress(from),
    to: formatNameAddress({ displayName: '', uri: requestUri, parameters: NO_PARAMETERS }),
    assertedIdentities: asserted === undefined ? [] : assertedIdentities(asserted, domain),
    ...(withheld ? { withheld } : {}),
    target: targetOf(trunk),
    ...(alternates.length === 0 ? {} : { alternates: alternates.map(targetOf) }),
    localAddress,
  }
}

/** Without what a trunk has besides, its password above all. */
function targetOf({ host, port, transport, serverName, tlsProfile }: Target): Target {
  return {
    ...{ host, port, transport },
    ...(serverName === undefined ? {} : { serverName }),
    ...(tlsProfile === undefined ? {} : { tlsProfile }),
  }
}

/** §8.1.1.3 and RFC 3323 §4.1.1.3. */
const ANONYMOUS = 'sip:anonymous@anonymous.invalid'

/**
 * Round 0 is the INVITE without credentials, each further one answers a challenge. The rounds of the
 * first alternate begin at MAX_ROUNDS, and so on. Ids and target follow from the identity, so that
 * whoever holds it can end every round.
 */
export function roundOf(
  identity: InviteIdentity,
  round: number,
): { branch: string; cseq: number; target: Target } {
  const branch = round === 0 ? identity.branch : `${identity.branch}.${round}`
  const target = targetsOf(identity)[Math.floor(round / MAX_ROUNDS)] ?? identity.target
  return { branch, cseq: identity.cseq + round, target }
}

/** Undefined where there is no other server left to try. */
export function firstRoundElsewhere(identity: InviteIdentity, round: number): number | undefined {
  const next = (Math.floor(round / MAX_ROUNDS) + 1) * MAX_ROUNDS
  return next < countRounds(identity) ? next : undefined
}

export function countRounds(identity: InviteIdentity): number {
  return targetsOf(identity).length * MAX_ROUNDS
}

function targetsOf({ target, alternates = [] }: InviteIdentity): Target[] {
  return [target, ...alternates]
}

type Domain = NonNullable<InviteTarget['domain']>

/** RFC 3261 §19.1.6: a telephone number as a SIP URI of the trunk. */
function numberUri(number: string, { host, port = 5060 }: Domain): string {
  const e164 = /^\+[0-9]+$/.test(number)
  return formatUri({
    scheme: 'sip',
    user: number,
    host: uriHost(host),
    ...(port === 5060 ? {} : { port }),
    parameters: e164 ? new Map([['user', 'phone']]) : NO_PARAMETERS,
  })
}

/** RFC 3325 §9.1: one sip: value, and a tel: one where the number is global (RFC 3966 §5.1.4). */
function assertedIdentities(callerId: string, domain: Domain): string[] {
  const uris = [numberUri(callerId, domain)]
  if (/^\+[0-9]+$/.test(callerId)) uris.push(`tel:${callerId}`)
  return uris.map((uri) => formatNameAddress({ displayName: '', uri, parameters: NO_PARAMETERS }))
}
