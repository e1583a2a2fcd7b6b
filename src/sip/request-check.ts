/**
 * What RFC 3261 §8.1.1, §16.3 and §20 ask of any request, whatever it wants; RFC 4475 has the cases.
 * Values are answered, not thrown.
 */
import { parseAuthentication } from './headers/authentication.ts'
import { parseCSeq } from './headers/cseq.ts'
import { parseInteger } from './headers/grammar.ts'
import { splitList } from './headers/list.ts'
import { parseNameAddress } from './headers/name-address.ts'
import { parseVia } from './headers/via.ts'
import type { Target } from './invite.ts'
import { contentLength, type SipMessage, type SipRequest, type SipResponse } from './message.ts'
import { SipParseError } from './parse-error.ts'
import { parseUri, uriScheme } from './uri.ts'

export interface Refusal {
  readonly status: number
  readonly reason: string
}

/** Undefined where nothing is wrong. `transport`: how it came. */
export function checkRequest(
  request: SipRequest,
  transport: Target['transport'] = 'udp',
): Refusal | undefined {
  if (request.version !== 'SIP/2.0') {
    const wellFormed = /^SIP\/[0-9]+\.[0-9]+$/i.test(request.version)
    return wellFormed ? { status: 505, reason: 'Version Not Supported' } : bad('malformed version')
  }
  return checkUri(request.uri) ?? checkShape(request, transport) ?? checkGrammar(request)
}

/** A response that breaks the rules is dropped (§8.1.3); this says why. */
export function checkResponse(
  response: SipResponse,
  transport: Target['transport'] = 'udp',
): string | undefined {
  if (response.version !== 'SIP/2.0') return 'unknown version'
  // §8.1.3.3: it was meant for somebody further down.
  if (response.headers.list('Via').length > 1) return 'more than one Via'
  return (checkShape(response, transport) ?? checkGrammar(response))?.reason
}

function checkUri(uri: string): Refusal | undefined {
  return attempt(() => {
    const scheme = uriScheme(uri)
    const sip = parseUri(uri)
    // §19.1.1 table 1: a Request-URI has no headers.
    if (sip?.headers !== undefined) return bad('Request-URI has headers')
    if (sip !== undefined || scheme === 'tel') return undefined
    return { status: 416, reason: 'Unsupported URI Scheme' }
  }, 'Request-URI')
}

const ONCE = ['From', 'To', 'Call-ID', 'CSeq']
const AT_MOST_ONCE = ['Max-Forwards', 'Content-Type', 'Expires', 'Date', 'Content-Disposition']

function checkShape(message: SipMessage, transport: Target['transport']): Refusal | undefined {
  const { headers } = message
  const vias = headers.all('Via')
  if (vias.length === 0) return bad('Via is missing')
  if (vias.some((line) => splitList(line).length === 0)) return bad('Via is empty')
  for (const name of ONCE) {
    const count = headers.all(name).length
    if (count !== 1) return bad(count === 0 ? `${name} is missing` : `${name} is repeated`)
  }
  const repeated = AT_MOST_ONCE.find((name) => headers.all(name).length > 1)
  if (repeated !== undefined) return bad(`${repeated} is repeated`)
  const length = contentLength(headers)
  if (length === 'invalid') return bad('Content-Length is malformed')
  // §20.14: nothing else says on a connection where a body ends.
  if (length === 'none' && transport !== 'udp' && headers.has('Content-Type')) {
    return bad('Content-Length is missing')
  }
  if (typeof length === 'number' && length > message.body.length)
    return bad('the body is cut short')
  return undefined
}

function checkGrammar(message: SipMessage): Refusal | undefined {
  const { headers } = message
  return (
    attempt(() => void headers.list('Via').map(parseVia), 'Via') ??
    attempt(() => checkAddress(headers.get('From'), 'From'), 'From') ??
    attempt(() => checkAddress(headers.get('To'), 'To'), 'To') ??
    attempt(() => checkCSeq(message), 'CSeq') ??
    attempt(() => checkAddresses(message), 'Contact') ??
    attempt(() => checkNumbers(message), 'header') ??
    attempt(() => checkAuthentication(message), 'Authorization')
  )
}

function checkAddress(value: string | undefined, name: string): undefined {
  parseNameAddress(value ?? '', name)
}

function checkCSeq(message: SipMessage): Refusal | undefined {
  const cseq = parseCSeq(message.headers.get('CSeq') ?? '')
  const mismatch = message.kind === 'request' && cseq.method !== message.method
  return mismatch ? bad('CSeq names another method') : undefined
}

function checkAddresses(message: SipMessage): undefined {
  for (const value of message.headers.list('Contact')) {
    if (value !== '*') parseNameAddress(value, 'Contact')
  }
  for (const name of ['Record-Route', 'Route']) {
    for (const value of message.headers.list(name)) parseNameAddress(value, name)
  }
}

function checkNumbers(message: SipMessage): Refusal | undefined {
  const forwards = message.headers.get('Max-Forwards')
  if (forwards !== undefined && parseInteger(forwards, 255) === undefined) {
    return bad('Max-Forwards is malformed')
  }
  const date = message.headers.get('Date')
  if (date !== undefined && !/ GMT$/.test(date)) return bad('Date is not in GMT')
  const contentType = message.headers.get('Content-Type')
  if (contentType !== undefined && !/^[^\s/;]+\s*\/\s*[^\s/;]+\s*(;.*)?$/.test(contentType)) {
    return bad('Content-Type is malformed')
  }
  return undefined
}

function checkAuthentication(message: SipMessage): undefined {
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of message.headers.all(name)) parseAuthentication(value, name)
  }
}

function attempt<Result>(
  check: () => Result | undefined,
  what: string,
): Result | Refusal | undefined {
  try {
    return check()
  } catch (thrown) {
    if (thrown instanceof SipParseError) return bad(`${what} is malformed`)
    throw thrown
  }
}

function bad(why: string): Refusal {
  return { status: 400, reason: `Bad Request: ${why}` }
}
