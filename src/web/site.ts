import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { csrf } from 'hono/csrf'
import { secureHeaders } from 'hono/secure-headers'
import { fetchAs, type RequestLimits } from '#api'
import { errorMessage } from '#base'
import {
  type CallsContext,
  findWebSession,
  installationPrincipalOf,
  type Principal,
  principalOf,
} from '#calls'
import { type Client, createClient, OutdialApiError } from '#client'
import { isTimeZone, type Role, roleAllows } from '#model'
import { openPage, type Page, signedInPage } from './layout.ts'
import { errorPage } from './pages/error.ts'
import { THEMES, type Theme, type Visit } from './visit.ts'

export interface UploadTerms extends Pick<RequestLimits, 'uploadBytes' | 'stallMs'> {
  readonly folder: string
}

export interface SiteOptions {
  readonly calls: CallsContext
  /** The HTTP interface, of which the pages are a client. */
  readonly api: Hono
  /** Aborts when the server stops: live pages end. */
  readonly stopping?: AbortSignal
  /** What lists may measure that are uploaded by a form, and where drafts of campaigns are kept. */
  readonly uploads: UploadTerms
  /** Between two looks at what a live page shows; default 2 seconds. */
  readonly liveMs?: number
}

export type Handler = (visit: Visit, context: Context) => Promise<Page | Response> | Page | Response

export const SESSION_COOKIE = 'outdial'
/** Nowhere: the client asks within this process. */
const IN_PROCESS = 'http://in-process'

const DEFAULT_LIVE_MS = 2000

/**
 * Where pages are put. What it hands to a page is one visit of somebody who has signed in; whoever has not
 * is sent to sign in first, and comes back. What a page throws is told as a page.
 */
export class Site {
  readonly hono = new Hono()
  readonly options: SiteOptions
  /** Live pages that are open now (live.ts). */
  openStreams = 0

  constructor(options: SiteOptions) {
    this.options = options
    this.hono.use(securityHeaders(), csrf(), noStore)
    this.hono.onError((error, context) => this.#answerError(error, context))
  }

  get liveMs(): number {
    return this.options.liveMs ?? DEFAULT_LIVE_MS
  }

  get(path: string, handle: Handler): void {
    this.hono.get(path, (context) => this.#answer(context, 'viewer', handle))
  }

  /** `role`: the least that sees the page at all. */
  getAs(role: Role, path: string, handle: Handler): void {
    this.hono.get(path, (context) => this.#answer(context, role, handle))
  }

  /** A form. What the visitor may do is asked of the operations that it leads to. */
  post(path: string, handle: Handler): void {
    this.hono.post(path, formLimit, (context) => this.#answer(context, 'viewer', handle))
  }

  /** A form that does something of its own, beyond what operations check. `role`: the least that may send it. */
  postAs(role: Role, path: string, handle: Handler): void {
    this.hono.post(path, formLimit, (context) => this.#answer(context, role, handle))
  }

  /** A form with a file, which the page itself reads piece by piece. `role`: the least that may send it at all. */
  postUpload(role: Role, path: string, handle: Handler): void {
    this.hono.post(path, (context) => this.#answer(context, role, handle))
  }

  /**
   * The visit that a request is; undefined: nobody has signed in. `isBackground`: the page asks by itself, which
   * keeps no session alive.
   */
  async visitOf(
    context: Context,
    { isBackground = false }: { readonly isBackground?: boolean } = {},
  ): Promise<Visit | undefined> {
    const { calls } = this.options
    const token = getCookie(context, SESSION_COOKIE)
    const session =
      token === undefined ? undefined : await findWebSession(calls, token, { isBackground })
    if (session === undefined) return undefined
    const installation = installationPrincipalOf(session)
    return {
      session,
      role: session.role,
      client: this.#clientOf(principalOf(session)),
      installation: installation && this.#clientOf(installation),
      zone: zoneOf(context) ?? session.account.timeZone,
      theme: themeOf(context),
      url: new URL(context.req.url),
      clock: calls.clock,
    }
  }

  #clientOf(principal: Principal): Client {
    const fetch = fetchAs(this.options.api, principal)
    // The credentials are not looked at: who asks is known.
    return createClient({ url: IN_PROCESS, auth: { key: 'in-process' }, fetch })
  }

  async #answer(context: Context, role: Role, handle: Handler): Promise<Response> {
    const visit = await this.visitOf(context)
    if (visit === undefined) return sendToSignIn(context)
    if (!roleAllows(visit.role, role)) {
      return this.#page(context, visit, errorPage(403, `This page is for an ${role} and above.`))
    }
    try {
      const answer = await handle(visit, context)
      return answer instanceof Response ? answer : this.#page(context, visit, answer)
    } catch (error) {
      if (!(error instanceof OutdialApiError)) throw error
      return this.#page(context, visit, errorPage(pageStatus(error.status), error.message))
    }
  }

  async #page(context: Context, visit: Visit, page: Page): Promise<Response> {
    return context.html(await signedInPage(visit, page), page.status ?? 200)
  }

  async #answerError(error: unknown, context: Context): Promise<Response> {
    if (error instanceof Error && 'getResponse' in error) {
      const sentence =
        'A page of another site may not send this form. Open it from here, and send it again.'
      return context.html(await openPage(themeOf(context), errorPage(403, sentence)), 403)
    }
    this.options.calls.log.error('page failed', {
      path: context.req.path,
      error: errorMessage(error),
    })
    const sentence = 'The server could not do this. Its log says why; try again.'
    return context.html(await openPage(themeOf(context), errorPage(500, sentence)), 500)
  }
}

const MOST_FORM_BYTES = 1 << 20

/** No form that people type is longer. */
export const formLimit = bodyLimit({
  maxSize: MOST_FORM_BYTES,
  onError: async (context) => {
    const page = errorPage(413, 'This form holds more than 1 MiB; send less at once.')
    return context.html(await openPage(themeOf(context), page), 413)
  },
})

/** The answer to a form that did what it should: to the page that shows it. */
export function goTo(context: Context, path: string): Response {
  return context.redirect(path, 303)
}

export function themeOf(context: Context): Theme {
  const name = getCookie(context, 'theme')
  return THEMES.find((theme) => theme === name) ?? 'system'
}

/** Cookies of a session are out of reach for scripts and for other sites. */
export function giveSessionCookie(context: Context, token: string): void {
  setCookie(context, SESSION_COOKIE, token, {
    ...{ httpOnly: true, sameSite: 'Strict', path: '/' },
    secure: isSecure(context),
  })
}

export function takeSessionCookie(context: Context): void {
  deleteCookie(context, SESSION_COOKIE, { path: '/', secure: isSecure(context) })
}

/** Whether the browser has come by TLS, to us or to a proxy before us. */
export function isSecure(context: Context): boolean {
  if (new URL(context.req.url).protocol === 'https:') return true
  return context.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https'
}

/** A path of this site, and of no other: what follows `//` or a backslash would be a host. */
export function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : '/'
}

function sendToSignIn(context: Context): Response {
  const isVisit = context.req.method === 'GET'
  const { pathname, search } = new URL(context.req.url)
  const query = new URLSearchParams()
  if (isVisit && pathname !== '/') query.set('next', pathname + search)
  if (getCookie(context, SESSION_COOKIE) !== undefined) query.set('done', 'session-over')
  takeSessionCookie(context)
  return goTo(context, query.size === 0 ? '/sign-in' : `/sign-in?${query}`)
}

/** Set by assets/page.js. */
function zoneOf(context: Context): string | undefined {
  const zone = getCookie(context, 'zone')
  return zone !== undefined && isTimeZone(zone) ? zone : undefined
}

function pageStatus(status: number): NonNullable<Page['status']> {
  const known = [400, 403, 404, 409, 413, 422, 429, 500, 503] as const
  return known.find((one) => one === status) ?? 500
}

/** Pages hold phone numbers: no cache keeps them. Assets say otherwise. */
const noStore: MiddlewareHandler = async (context, next) => {
  await next()
  if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store')
}

/** Only what this server sent runs, is shown or is asked; nobody frames it. */
function securityHeaders(): MiddlewareHandler {
  const own = ["'self'"]
  return secureHeaders({
    contentSecurityPolicy: {
      ...{ defaultSrc: ["'none'"], scriptSrc: own, styleSrc: own, imgSrc: own, mediaSrc: own },
      ...{ connectSrc: own, formAction: own, frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    xFrameOptions: 'DENY',
    // Forms of this site name their origin, where the browser tells no more.
    referrerPolicy: 'same-origin',
    // For whoever terminates TLS to say.
    strictTransportSecurity: false,
  })
}
