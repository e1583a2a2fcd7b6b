import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { OutdialError } from '#base'
import { signIn, signOut } from '#calls'
import { html, NOTHING } from '../html.ts'
import { openPage, type Page } from '../layout.ts'
import { noticeOf } from '../notices.ts'
import { field } from '../parts/field.ts'
import { readForm } from '../read-form.ts'
import {
  formLimit,
  giveSessionCookie,
  goTo,
  isSecure,
  ownPath,
  SESSION_COOKIE,
  type Site,
  takeSessionCookie,
  themeOf,
} from '../site.ts'
import { THEMES } from '../visit.ts'

const YEAR_SECONDS = 365 * 86_400

/** To come in and to go out; and the colours, which are whoever's looks at them. */
export function signInPages(site: Site): void {
  const { hono, options } = site
  hono.get('/sign-in', async (context) => {
    if ((await site.visitOf(context)) !== undefined) return goTo(context, nextOf(context))
    return show(context, signInForm(new URL(context.req.url), {}))
  })
  hono.post('/sign-in', formLimit, async (context) => {
    const form = await readForm(context.req.raw)
    const url = new URL(context.req.url)
    try {
      const before = getCookie(context, SESSION_COOKIE)
      const { token } = await signIn(options.calls, {
        login: form.text('login'),
        ...(form.text('user') === '' ? {} : { user: form.text('user') }),
        secret: form.text('secret'),
        address: addressOf(context),
      })
      if (before !== undefined) await signOut(options.calls, before)
      giveSessionCookie(context, token)
      return goTo(context, ownPath(form.text('next')))
    } catch (error) {
      if (!(error instanceof OutdialError)) throw error
      const next = form.text('next')
      if (next !== '') url.searchParams.set('next', next)
      const given = { login: form.text('login'), user: form.text('user'), error: error.message }
      return show(context, signInForm(url, given))
    }
  })
  hono.post('/sign-out', async (context) => {
    const token = getCookie(context, SESSION_COOKIE)
    if (token !== undefined) await signOut(options.calls, token)
    takeSessionCookie(context)
    return goTo(context, '/sign-in?done=signed-out')
  })
  hono.post('/theme', formLimit, async (context) => {
    const form = await readForm(context.req.raw)
    const theme = THEMES.find((one) => one === form.text('theme')) ?? 'system'
    setCookie(context, 'theme', theme, {
      ...{ sameSite: 'Lax', path: '/', maxAge: YEAR_SECONDS, secure: isSecure(context) },
    })
    return goTo(context, ownPath(form.text('back')))
  })
}

interface Given {
  readonly login?: string
  readonly user?: string
  readonly error?: string
}

function signInForm(url: URL, { login = '', user = '', error }: Given): Page {
  const next = url.searchParams.get('next') ?? ''
  return {
    title: 'Sign in',
    status: error === undefined ? 200 : 422,
    body: html`<section class="panel sign-in">
      <h1>Outdial</h1>
      ${noticeOf(url)}
      ${error === undefined ? NOTHING : html`<p class="problem" role="alert">${error}</p>`}
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value="${next}">
        ${field({ name: 'login', label: 'Account', value: login, autocomplete: 'organization', required: true, maxLength: 128, hint: 'The login name of queuecall.php' })}
        ${field({ name: 'user', label: 'User', value: user, autocomplete: 'username', maxLength: 128, hint: 'Empty for the account’s owner' })}
        ${field({ name: 'secret', label: 'PIN, or the user’s password', type: 'password', autocomplete: 'current-password', required: true, maxLength: 128 })}
        <button class="main">Sign in</button>
      </form>
    </section>`,
  }
}

async function show(context: Context, page: Page): Promise<Response> {
  return context.html(await openPage(themeOf(context), page), page.status ?? 200)
}

function nextOf(context: Context): string {
  return ownPath(context.req.query('next'))
}

/** Of the connection: what a proxy claims can be made up by anybody. */
function addressOf(context: Context): string {
  const { incoming } = (context.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } }
  return incoming?.socket?.remoteAddress ?? ''
}
