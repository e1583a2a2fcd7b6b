import { getCookie } from 'hono/cookie'
import { OutdialError } from '#base'
import { joinInstallation, leaveInstallation } from '#calls'
import { html } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { actionButton } from '../../parts/confirm.ts'
import { errorOf, field, type Problem, problemSummary } from '../../parts/field.ts'
import { readForm } from '../../read-form.ts'
import { giveSessionCookie, goTo, SESSION_COOKIE, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { settingsPage } from './settings-page.ts'

const PATH = '/settings/installation'

/** To join a session with the rights of a key of the installation, and to give them up again. */
export function installationPages(site: Site): void {
  const { calls } = site.options
  site.get(PATH, (visit) => installationPage(visit))
  site.post(`${PATH}/join`, async (visit, context) => {
    const key = (await readForm(context.req.raw)).text('key').trim()
    try {
      const { token } = await joinInstallation(calls, getCookie(context, SESSION_COOKIE) ?? '', key)
      giveSessionCookie(context, token)
      return goTo(context, `${PATH}?done=installation-joined`)
    } catch (error) {
      if (!(error instanceof OutdialError)) throw error
      return installationPage(visit, { field: 'key', message: error.message })
    }
  })
  site.post(`${PATH}/leave`, async (_visit, context) => {
    const { token } = await leaveInstallation(calls, getCookie(context, SESSION_COOKIE) ?? '')
    giveSessionCookie(context, token)
    return goTo(context, `${PATH}?done=installation-left`)
  })
}

function installationPage(visit: Visit, problem?: Problem): Page {
  const { installationRole } = visit.session
  return settingsPage(visit, {
    title: 'Installation',
    ...(problem && { status: 422 as const }),
    body:
      installationRole === undefined
        ? html`${problemSummary(problem)}
          <section class="panel">
            <p>Trunks, and the rules of accounts, belong to the installation. Whoever has a key of it may see to them here, for as long as this
              session lasts and the key is good. <code>outdial key add --installation</code> makes one.</p>
            <form method="post" action="${PATH}/join">
              ${field({ name: 'key', label: 'Key of the installation', type: 'password', required: true, maxLength: 200, autocomplete: 'off', error: errorOf(problem, 'key') })}
              <button class="main">Join its rights</button>
            </form>
          </section>`
        : html`<section class="panel">
            <p>This session has the rights of the installation’s <strong>${installationRole}</strong>, besides its own:
              <a href="/settings/trunks">trunks</a> and <a href="/settings/accounts">accounts</a>.</p>
            ${actionButton(`${PATH}/leave`, 'Give them up')}
          </section>`,
  })
}
