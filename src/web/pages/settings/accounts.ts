import type { Account, Client, ListedAccount } from '#client'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { badge } from '../../parts/badge.ts'
import { errorOf, field, problemSummary } from '../../parts/field.ts'
import { pager, table } from '../../parts/table.ts'
import { readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { ACCOUNT_SETTINGS } from './account-settings.ts'
import { withInstallation } from './installation-visit.ts'
import {
  changesIn,
  labelsOf,
  settingsForm,
  type Typed,
  textsBefore,
  textsIn,
} from './settings-form.ts'
import { rulesInstallation, settingsPage } from './settings-page.ts'

const PATH = '/settings/accounts'
const NEW_LABELS = {
  ...{ login: 'Login', pin: 'PIN', time_zone: 'Time zone', country: 'Country' },
} as const

interface Given {
  readonly values?: Readonly<Record<string, string>>
  readonly problem?: FormProblem
}

/** All accounts, for whoever has the rights of the installation. */
export function accountPages(site: Site): void {
  site.get(
    PATH,
    withInstallation((visit, client) => listPage(visit, client)),
  )
  site.post(
    PATH,
    withInstallation(async (visit, client, context) => {
      const form = await readForm(context.req.raw)
      const names = Object.keys(NEW_LABELS)
      const values = Object.fromEntries(names.map((name) => [name, form.text(name).trim()]))
      const { login = '', time_zone, country } = values
      try {
        await client.createAccount({
          body: {
            ...{ login, pin: form.text('pin') },
            ...(time_zone && { time_zone }),
            ...(country && { country }),
          },
        })
        return goTo(context, `${pathOf(login)}?done=account-added`)
      } catch (error) {
        return listPage(visit, client, { values, problem: formProblem(error, NEW_LABELS) })
      }
    }),
  )
  site.get(
    `${PATH}/:login`,
    withInstallation(async (visit, client, context) => {
      const login = context.req.param('login') ?? ''
      return accountPage(visit, await client.getAccountOf({ login }))
    }),
  )
  site.post(
    `${PATH}/:login`,
    withInstallation(async (visit, client, context) => {
      const login = context.req.param('login') ?? ''
      const form = await readForm(context.req.raw)
      try {
        await client.editAccount({ login, body: changesIn(ACCOUNT_SETTINGS, form) })
        return goTo(context, `${pathOf(login)}?done=account-changed`)
      } catch (error) {
        return accountPage(visit, await client.getAccountOf({ login }), {
          ...{ texts: textsIn(ACCOUNT_SETTINGS, form), was: textsBefore(form) },
          problem: formProblem(error, labelsOf(ACCOUNT_SETTINGS)),
        })
      }
    }),
  )
}

function pathOf(login: string): string {
  return `${PATH}/${encodeURIComponent(login)}`
}

async function listPage(
  visit: Visit,
  client: Client,
  { values = {}, problem }: Given = {},
): Promise<Page> {
  const cursor = visit.url.searchParams.get('cursor') ?? undefined
  const found = await client.listAccounts({ limit: 50, ...(cursor && { cursor }) })
  const of = (name: keyof typeof NEW_LABELS) => ({
    ...{ name, label: NEW_LABELS[name], value: name === 'pin' ? '' : (values[name] ?? '') },
    error: errorOf(problem, name),
  })
  return settingsPage(visit, {
    title: 'Accounts',
    ...(problem && { status: problem.status }),
    body: html`<section class="panel">
        ${table<ListedAccount>({
          caption: 'Accounts, by login',
          hidesCaption: true,
          rows: found.accounts,
          empty: 'There is none.',
          columns: [
            {
              name: 'Login',
              isHeading: true,
              cell: ({ login }) => html`<a href="${pathOf(login)}">${shownText(login)}</a>`,
            },
            { name: 'Dialling', cell: ({ held }) => heldBadge(held) },
            { name: 'Time zone', cell: ({ time_zone }) => time_zone },
            { name: 'Country', cell: ({ country }) => country },
          ],
        })}
        ${pager(visit.url, found.next_cursor)}
      </section>
      ${
        rulesInstallation(visit, 'owner')
          ? html`<section class="panel"><h2>Add an account</h2>
              ${problemSummary(problem)}
              <form method="post" action="${PATH}">
                ${field({ ...of('login'), required: true, maxLength: 128, autocomplete: 'off' })}
                ${field({ ...of('pin'), type: 'password', required: true, maxLength: 16, autocomplete: 'new-password', hint: 'At most 16 characters, as queuecall.php has it' })}
                ${field({ ...of('time_zone'), maxLength: 64, hint: 'An IANA name such as America/New_York; empty: UTC' })}
                ${field({ ...of('country'), maxLength: 2, hint: 'Two capital letters; empty: that of the installation' })}
                <button class="main">Add the account</button>
              </form>
            </section>`
          : NOTHING
      }`,
  })
}

function accountPage(visit: Visit, account: Account, typed?: Typed): Page {
  const { login, held } = account
  return settingsPage(visit, {
    title: 'Rules and limits of an account',
    ...(typed && { status: typed.problem.status }),
    body: html`<p>${shownText(login)} ${heldBadge(held)}</p>
      ${problemSummary(typed?.problem)}
      ${settingsForm(ACCOUNT_SETTINGS, {
        ...{ action: pathOf(login), values: account, typed },
        mayChange: rulesInstallation(visit, 'operator'),
      })}`,
  })
}

function heldBadge(held: boolean) {
  return held ? badge('still', 'held') : badge('good', 'on')
}
