import { type Role, roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import type { Visit } from '../../visit.ts'

interface Place {
  readonly path: string
  readonly name: string
  /** Of the account; default viewer. */
  readonly needs?: Role
  /** Only where the rights of the installation have been joined. */
  readonly isInstallation?: boolean
}

const PLACES: readonly Place[] = [
  { path: '/settings', name: 'Account' },
  { path: '/settings/users', name: 'Users', needs: 'owner' },
  { path: '/settings/sessions', name: 'Sessions' },
  { path: '/settings/keys', name: 'Keys', needs: 'owner' },
  { path: '/settings/do-not-call', name: 'Do not call' },
  { path: '/settings/schedules', name: 'Schedules' },
  { path: '/settings/pacing-profiles', name: 'Pacing profiles' },
  { path: '/settings/webhooks', name: 'Results' },
  { path: '/settings/audit', name: 'Audit log', needs: 'owner' },
  { path: '/settings/installation', name: 'Installation' },
  { path: '/settings/trunks', name: 'Trunks', isInstallation: true },
  { path: '/settings/accounts', name: 'Accounts', isInstallation: true },
]

/** A page of the settings: its heading, the way to the others, and what is special about it. */
export function settingsPage(
  visit: Visit,
  { title, body, status }: Pick<Page, 'title' | 'body' | 'status'>,
): Page {
  return {
    title,
    ...(status === undefined ? {} : { status }),
    body: html`${tabs(visit)}<h1>${title}</h1>${body}`,
  }
}

/** Whether the rights of the installation have been joined, and go so far. */
export function rulesInstallation({ session }: Pick<Visit, 'session'>, role: Role): boolean {
  return session.installationRole !== undefined && roleAllows(session.installationRole, role)
}

function tabs(visit: Visit): Html {
  const seen = PLACES.filter(({ needs = 'viewer', isInstallation = false }) => {
    if (isInstallation && visit.installation === undefined) return false
    return roleAllows(visit.role, needs)
  })
  const { pathname } = visit.url
  const here = seen.findLast(({ path }) => pathname === path || pathname.startsWith(`${path}/`))
  return html`<nav class="tabs" aria-label="Settings"><ul>${seen.map(
    (place) =>
      html`<li><a href="${place.path}"${place === here ? html` aria-current="page"` : NOTHING}>${place.name}</a></li>`,
  )}</ul></nav>`
}
