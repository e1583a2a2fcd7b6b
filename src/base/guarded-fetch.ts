import { Readable } from 'node:stream'
import { type Agent, type Dispatcher, request as send } from 'undici'
import type { Clock } from './clock.ts'
import { OutdialError } from './error.ts'
import { createAddressGuard } from './guarded-fetch-address.ts'
import { ACCEPT_ENCODING, readCappedBody, UNREAD_BODY_BYTES } from './guarded-fetch-body.ts'
import { createGuardedAgent, type ResolveHost, resolveBySystem } from './guarded-fetch-connect.ts'
import { asFetchError } from './guarded-fetch-error.ts'
import { checkHeader, joinHeaders } from './guarded-fetch-headers.ts'
import { fetchStart } from './guarded-fetch-start.ts'

export interface GuardedFetchOptions {
  /** Networks (CIDRs or addresses) that may be reached besides public ones. */
  readonly allowPrivate: readonly string[]
  readonly userAgent: string
  readonly clock: Clock
  /** How host names are resolved; default: by the operating system. */
  readonly resolveHost?: ResolveHost
}

export interface OutgoingRequest {
  /** Absolute, http or https. User and password in it are sent as Basic authorization. */
  readonly url: string
  readonly method: HttpMethod
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | StreamedBody
  /** For everything: name, connection, redirects and the last byte of the body. */
  readonly timeoutMs: number
  /** Of the body, after decompression. */
  readonly maxBytes: number
  /** Default `follow`, at most five. With `refuse` a 3xx is handed back as any other answer. */
  readonly redirect?: 'follow' | 'refuse'
  /**
   * Once status and headers are in there is an answer: of the body so much is handed back, as it came, at
   * most `maxBytes`, as comes within a second, and nothing of it is a reason to reject. A redirect is
   * an answer as well.
   */
  readonly headersOnly?: boolean
  readonly signal?: AbortSignal
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** A body that is read as it is sent, and read anew where a redirect repeats the request. */
export interface StreamedBody {
  readonly sizeBytes: number
  open(): AsyncIterable<Uint8Array>
}

export interface OutgoingResponse {
  /** After redirects: the base of relative references. */
  readonly url: string
  readonly status: number
  /** Names in lower case; a header that came twice is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Each Set-Cookie by itself: they alone cannot be joined (RFC 6265 section 3). */
  readonly setCookies: readonly string[]
  /** Decompressed. */
  readonly body: Uint8Array
}

/**
 * Resolves for every answer, whatever its status. Rejects with an `OutdialError`: `fetch-invalid-url`,
 * `fetch-invalid-header`, `fetch-blocked`, `fetch-refused` (nobody listens there), `fetch-timeout`,
 * `fetch-too-large`, `fetch-failed`; the second, third and sixth fail again if repeated.
 */
export type GuardedFetch = (request: OutgoingRequest) => Promise<OutgoingResponse>

const MAX_REDIRECTS = 5
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308])

/**
 * The one way out of the product for http and https. What users name may not reach the machine's own
 * networks: every connection's address is checked (`guarded-fetch-connect.ts`), on every redirect
 * anew. No proxy settings of the environment apply, and no cookies are kept.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const guard = createAddressGuard(options.allowPrivate)
  const agent = createGuardedAgent(guard, options.resolveHost ?? resolveBySystem)
  return async (request) => {
    if (request.headersOnly) return await fetchHeaders(agent, request, options)
    const deadline = startDeadline(options.clock, request)
    try {
      const first = firstHop(request, options.userAgent)
      const response = followRedirects(agent, first, request, deadline)
      // undici keeps an aborted request while it connects, so the deadline does not wait for it
      return await Promise.race([response, deadline.passed])
    } catch (thrown) {
      throw asFetchError(thrown)
    } finally {
      deadline.clear()
    }
  }
}

async function fetchHeaders(
  agent: Agent,
  request: OutgoingRequest,
  { clock, userAgent }: GuardedFetchOptions,
): Promise<OutgoingResponse> {
  try {
    const hop = firstHop(request, userAgent)
    const { status, headers, body } = await fetchStart(agent, dispatchOf(hop), {
      ...request,
      clock,
    })
    return answerOf(hop, status, headers, body)
  } catch (thrown) {
    throw asFetchError(thrown)
  }
}

interface Deadline {
  readonly signal: AbortSignal
  /** Rejects when the time is over or the caller gives up; never resolves. */
  readonly passed: Promise<never>
  clear(): void
}

function startDeadline(clock: Clock, request: OutgoingRequest): Deadline {
  const controller = new AbortController()
  const { promise: passed, reject } = Promise.withResolvers<never>()
  passed.catch(() => {})
  const end = (code: string, message: string): void => {
    const reason = new OutdialError(code, message, { temporary: true })
    reject(reason)
    controller.abort(reason)
  }
  const timer = clock.setTimer(request.timeoutMs, () =>
    end('fetch-timeout', `No full answer from ${hostOf(request.url)} in ${request.timeoutMs} ms.`),
  )
  const cancel = (): void => end('fetch-failed', 'The request was canceled.')
  if (request.signal?.aborted) cancel()
  request.signal?.addEventListener('abort', cancel, { once: true })
  return {
    signal: controller.signal,
    passed,
    clear: () => {
      timer.cancel()
      request.signal?.removeEventListener('abort', cancel)
    },
  }
}

/** One request on the wire. */
interface Hop {
  readonly url: URL
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | StreamedBody | null
}

function firstHop(request: OutgoingRequest, userAgent: string): Hop {
  const headers: Record<string, string> = {
    'user-agent': userAgent,
    accept: '*/*',
    'accept-encoding': ACCEPT_ENCODING,
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    checkHeader(name, value)
    headers[name.toLowerCase()] = value
  }
  return { url: parseUrl(request.url), method: request.method, headers, body: request.body ?? null }
}

async function followRedirects(
  agent: Agent,
  first: Hop,
  { maxBytes, redirect }: OutgoingRequest,
  deadline: Deadline,
): Promise<OutgoingResponse> {
  const { signal } = deadline
  let hop = first
  for (let redirects = 0; ; redirects++) {
    const response = await sendHop(agent, hop, signal)
    const location = response.headers['location']
    const follows = redirect !== 'refuse' && REDIRECT_STATUSES.has(response.statusCode)
    if (!follows || typeof location !== 'string') {
      const headers = joinHeaders(response.headers)
      const body = await readCappedBody(response.body, headers, maxBytes)
      return answerOf(hop, response.statusCode, response.headers, body)
    }
    await response.body.dump({ limit: UNREAD_BODY_BYTES, signal })
    if (redirects === MAX_REDIRECTS) {
      throw new OutdialError('fetch-failed', `More than ${MAX_REDIRECTS} redirects.`)
    }
    hop = nextHop(hop, response.statusCode, location)
  }
}

function answerOf(
  { url }: Hop,
  status: number,
  headers: Dispatcher.ResponseData['headers'],
  body: Uint8Array,
): OutgoingResponse {
  const setCookies = [headers['set-cookie'] ?? []].flat()
  return { url: url.href, status, headers: joinHeaders(headers), setCookies, body }
}

function sendHop(agent: Agent, hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { origin, ...options } = dispatchOf(hop)
  return send(origin, {
    ...options,
    dispatcher: agent,
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/** In undici's words. */
function dispatchOf({ url, method, headers, body }: Hop) {
  const { origin, pathname, search, username, password } = url
  const authorization =
    username === '' && password === ''
      ? {}
      : { authorization: `Basic ${encodeCredentials(username, password)}` }
  return {
    origin,
    path: pathname + search,
    method,
    // a header that the caller sets wins over credentials in the URL
    headers: { ...authorization, ...headers, ...lengthOf(body) },
    body: isStreamed(body) ? Readable.from(body.open()) : body,
  }
}

function isStreamed(body: Hop['body']): body is StreamedBody {
  return typeof body === 'object' && body !== null && 'open' in body
}

/** Of other bodies it is found out. */
function lengthOf(body: Hop['body']): Record<string, string> {
  return isStreamed(body) ? { 'content-length': String(body.sizeBytes) } : {}
}

/**
 * RFC 9110 section 15.4: 303 becomes a GET; so does a POST answered with 301 or 302, which the RFC
 * allows and every browser does; 307 and 308 repeat the request as it was. What authorizes the sender
 * stays with the origin that it was meant for.
 */
function nextHop(hop: Hop, status: number, location: string): Hop {
  const url = parseUrl(location, hop.url)
  const becomesGet = status === 303 || ((status === 301 || status === 302) && hop.method === 'POST')
  const dropped = new Set<string>()
  if (becomesGet) dropped.add('content-type').add('content-encoding').add('content-language')
  if (url.origin !== hop.url.origin) dropped.add('authorization').add('cookie')
  const headers = Object.entries(hop.headers).filter(([name]) => !dropped.has(name))
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    headers: Object.fromEntries(headers),
    body: becomesGet ? null : hop.body,
  }
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new OutdialError('fetch-invalid-url', 'The URL is not an absolute http or https URL.')
  }
  url.hash = ''
  return url
}

/** RFC 7617: the user and password, percent-decoded, as UTF-8 in base64. */
function encodeCredentials(username: string, password: string): string {
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      return text
    }
  }
  return Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')
}

function hostOf(url: string): string {
  return URL.parse(url)?.host || 'The server'
}
