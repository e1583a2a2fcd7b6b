import { roleAllows } from '#model'
import { assetPath } from './assets.ts'
import { type Html, html, NOTHING } from './html.ts'
import { noticeOf } from './notices.ts'
import { shownText, visible } from './shown-text.ts'
import { THEMES, type Theme, type Visit } from './visit.ts'

export interface Page {
  /** Plain text, without the product's name. */
  readonly title: string
  readonly body: Html
  /** Where fragments come from that change while the page is open: the path of a live stream. */
  readonly live?: string
  /** Modules of `assets/` that this page needs besides. */
  readonly scripts?: readonly string[]
  /** Style sheets of `assets/` that this page needs besides. */
  readonly styles?: readonly string[]
  /** Default 200. */
  readonly status?: 200 | 400 | 403 | 404 | 409 | 412 | 413 | 422 | 429 | 500 | 503
}

interface Place {
  readonly path: string
  readonly name: string
  readonly needs?: 'operator'
}

const PLACES: readonly Place[] = [
  { path: '/', name: 'Overview' },
  { path: '/campaigns', name: 'Campaigns' },
  { path: '/calls', name: 'Calls' },
  { path: '/campaigns/new', name: 'New campaign', needs: 'operator' },
  { path: '/calls/new', name: 'New call', needs: 'operator' },
  { path: '/try', name: 'Try a dialogue', needs: 'operator' },
  { path: '/settings', name: 'Settings' },
]

/** A page for somebody who has signed in: where one may go, who one is, and the page itself. */
export function signedInPage(visit: Visit, page: Page): Html {
  return documentOf(
    visit.theme,
    page,
    html`<header class="top">
        <a class="brand" href="/">${mark()} Outdial</a>
        <nav aria-label="Pages">
          <ul>
            ${placesFor(visit).map(({ path, name }) => {
              const isHere = path === placeOf(visit.url.pathname)
              return html`<li><a href="${path}"${isHere ? html` aria-current="page"` : NOTHING}>${name}</a></li>`
            })}
          </ul>
        </nav>
        ${whoIsHere(visit)}
      </header>
      <main id="main" tabindex="-1"${page.live === undefined ? NOTHING : html` data-live="${page.live}"`}>
        ${noticeOf(visit.url)}${page.body}
      </main>`,
  )
}

/** A page for whoever comes. */
export function openPage(theme: Theme, page: Page): Html {
  return documentOf(
    theme,
    page,
    html`<main id="main" class="alone" tabindex="-1">${page.body}</main>`,
  )
}

function placesFor({ role }: Visit): readonly Place[] {
  return PLACES.filter(({ needs }) => needs === undefined || roleAllows(role, needs))
}

/** The longest path of a place that the page lies under. */
function placeOf(path: string): string {
  const found = PLACES.filter(({ path: place }) => path === place || path.startsWith(`${place}/`))
  return found.sort((a, b) => b.path.length - a.path.length)[0]?.path ?? '/'
}

function whoIsHere({ session, role, theme, url }: Visit): Html {
  const { account, userName } = session
  const path = url.pathname + url.search
  return html`<details class="who">
    <summary>
      <span class="who-name">${shownText(userName ?? account.login)}</span>
      <span class="role">${role}</span>
    </summary>
    <div class="who-menu">
      <p>Account ${shownText(account.login)}</p>
      <form method="post" action="/theme">
        <input type="hidden" name="back" value="${path}">
        <fieldset class="choice">
          <legend>Colours</legend>
          ${THEMES.map(
            (name) =>
              html`<button name="theme" value="${name}" aria-pressed="${name === theme}">${name}</button>`,
          )}
        </fieldset>
      </form>
      <form method="post" action="/sign-out"><button>Sign out</button></form>
    </div>
  </details>`
}

function documentOf(
  theme: Theme,
  { title, scripts = [], styles = [], live }: Page,
  content: Html,
): Html {
  const modules = ['page.js', ...(live === undefined ? [] : ['live.js']), ...scripts]
  return html`<!doctype html>
<html lang="en"${theme === 'system' ? NOTHING : html` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === 'system' ? 'light dark' : theme}">
<title>${visible(title)} – Outdial</title>
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
${['style.css', ...styles].map((name) => html`<link rel="stylesheet" href="${assetPath(name)}">\n`)}${modules.map((name) => html`<script type="module" src="${assetPath(name)}"></script>\n`)}</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${content}
</body>
</html>`
}

/** The sign of the product: a dial with a hole. */
function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="10"/><circle class="hole" cx="12" cy="12" r="3"/><circle class="hole" cx="12" cy="5" r="1.5"/><circle class="hole" cx="18" cy="9" r="1.5"/><circle class="hole" cx="18" cy="15" r="1.5"/><circle class="hole" cx="6" cy="9" r="1.5"/><circle class="hole" cx="6" cy="15" r="1.5"/></svg>`
}
