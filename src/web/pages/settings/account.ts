import { html } from '../../html.ts'
import { badge } from '../../parts/badge.ts'
import { facts } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import type { Site } from '../../site.ts'
import { ACCOUNT_SETTINGS } from './account-settings.ts'
import { settingFacts } from './settings-form.ts'
import { rulesInstallation, settingsPage } from './settings-page.ts'

/** The account's rules and limits, to be read: they are the installation's to change. */
export function accountPage(site: Site): void {
  site.get('/settings', async (visit) => {
    const account = await visit.client.getAccount()
    const { login, held } = account
    return settingsPage(visit, {
      title: 'Account',
      body: html`<section class="panel">
          ${facts([
            ['Login', shownText(login)],
            ['Dialling', held ? badge('still', 'held: nothing is dialled') : badge('good', 'on')],
          ])}
          ${
            rulesInstallation(visit, 'operator')
              ? html`<p><a class="button" href="/settings/accounts/${encodeURIComponent(login)}">Change rules and limits</a></p>`
              : html`<p class="hint">Rules and limits are set by whoever runs the installation: by <code>outdial account set</code>, or here with
                  <a href="/settings/installation">a key of the installation</a>.</p>`
          }
        </section>
        ${settingFacts(ACCOUNT_SETTINGS, account)}`,
    })
  })
}
