/** RFC 3261 §12: what both ends remember of a call, and the requests made from it. Pure. */
import { isIP } from 'node:net'
import { HeaderFields, type HeaderLine } from './header-fields.ts'
import { parseCSeq } from './headers/cseq.ts'
import { formatNameAddress, parseNameAddress } from './headers/name-address.ts'
import type { Target } from './invite.ts'
import { EMPTY_BODY, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { contactValue, viaValue } from './request.ts'
import type { Address } from './transport/transport.ts'
import { parseUri, socketHost } from './uri.ts'

/** JSON-safe, so that a later process can end the call. */
export interface DialogState {
  readonly callId: string
  readonly localTag: string
  readonly remoteTag: string
  /** From or To value of the local side, without its tag. */
  readonly localUri: string
  readonly remoteUri: string
  /** The URI of the peer's Contact. */
  readonly remoteTarget: string
  /** Route values in the order in which requests carry them. */
  readonly routeSet: readonly string[]
  /** The CSeq of the last request sent here. */
  readonly localCseq: number
  /** The CSeq of the last request received; absent before the first. */
  readonly remoteCseq?: number
  /** Where the dialog was set up: the trunk, or the caller's address. */
  readonly target: Target
  readonly localAddress: { readonly host: string; readonly port: number }
}

/** §12.1.2: the caller's side of a 2xx. */
export function dialogOfResponse(
  invite: SipRequest,
  response: SipResponse,
  target: Target,
  localAddress: Address,
): DialogState {
  const [localUri, localTag] = splitTag(invite.headers.get('From') ?? '', 'From')
  const [remoteUri, remoteTag] = splitTag(response.headers.get('To') ?? '', 'To')
  return {
    callId: invite.headers.get('Call-ID') ?? '',
    localTag,
    remoteTag,
    localUri,
    remoteUri,
    remoteTarget: contactUri(response) ?? invite.uri,
    routeSet: response.headers.list('Record-Route').reverse(),
    localCseq: parseCSeq(invite.headers.get('CSeq') ?? '').number,
    target,
    localAddress,
  }
}

/** §12.1.1: the callee's side. */
export function dialogOfRequest(
  invite: SipRequest,
  localTag: string,
  target: Target,
  localAddress: Address,
): DialogState {
  const [remoteUri, remoteTag] = splitTag(invite.headers.get('From') ?? '', 'From')
  const [localUri] = splitTag(invite.headers.get('To') ?? '', 'To')
  return {
    callId: invite.headers.get('Call-ID') ?? '',
    localTag,
    remoteTag,
    localUri,
    remoteUri,
    remoteTarget: contactUri(invite) ?? parseNameAddress(remoteUri, 'From').uri,
    routeSet: invite.headers.list('Record-Route'),
    localCseq: 0,
    remoteCseq: parseCSeq(invite.headers.get('CSeq') ?? '').number,
    target,
    localAddress,
  }
}

export interface DialogRequestParts {
  readonly method: string
  readonly cseq: number
  readonly branch: string
  readonly userAgentName: string
  readonly headers?: readonly HeaderLine[]
  readonly body?: Uint8Array
}

/** §12.2.1.1: the request and where to send it. */
export function createDialogRequest(
  state: DialogState,
  parts: DialogRequestParts,
): { request: SipRequest; target: Target } {
  const { uri, routes, hop } = routeOf(state)
  const target = hopTarget(hop, state.target)
  const headers = new HeaderFields([
    ['Via', viaValue(target.transport, state.localAddress, parts.branch)],
    ['Max-Forwards', '70'],
  ])
  for (const route of routes) headers.add('Route', route)
  headers.add('From', withTag(state.localUri, state.localTag))
  headers.add('To', withTag(state.remoteUri, state.remoteTag))
  headers.add('Call-ID', state.callId)
  headers.add('CSeq', `${parts.cseq} ${parts.method}`)
  if (!['BYE', 'ACK'].includes(parts.method)) {
    headers.add('Contact', contactValue(target.transport, state.localAddress))
  }
  for (const [name, value] of parts.headers ?? []) headers.add(name, value)
  headers.add('User-Agent', parts.userAgentName)
  const { method, body = EMPTY_BODY } = parts
  return {
    request: { kind: 'request', method, uri, version: 'SIP/2.0', headers, body },
    target,
  }
}

/** §12.2.2: target refresh requests move the peer's Contact. */
export function refreshTarget(state: DialogState, message: SipMessage): DialogState {
  const remoteTarget = contactUri(message)
  return remoteTarget === undefined ? state : { ...state, remoteTarget }
}

/** The URI of the first Contact. */
function contactUri(message: SipMessage): string | undefined {
  const contact = message.headers.list('Contact')[0]
  if (contact === undefined || contact === '*') return undefined
  return parseNameAddress(contact, 'Contact').uri
}

/** §12.2.1.1: with a loose first route it stands in Route; a strict one takes the Request-URI. */
function routeOf(state: DialogState): { uri: string; routes: readonly string[]; hop: string } {
  const { remoteTarget, routeSet } = state
  const [first, ...rest] = routeSet
  if (first === undefined) return { uri: remoteTarget, routes: [], hop: remoteTarget }
  const { uri } = parseNameAddress(first, 'Route')
  const loose = parseUri(uri)?.parameters.has('lr') ?? false
  if (loose) return { uri: remoteTarget, routes: routeSet, hop: uri }
  // §19.1.1 table 1: headers and method may not stand in a Request-URI.
  const bare = uri.replace(/\?.*$/, '').replace(/;method=[^;]*/i, '')
  return { uri: bare, routes: [...rest, `<${remoteTarget}>`], hop: bare }
}

/**
 * Departs from RFC 3261 §8.1.2 with RFC 3263 §4.1, where a URI without `transport` means UDP: because
 * peers reached over TCP leave it out of their Contact, so the dialog's own transport is kept. And a call
 * that began over TLS is never continued in the clear.
 */
function hopTarget(hop: string, fallback: Target): Target {
  const uri = parseUri(hop)
  if (uri === undefined) return fallback
  const named = uri.parameters.get('transport')?.toLowerCase()
  const secure = uri.scheme === 'sips' || named === 'tls' || fallback.transport === 'tls'
  const plain = named === 'tcp' || named === 'udp' ? named : fallback.transport
  const transport = secure ? 'tls' : plain
  const host = socketHost(uri.host)
  const port = uri.port ?? (secure ? 5061 : 5060)
  const { serverName = fallback.host } = fallback
  // A peer that names no port cannot be connected to: only the connection that it opened leads there.
  if (secure && uri.port === undefined && host === fallback.host) return fallback
  const { tlsProfile } = fallback
  const profile = secure && tlsProfile !== undefined ? { tlsProfile } : {}
  // A Contact is often an address: then the peer shows the name that it was called by.
  return secure && isIP(host) !== 0 && isIP(serverName) === 0
    ? { host, port, transport, serverName, ...profile }
    : { host, port, transport, ...profile }
}

function splitTag(value: string, header: string): [withoutTag: string, tag: string] {
  const address = parseNameAddress(value, header)
  const parameters = new Map(address.parameters)
  const tag = parameters.get('tag') ?? ''
  parameters.delete('tag')
  return [formatNameAddress({ ...address, parameters }), tag]
}

function withTag(value: string, tag: string): string {
  return tag === '' ? value : `${value};tag=${tag}`
}
