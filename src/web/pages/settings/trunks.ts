import type { Client, QueueCall, Trunk, TrunkOverview, TrunkPing } from '#client'
import { roleAllows } from '#model'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { badge } from '../../parts/badge.ts'
import { actionButton } from '../../parts/confirm.ts'
import { errorOf, field, problemSummary } from '../../parts/field.ts'
import { table } from '../../parts/table.ts'
import { type Form, readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { withInstallation } from './installation-visit.ts'
import {
  changesIn,
  labelsOf,
  settingFields,
  settingsForm,
  type Typed,
  textsBefore,
  textsIn,
  textsOf,
} from './settings-form.ts'
import { rulesInstallation, settingsPage } from './settings-page.ts'
import { TRUNK_SETTINGS } from './trunk-settings.ts'

const PATH = '/settings/trunks'
const LABELS = { name: 'Name', ...labelsOf(TRUNK_SETTINGS) }
const CALL_LABELS = { phone_number: 'Phone number', start_url: 'Document' } as const

/** The ways out to the telephone network. */
export function trunkPages(site: Site): void {
  site.get(PATH, withInstallation(listPage))
  site.get(
    `${PATH}/new`,
    withInstallation((visit) => newPage(visit)),
  )
  site.post(
    `${PATH}/new`,
    withInstallation(async (visit, client, context) => {
      const form = await readForm(context.req.raw)
      const name = form.text('name').trim()
      try {
        await client.createTrunk({ body: { name, ...changesIn(TRUNK_SETTINGS, form) } })
        return goTo(context, `${pathOf(name)}?done=trunk-added`)
      } catch (error) {
        return newPage(visit, { name, ...typedIn(form, error) })
      }
    }),
  )
  site.post(`${PATH}/test-call`, async (visit, context) => {
    const form = await readForm(context.req.raw)
    const body = { phone_number: form.text('phone_number'), start_url: form.text('start_url') }
    try {
      const { call_id } = await visit.client.queueCall({ body: body as QueueCall })
      return goTo(context, `/calls/${call_id}?done=call-queued`)
    } catch (error) {
      const problem = formProblem(error, CALL_LABELS)
      return settingsPage(visit, {
        title: 'A test call',
        status: problem.status,
        body: html`${problemSummary(problem)}${testCall(visit, body, problem)}`,
      })
    }
  })
  site.get(
    `${PATH}/:trunk`,
    withInstallation(async (visit, client, context) =>
      trunkPage(visit, client, context.req.param('trunk') ?? ''),
    ),
  )
  site.post(
    `${PATH}/:trunk`,
    withInstallation(async (visit, client, context) => {
      const trunk = context.req.param('trunk') ?? ''
      const form = await readForm(context.req.raw)
      try {
        await client.editTrunk({ trunk, body: editOf(form) })
        return goTo(context, `${pathOf(trunk)}?done=trunk-changed`)
      } catch (error) {
        return trunkPage(visit, client, trunk, { typed: typedIn(form, error) })
      }
    }),
  )
  site.post(
    `${PATH}/:trunk/ping`,
    withInstallation(async (visit, client, context) => {
      const trunk = context.req.param('trunk') ?? ''
      return trunkPage(visit, client, trunk, { ping: await client.pingTrunk({ trunk }) })
    }),
  )
}

function pathOf(name: string): string {
  return `${PATH}/${encodeURIComponent(name)}`
}

/** A trunk that knows no user any more needs no password. */
function editOf(form: Form): Record<string, unknown> {
  const changes = changesIn(TRUNK_SETTINGS, form)
  return changes['username'] === null ? { ...changes, password: null } : changes
}

function typedIn(form: Form, error: unknown): Typed {
  const texts = { ...textsIn(TRUNK_SETTINGS, form), password: '' }
  return { texts, was: textsBefore(form), problem: formProblem(error, LABELS) }
}

async function listPage(visit: Visit, client: Client): Promise<Page> {
  const [{ trunks }, overview] = await Promise.all([client.listTrunks(), client.getOverview()])
  const stands = new Map(overview.trunks.map((one) => [one.name, one]))
  return settingsPage(visit, {
    title: 'Trunks',
    body: html`${startNote()}
      <section class="panel">
        ${table<Trunk>({
          caption: 'Trunks, the oldest first',
          hidesCaption: true,
          rows: trunks,
          empty: 'There is none: calls are queued, and wait.',
          columns: [
            {
              name: 'Name',
              isHeading: true,
              cell: ({ name }) => html`<a href="${pathOf(name)}">${shownText(name)}</a>`,
            },
            { name: 'State', cell: ({ name }) => stateOf(stands.get(name)) },
            {
              name: 'Host',
              cell: ({ host, port }) => shownText(port === undefined ? host : `${host}:${port}`),
            },
            { name: 'Transport', cell: ({ transport }) => transport ?? '' },
            {
              name: 'Lines in use',
              isNumber: true,
              cell: ({ name, lines }) =>
                `${stands.get(name)?.lines_in_use ?? ''}${lines === undefined ? '' : ` of ${lines}`}`,
            },
          ],
        })}
        ${rulesInstallation(visit, 'owner') ? html`<p class="actions"><a class="button main" href="${PATH}/new">Add a trunk</a></p>` : NOTHING}
      </section>
      ${testCall(visit, { phone_number: '', start_url: '' })}`,
  })
}

function stateOf(one: TrunkOverview | undefined): Html {
  if (one === undefined || one.state === 'unknown') {
    return html`${badge('plain', 'unknown')} <span class="aside">no server has told of it</span>`
  }
  const tone = { usable: 'good', unusable: 'bad' } as const
  return html`${badge(tone[one.state], one.state)}${one.reason === undefined ? NOTHING : html` <span class="aside">${one.reason.replaceAll('-', ' ')}</span>`}`
}

function startNote(): Html {
  return html`<p>Trunks are used from a server’s next start on: what is added or changed here counts for a server once it has started anew. The trunk of a server’s <code>OUTDIAL_TRUNK</code> is written anew at each start: change it there.</p>`
}

function newPage(visit: Visit, typed?: Typed & { readonly name: string }): Page {
  const empty = textsOf(TRUNK_SETTINGS, {})
  const problem = typed?.problem
  return settingsPage(visit, {
    title: 'Add a trunk',
    ...(problem && { status: problem.status }),
    body: html`${startNote()}${problemSummary(problem)}
      <form method="post" action="${PATH}/new">
        ${field({ name: 'name', label: LABELS.name, value: typed?.name ?? '', required: true, maxLength: 128, autocomplete: 'off', hint: 'Letters, digits, and _ . -; it stays', error: errorOf(problem, 'name') })}
        ${settingFields(TRUNK_SETTINGS, { texts: typed?.texts ?? empty, was: empty, problem })}
        <button class="main">Add the trunk</button>
      </form>`,
  })
}

async function trunkPage(
  visit: Visit,
  client: Client,
  name: string,
  { typed, ping }: { readonly typed?: Typed; readonly ping?: TrunkPing } = {},
): Promise<Page> {
  const trunk = await client.getTrunk({ trunk: name })
  return settingsPage(visit, {
    title: 'Trunk',
    ...(typed && { status: typed.problem.status }),
    body: html`<p>${shownText(name)}</p>${startNote()}
      <section class="panel"><h2>Is it there?</h2>
        ${ping === undefined ? NOTHING : findings(ping)}
        <p class="hint">Finds its servers, and asks by OPTIONS, as the trunk is stored. No call is placed, and no password tried.</p>
        ${rulesInstallation(visit, 'operator') ? actionButton(`${pathOf(name)}/ping`, 'Ask it') : NOTHING}
      </section>
      ${problemSummary(typed?.problem)}
      ${settingsForm(TRUNK_SETTINGS, {
        ...{ action: pathOf(name), values: trunk, typed },
        mayChange: rulesInstallation(visit, 'owner'),
      })}`,
  })
}

function findings({ state, detail, cure }: TrunkPing): Html {
  const tone = { ok: 'good', warning: 'still', fault: 'bad' } as const
  return html`<div role="status"><p>${badge(tone[state], state)} ${shownText(detail)}</p>
    ${cure === undefined ? NOTHING : html`<p>${shownText(cure)}</p>`}</div>`
}

/** By the account of the visit: accounts have calls, the installation has none. */
function testCall(
  visit: Visit,
  values: Readonly<Record<keyof typeof CALL_LABELS, string>>,
  problem?: FormProblem,
): Html {
  if (!roleAllows(visit.role, 'operator')) return NOTHING
  const of = (name: keyof typeof CALL_LABELS) => ({
    ...{ name, label: CALL_LABELS[name], value: values[name], error: errorOf(problem, name) },
  })
  return html`<section class="panel"><h2>A test call</h2>
    <p>One call of the account ${shownText(visit.session.account.login)}, at once. Which trunk it goes by is chosen as for every call, by priority, weight and
      what is usable: it cannot be told to take a certain one. The call’s page says which it was.</p>
    <form method="post" action="${PATH}/test-call">
      ${field({ ...of('phone_number'), type: 'tel', required: true, maxLength: 128, autocomplete: 'off', hint: 'With its country code' })}
      ${field({ ...of('start_url'), type: 'url', required: true, maxLength: 255, hint: 'The address of the VoiceXML of the call' })}
      <button class="main">Call</button>
    </form>
  </section>`
}
