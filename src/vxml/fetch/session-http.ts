import { assert, type Clock } from '#base'
import type { FetchRequest, FetchResponse, Platform } from '../platform.ts'
import type { Cookie } from './cookie.ts'
import { CookieJar } from './cookie-jar.ts'
import { fetchFailure } from './fetch-failure.ts'
import {
  cacheDirectives,
  freshnessLifetimeMs,
  isPublic,
  isShareable,
  isStorable,
  mayReuse,
  type StoredResponse,
  type Willingness,
} from './freshness.ts'
import { HttpCache, varyingFields } from './http-cache.ts'
import { nextHop } from './redirect.ts'
import type { ResourceRequest } from './resource-request.ts'
import { conditionalHeaders, freshen, willingHeaders } from './revalidate.ts'
import { withQuery } from './wire-request.ts'

export interface SessionHttpOptions {
  readonly platform: Pick<Platform, 'clock' | 'fetch'>
  /** Answers that all sessions may use; without it each keeps its own. */
  readonly sharedCache?: HttpCache
  readonly cookies?: readonly Cookie[]
  /** Told of each request as it leaves. */
  readonly onRequest?: (request: FetchRequest) => void
}

/** What one session may keep for itself. */
const PRIVATE_CACHE_BYTES = 4_000_000
const MAX_REDIRECTS = 5
const MAX_EARLY = 32

/**
 * The HTTP user agent of one session: cookies (RFC 6265), a private cache and its share of the common
 * one (RFC 9111), redirects (RFC 9110 section 15.4), and what is fetched ahead of its need.
 */
export class SessionHttp {
  readonly #platform: SessionHttpOptions['platform']
  readonly #shared: HttpCache | undefined
  readonly #private = new HttpCache(PRIVATE_CACHE_BYTES)
  readonly #jar: CookieJar
  readonly #onRequest: (request: FetchRequest) => void
  readonly #early = new Map<string, EarlyFetch>()

  constructor(options: SessionHttpOptions) {
    this.#platform = options.platform
    this.#shared = options.sharedCache
    this.#jar = new CookieJar(options.cookies)
    this.#onRequest = options.onRequest ?? (() => undefined)
  }

  get cookies(): readonly Cookie[] {
    return this.#jar.cookies
  }

  /** Rejects with a `FetchFailure`, at the latest after `timeoutMs`. */
  async fetch(request: ResourceRequest): Promise<FetchResponse> {
    const { clock } = this.#platform
    const deadlineMs = clock.monotonic() + request.timeoutMs
    const work = async (): Promise<FetchResponse> =>
      (await this.#takeEarly(request)) ?? (await this.#follow(request, deadlineMs))
    return await within(clock, request, work())
  }

  /**
   * Begins to fetch what will be asked for (VoiceXML 2.0 section 6.1.3), unless it is at hand. What goes
   * wrong is found out when it is needed.
   */
  prefetch(request: ResourceRequest): void {
    const { clock } = this.#platform
    const key = withQuery(request.uri, request.fields)
    if (this.#early.has(key) || this.#early.size >= MAX_EARLY) return
    const headers = this.#cookieHeaders(key)
    if (this.#reusable(key, headers, request) !== undefined) return
    const early: EarlyFetch = {
      answer: this.#follow(request, clock.monotonic() + request.timeoutMs),
      cookie: headers['cookie'],
      startedAtMs: clock.monotonic(),
      landed: false,
    }
    this.#early.set(key, early)
    early.answer.then(
      () => {
        early.landed = true
      },
      () => this.#early.delete(key),
    )
  }

  /** Another document: what was fetched ahead for the last one has had its chance. */
  forgetEarly(): void {
    this.#early.clear()
  }

  /** Keeps an answer that was fetched before the session began. */
  adopt(request: ResourceRequest, response: FetchResponse): void {
    if (request.method !== 'GET') return
    const now = this.#platform.clock.now()
    this.#store(withQuery(request.uri, request.fields), {}, response, now)
  }

  /** Headers that a document says its answer should have had (VoiceXML 2.0 section 6.2.1). */
  amend(
    request: ResourceRequest,
    response: FetchResponse,
    said: ReadonlyMap<string, string>,
  ): void {
    if (request.method !== 'GET') return
    const key = withQuery(request.uri, request.fields)
    const headers = this.#cookieHeaders(key)
    const kept = this.#find(key, headers)
    if (kept?.response.body !== response.body) return
    const caching = [...said].filter(([name]) => AMENDABLE.has(name))
    const amended = {
      ...response,
      headers: { ...response.headers, ...Object.fromEntries(caching) },
    }
    this.#shared?.remove(key)
    this.#store(key, headers, amended, kept.requestedAtMs)
  }

  /**
   * The answer of a fetch that was begun early, where it is precisely the one needed: asked for with
   * the same cookies, and still on its way or not yet expired. Of an answer whose server has not said
   * when it expires, this is the use that it was fetched for.
   */
  async #takeEarly(request: ResourceRequest): Promise<FetchResponse | undefined> {
    const key = withQuery(request.uri, request.fields)
    const early = request.method === 'GET' ? this.#early.get(key) : undefined
    if (early === undefined) return undefined
    this.#early.delete(key)
    if (this.#cookieHeaders(key)['cookie'] !== early.cookie) return undefined
    const { landed, startedAtMs } = early
    const response = await early.answer.catch(() => undefined)
    if (response === undefined || response.status < 200 || response.status > 299) return undefined
    if (!landed) return response
    const ageMs = this.#platform.clock.monotonic() - startedAtMs
    const { maxAgeSeconds = Infinity } = request
    return !saysExpiry(response) && ageMs < maxAgeSeconds * 1000 ? response : undefined
  }

  async #follow(request: ResourceRequest, deadlineMs: number): Promise<FetchResponse> {
    let hop = request
    for (let redirects = 0; ; redirects++) {
      const leftMs = deadlineMs - this.#platform.clock.monotonic()
      const timeoutMs = Math.max(0, Math.ceil(leftMs))
      const response = await this.#hop({ ...hop, timeoutMs })
      const next = nextHop(hop, response)
      if (next === undefined) return response
      if (redirects === MAX_REDIRECTS) {
        throw fetchFailure('network', `there are more than ${MAX_REDIRECTS} redirects.`)
      }
      hop = next
    }
  }

  async #hop(request: ResourceRequest): Promise<FetchResponse> {
    if (request.method === 'POST') return await this.#post(request)
    const key = withQuery(request.uri, request.fields)
    const headers = this.#cookieHeaders(key)
    const usable = this.#reusable(key, headers, request)
    if (usable !== undefined) return usable.response
    const known = this.#find(key, headers)
    const requestedAtMs = this.#platform.clock.now()
    const response = await this.#send(request, {
      ...headers,
      ...willingHeaders(request),
      ...(known === undefined ? {} : conditionalHeaders(known.response)),
    })
    if (response.status === 304 && known !== undefined) {
      const refreshed = freshen(known.response, response)
      this.#store(key, headers, refreshed, requestedAtMs)
      return refreshed
    }
    this.#store(key, headers, response, requestedAtMs)
    return response
  }

  /** Never answered from a cache; what is kept of its address is outdated (RFC 9111 section 4.4). */
  async #post(request: ResourceRequest): Promise<FetchResponse> {
    const response = await this.#send(request, this.#cookieHeaders(request.uri))
    if (response.status < 400) {
      this.#private.remove(request.uri)
      this.#shared?.remove(request.uri)
    }
    return response
  }

  async #send(
    request: ResourceRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<FetchResponse> {
    const { uri, method, fields, enctype, timeoutMs } = request
    const sent: FetchRequest = {
      uri,
      method,
      fields,
      ...(enctype === undefined ? {} : { enctype }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      timeoutMs,
    }
    this.#onRequest(sent)
    const response = await this.#platform.fetch(sent)
    this.#jar.take(response.setCookies ?? [], response.uri, this.#platform.clock.now())
    return response
  }

  #cookieHeaders(uri: string): Record<string, string> {
    const cookie = this.#jar.header(uri, this.#platform.clock.now())
    return cookie === undefined ? {} : { cookie }
  }

  /** What is kept and may be used as it is. */
  #reusable(
    key: string,
    headers: Readonly<Record<string, string>>,
    willing: Willingness,
  ): StoredResponse | undefined {
    const now = this.#platform.clock.now()
    const own = this.#private.find(key, headers)
    if (own !== undefined && mayReuse(own, willing, now, 'private')) return own
    const common = this.#findShared(key, headers)
    return common !== undefined && mayReuse(common, willing, now, 'shared') ? common : undefined
  }

  #find(key: string, headers: Readonly<Record<string, string>>): StoredResponse | undefined {
    return this.#private.find(key, headers) ?? this.#findShared(key, headers)
  }

  #findShared(key: string, headers: Readonly<Record<string, string>>): StoredResponse | undefined {
    const found = this.#shared?.find(key, headers)
    // A server that knows its caller by a cookie may forget to say so: see `isShareable`.
    return found === undefined || headers['cookie'] === undefined || isPublic(found)
      ? found
      : undefined
  }

  #store(
    key: string,
    headers: Readonly<Record<string, string>>,
    response: FetchResponse,
    requestedAtMs: number,
  ): void {
    const receivedAtMs = this.#platform.clock.now()
    const varying = varyingFields(response, headers)
    const stored: StoredResponse = { response, varying, requestedAtMs, receivedAtMs }
    if (!isStorable(stored)) return this.#private.remove(key)
    if (this.#shared !== undefined && isShareable(stored, headers['cookie'] !== undefined)) {
      this.#private.remove(key)
      return this.#shared.store(key, stored)
    }
    this.#private.store(key, stored)
  }
}

/** What `<meta http-equiv>` may say: when the document expires, and no more. */
const AMENDABLE = new Set(['cache-control', 'expires'])

/** A fetch that was begun before it was asked for. */
interface EarlyFetch {
  readonly answer: Promise<FetchResponse>
  /** The `Cookie` it was sent with. */
  readonly cookie: string | undefined
  readonly startedAtMs: number
  landed: boolean
}

/** Whether the server has said when the answer expires, or that it is to be asked again. */
function saysExpiry(response: FetchResponse): boolean {
  const stored = { response, varying: {}, requestedAtMs: 0, receivedAtMs: 0 }
  if (freshnessLifetimeMs(stored, 'private') !== undefined) return true
  const directives = cacheDirectives(response)
  return ['no-cache', 'no-store'].some((name) => directives.has(name))
}

async function within<Result>(
  clock: Clock,
  { uri, timeoutMs }: ResourceRequest,
  work: Promise<Result>,
): Promise<Result> {
  assert(timeoutMs >= 0, 'a fetch has a time limit')
  const late = Promise.withResolvers<never>()
  const timer = clock.setTimer(timeoutMs, () =>
    late.reject(
      fetchFailure('timeout', `${URL.parse(uri)?.host} has not answered in ${timeoutMs} ms.`),
    ),
  )
  try {
    return await Promise.race([work, late.promise])
  } finally {
    timer.cancel()
    work.catch(() => undefined)
  }
}
