import { signOutEverywhere } from '#calls'
import type { WebSession } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { actionButton, confirmButton } from '../../parts/confirm.ts'
import { pager, table } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import { goTo, type Site, takeSessionCookie } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { settingsPage } from './settings-page.ts'

/** Who is signed in: all of them for owners, oneself for everybody. */
export function sessionPages(site: Site): void {
  site.get('/settings/sessions', sessionsPage)
  site.post('/settings/sessions/:id{[0-9]+}/end', async (visit, context) => {
    await visit.client.endSession({ session_id: Number(context.req.param('id')) })
    return goTo(context, '/settings/sessions?done=session-ended')
  })
  site.post('/settings/sessions/sign-out-everywhere', async (visit, context) => {
    await signOutEverywhere(site.options.calls, visit.session)
    takeSessionCookie(context)
    return goTo(context, '/sign-in?done=signed-out-everywhere')
  })
}

async function sessionsPage(visit: Visit): Promise<Page> {
  return settingsPage(visit, {
    title: 'Sessions',
    body: html`${roleAllows(visit.role, 'owner') ? await everybody(visit) : NOTHING}
      <section class="panel"><h2>You</h2>
        <p>A session ends half an hour after its last page, and after twelve hours in any case.</p>
        ${confirmButton({ id: 'everywhere', label: 'Sign out everywhere', question: 'Sign out everywhere?', consequence: 'Every session of yours ends, this one too.', action: '/settings/sessions/sign-out-everywhere' })}
      </section>`,
  })
}

async function everybody(visit: Visit): Promise<Html> {
  const cursor = visit.url.searchParams.get('cursor') ?? undefined
  const found = await visit.client.listSessions({ limit: 50, ...(cursor && { cursor }) })
  const isThis = (one: WebSession): boolean => one.session_id === visit.session.sessionId
  return html`<section class="panel"><h2>Who is signed in</h2>
    ${table<WebSession>({
      caption: 'Sessions, the first one first',
      hidesCaption: true,
      rows: found.sessions,
      empty: 'Nobody.',
      columns: [
        {
          name: 'User',
          isHeading: true,
          cell: (one) =>
            html`${one.user === undefined ? 'the owner, by the PIN' : shownText(one.user)}${isThis(one) ? html` <strong>(this session)</strong>` : NOTHING}`,
        },
        { name: 'Role', cell: ({ role }) => role },
        { name: 'Installation', cell: ({ installation_role }) => installation_role ?? '' },
        { name: 'From', cell: ({ address }) => (address === undefined ? '' : shownText(address)) },
        { name: 'Since', cell: ({ created_at }) => shownTime(visit, created_at) },
        { name: 'Last seen', cell: ({ last_seen_at }) => shownTime(visit, last_seen_at) },
        {
          name: 'End it',
          cell: (one) =>
            isThis(one)
              ? actionButton('/sign-out', 'Sign out')
              : confirmButton({
                  id: `end-${one.session_id}`,
                  label: 'End',
                  question: 'End this session?',
                  consequence: 'Whoever it is has to sign in again.',
                  action: `/settings/sessions/${one.session_id}/end`,
                }),
        },
      ],
    })}
    ${pager(visit.url, found.next_cursor)}
  </section>`
}
