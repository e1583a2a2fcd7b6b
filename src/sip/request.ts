/** The requests that a call begins with, RFC 3261 §8.1.1, §9.1 and §13.2.1. */
import { HeaderFields, type HeaderLine } from './header-fields.ts'
import { parseCSeq } from './headers/cseq.ts'
import { formatReason, type Reason } from './headers/reason.ts'
import type { InviteIdentity } from './invite.ts'
import { roundOf } from './invite-identity.ts'
import { EMPTY_BODY, type SipRequest } from './message.ts'
import type { Address } from './transport/transport.ts'
import { uriHost } from './uri.ts'

/** §20.5: what is understood inside and outside a dialog, whatever hooks are set. */
export const ALLOWED = ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'UPDATE', 'PRACK']

/** §20.37: the extensions a peer may require. */
export const SUPPORTED = ['timer', '100rel']

export interface InviteParts {
  readonly userAgentName: string
  readonly body: Uint8Array
  readonly contentType: string
  /** Which try; see `roundOf`. */
  readonly round: number
  /** Answers to challenges. */
  readonly authorization: readonly HeaderLine[]
  /** What extensions add. */
  readonly headers?: readonly HeaderLine[]
  /** §20.37; default: all that there are. */
  readonly supported?: readonly string[]
}

export function createInvite(identity: InviteIdentity, parts: InviteParts): SipRequest {
  const { branch, cseq, target } = roundOf(identity, parts.round)
  const headers = new HeaderFields([
    ['Via', viaValue(target.transport, identity.localAddress, branch)],
    ['Max-Forwards', '70'],
    ['From', identity.from],
    ['To', identity.to],
    ['Call-ID', identity.callId],
    ['CSeq', `${cseq} INVITE`],
    ['Contact', contactValue(target.transport, identity.localAddress)],
  ])
  for (const identityValue of identity.assertedIdentities) {
    headers.add('P-Asserted-Identity', identityValue)
  }
  if (identity.withheld === true) headers.add('Privacy', 'id')
  for (const [name, value] of parts.authorization) headers.add(name, value)
  for (const [name, value] of parts.headers ?? []) headers.add(name, value)
  headers.add('Allow', ALLOWED.join(', '))
  const { supported = SUPPORTED } = parts
  if (supported.length > 0) headers.add('Supported', supported.join(', '))
  headers.add('User-Agent', parts.userAgentName)
  if (parts.body.length > 0) headers.add('Content-Type', parts.contentType)
  const { requestUri: uri } = identity
  return { kind: 'request', method: 'INVITE', uri, version: 'SIP/2.0', headers, body: parts.body }
}

/** §9.1: same Request-URI, Call-ID, To, From, CSeq number and top Via as the INVITE, and its Route. */
export function createCancel(invite: SipRequest, reason?: Reason): SipRequest {
  const { number } = parseCSeq(invite.headers.get('CSeq') ?? '')
  const headers = new HeaderFields([['Via', invite.headers.get('Via') ?? '']])
  headers.add('Max-Forwards', '70')
  for (const route of invite.headers.all('Route')) headers.add('Route', route)
  for (const name of ['From', 'To', 'Call-ID']) headers.add(name, invite.headers.get(name) ?? '')
  headers.add('CSeq', `${number} CANCEL`)
  if (reason !== undefined) headers.add('Reason', formatReason(reason))
  const agent = invite.headers.get('User-Agent')
  if (agent !== undefined) headers.add('User-Agent', agent)
  return { ...invite, method: 'CANCEL', headers, body: EMPTY_BODY }
}

/** Port 0: nobody is listened to there, and answers come on the connection. §8.1.1.7 with the empty `rport` of RFC 3581 §3. */
export function viaValue(transport: string, local: Address, branch: string): string {
  const sentBy = uriHost(local.host) + (local.port === 0 ? '' : `:${local.port}`)
  return `SIP/2.0/${transport.toUpperCase()} ${sentBy};branch=${branch};rport`
}

/** §8.1.1.8. */
export function contactValue(transport: string, local: Address): string {
  const parameter = transport === 'udp' ? '' : `;transport=${transport}`
  const port = local.port === 0 ? '' : `:${local.port}`
  return `<sip:${uriHost(local.host)}${port}${parameter}>`
}
