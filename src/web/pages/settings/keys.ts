import type { ApiKey, Client, NewApiKey } from '#client'
import { ROLES } from '#model'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { confirmButton } from '../../parts/confirm.ts'
import { choice, errorOf, field, problemSummary } from '../../parts/field.ts'
import { table } from '../../parts/table.ts'
import { type Form, readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { rulesInstallation, settingsPage } from './settings-page.ts'

const LABELS = { name: 'Name', role: 'Role', life: 'Expires' } as const
const DAY_SECONDS = 86_400
const LIVES = [
  ['', 'never'],
  ...[1, 30, 90, 365].map(
    (days) => [String(days * DAY_SECONDS), days === 1 ? 'in a day' : `in ${days} days`] as const,
  ),
] as const

type Values = Readonly<Record<'name' | 'role' | 'life', string>>

/** Keys of the account; with the rights of the installation's owner, those of the installation too. */
export function keyPages(site: Site): void {
  site.getAs('owner', '/settings/keys', (visit) => keysPage(visit, isOfInstallation(visit)))
  site.post('/settings/keys', async (visit, context) => {
    const form = await readForm(context.req.raw)
    const ofInstallation = form.text('of') === 'installation'
    const values = { name: form.text('name'), role: form.text('role'), life: form.text('life') }
    try {
      const made = await makeKey(clientFor(visit, ofInstallation), values)
      return newKeyPage(visit, made, ofInstallation)
    } catch (error) {
      return keysPage(visit, ofInstallation, { values, problem: formProblem(error, LABELS) })
    }
  })
  site.post('/settings/keys/:id{[0-9]+}/revoke', async (visit, context) => {
    const form: Form = await readForm(context.req.raw)
    const ofInstallation = form.text('of') === 'installation'
    const key_id = Number(context.req.param('id'))
    await clientFor(visit, ofInstallation).revokeKey({ key_id })
    return goTo(context, `${pathFor(ofInstallation)}done=key-revoked`)
  })
}

function makeKey(client: Client, { name, role, life }: Values): Promise<NewApiKey> {
  const body = { name, role: role as NewApiKey['role'] }
  return client.createKey({ body: life === '' ? body : { ...body, life: Number(life) } })
}

function isOfInstallation(visit: Visit): boolean {
  return visit.url.searchParams.get('of') === 'installation' && rulesInstallation(visit, 'owner')
}

/** Whoever has no rights there asks as the account, and is told what that may do. */
function clientFor({ client, installation }: Visit, ofInstallation: boolean): Client {
  return ofInstallation ? (installation ?? client) : client
}

function pathFor(ofInstallation: boolean): string {
  return `/settings/keys?${ofInstallation ? 'of=installation&' : ''}`
}

async function keysPage(
  visit: Visit,
  ofInstallation: boolean,
  { values, problem }: { values?: Values; problem?: FormProblem } = {},
): Promise<Page> {
  const { keys } = await clientFor(visit, ofInstallation).listKeys()
  const of = ofInstallation ? 'installation' : 'account'
  return settingsPage(visit, {
    title: ofInstallation ? 'Keys of the installation' : 'Keys',
    ...(problem && { status: problem.status }),
    body: html`${otherKeys(visit, ofInstallation)}
      <section class="panel">
        <p>Programs use a key in place of login and PIN (<code>Authorization: Bearer</code>), and so does <code>outdial login</code>.</p>
        ${keyTable(visit, keys, of)}
      </section>
      <section class="panel"><h2>Make a key</h2>
        ${problemSummary(problem)}
        <form method="post" action="/settings/keys">
          <input type="hidden" name="of" value="${of}">
          ${field({ name: 'name', label: LABELS.name, value: values?.name ?? '', required: true, maxLength: 128, autocomplete: 'off', hint: 'What it is for, to know it by', error: errorOf(problem, 'name') })}
          ${choice({ name: 'role', label: LABELS.role, value: values?.role ?? 'operator', options: ROLES.map((role) => [role, role]), error: errorOf(problem, 'role') })}
          ${choice({ name: 'life', label: LABELS.life, value: values?.life ?? '', options: LIVES, error: errorOf(problem, 'life') })}
          <button class="main">Make the key</button>
        </form>
      </section>`,
  })
}

function otherKeys(visit: Visit, ofInstallation: boolean): Html {
  if (!rulesInstallation(visit, 'owner')) return NOTHING
  return ofInstallation
    ? html`<p><a href="/settings/keys">Keys of the account</a></p>`
    : html`<p><a href="/settings/keys?of=installation">Keys of the installation</a></p>`
}

function keyTable(visit: Visit, keys: readonly ApiKey[], of: string): Html {
  return table<ApiKey>({
    caption: 'Keys',
    hidesCaption: true,
    rows: keys,
    empty: 'There is none.',
    columns: [
      { name: 'Name', isHeading: true, cell: ({ name }) => shownText(name) },
      { name: 'Role', cell: ({ role }) => role },
      { name: 'Made', cell: ({ created_at }) => shownTime(visit, created_at) },
      {
        name: 'Expires',
        cell: ({ expires_at: at }) => (at === undefined ? 'never' : shownTime(visit, at)),
      },
      {
        name: 'Revoke',
        cell: ({ key_id }) =>
          confirmButton({
            ...{ id: `revoke-${key_id}`, label: 'Revoke', question: 'Revoke this key?' },
            ...{ consequence: 'From then on it opens nothing. It does not come back.' },
            ...{ action: `/settings/keys/${key_id}/revoke`, fields: { of }, isGrave: true },
          }),
      },
    ],
  })
}

/** The only page that ever shows it: the answer to the form, which no cache keeps. */
function newKeyPage(visit: Visit, { name, role, key }: NewApiKey, ofInstallation: boolean): Page {
  return settingsPage(visit, {
    title: 'The new key',
    body: html`<section class="panel">
      <p class="warning" role="status">Copy the key now: it is stored nowhere, and shown this once.</p>
      <p>${shownText(name)}, ${role}</p>
      <pre>${key}</pre>
      <p><a class="button" href="${pathFor(ofInstallation).slice(0, -1)}">Back to the keys</a></p>
    </section>`,
  })
}
