import type { DisabledUrl, ListedResult, ResultState } from '#client'
import { OutdialApiError } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import { stateBadge } from '../../parts/badge.ts'
import { actionButton, confirmButton } from '../../parts/confirm.ts'
import { choice } from '../../parts/field.ts'
import { facts, pager, table } from '../../parts/table.ts'
import { readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { settingsPage } from './settings-page.ts'

const PATH = '/settings/webhooks'
const ROWS = 50
const STATES: readonly (readonly [ResultState, string])[] = [
  ['undeliverable', 'given up'],
  ['pending', 'pending'],
  ['delivered', 'delivered'],
]
const KEEP_OLD = [
  ['0', 'not at all'],
  ['3600', 'for an hour'],
  ['86400', 'for a day'],
  ['604800', 'for a week'],
  ['2592000', 'for 30 days'],
] as const

/** Where results go: what did not arrive, URLs that want no more, and what all of it is signed with. */
export function webhookPages(site: Site): void {
  site.get(PATH, async (visit) => {
    const isOwner = roleAllows(visit.role, 'owner')
    return settingsPage(visit, {
      title: 'Results',
      body: html`${await resultPanel(visit)}${await disabledPanel(visit)}${isOwner ? await secretPanel(visit) : NOTHING}`,
    })
  })
  site.post(`${PATH}/replay`, async (visit, context) => {
    const result_id = (await readForm(context.req.raw)).text('result_id')
    await visit.client.replayResult({ result_id })
    return goTo(context, `${PATH}?state=pending&done=result-replayed`)
  })
  site.post(`${PATH}/replay-all`, async (visit, context) => {
    await visit.client.replayResults({ body: { state: 'undeliverable' } })
    return goTo(context, `${PATH}?state=pending&done=results-replayed`)
  })
  site.post(`${PATH}/enable`, async (visit, context) => {
    const url = (await readForm(context.req.raw)).text('url')
    await visit.client.enableUrl({ body: { url } })
    return goTo(context, `${PATH}?done=url-enabled`)
  })
  site.post(`${PATH}/rotate`, async (visit, context) => {
    const keep_old = Number((await readForm(context.req.raw)).text('keep_old'))
    await visit.client.rotateWebhookSecret({ body: { keep_old } })
    return goTo(context, `${PATH}?done=secret-rotated#secret`)
  })
}

async function resultPanel(visit: Visit): Promise<Html> {
  const { searchParams } = visit.url
  const asked = searchParams.get('state')
  const [state] = STATES.find(([name]) => name === asked) ?? (['undeliverable'] as const)
  const cursor = searchParams.get('cursor') ?? undefined
  const found = await visit.client.listResults({ state, limit: ROWS, ...(cursor && { cursor }) })
  const mayReplay = roleAllows(visit.role, 'operator') && state !== 'pending'
  return html`<section class="panel"><h2>Results and events</h2>
    <form class="filters" method="get" action="${PATH}">
      ${choice({ name: 'state', label: 'State', value: state, options: STATES })}
      <button>Show</button>
    </form>
    ${table<ListedResult>({
      caption: 'Results and events, those of the newest calls first',
      hidesCaption: true,
      rows: found.results,
      empty: state === 'undeliverable' ? 'Nothing was given up.' : 'There is none.',
      columns: [
        {
          name: 'Call',
          isHeading: true,
          cell: (one) => html`<a href="/calls/${one.call_id}">${one.call_id}</a>`,
        },
        {
          name: 'What',
          cell: (one) => (one.kind === 'result' ? 'result' : `event ${one.sequence ?? ''}`),
        },
        { name: 'To', cell: (one) => shownText(one.url) },
        { name: 'State', cell: stateOf },
        { name: 'Tries', isNumber: true, cell: (one) => one.tries },
        { name: 'When', cell: (one) => whenOf(visit, one) },
        ...(mayReplay
          ? [
              {
                name: 'Post again',
                cell: (one: ListedResult) =>
                  actionButton(`${PATH}/replay`, 'Post again', { result_id: one.id }),
              },
            ]
          : []),
      ],
    })}
    ${pager(visit.url, found.next_cursor)}
    ${mayReplay && state === 'undeliverable' && found.results.length > 0 ? replayAll() : NOTHING}
  </section>`
}

function replayAll(): Html {
  return html`<p>${confirmButton({
    ...{ id: 'replay-all', label: 'Post all of them again', action: `${PATH}/replay-all` },
    question: 'Post everything again that was given up?',
    consequence:
      'All of the account, not this page alone. Each goes out with its id and bytes as they were; receivers that keep ids see it once.',
  })}</p>`
}

function stateOf({ state, why }: ListedResult): Html {
  const words = {
    gone: 'answered 410',
    disabled: 'its URL had answered 410',
    exhausted: 'no try succeeded',
  }
  return html`${stateBadge(state)}${why === undefined ? NOTHING : html` <span class="aside">${words[why]}</span>`}`
}

function whenOf(visit: Visit, { next_try_at, ended_at, created_at }: ListedResult): Html {
  if (ended_at !== undefined) return shownTime(visit, ended_at)
  if (next_try_at !== undefined) return html`next try ${shownTime(visit, next_try_at)}`
  return html`since ${shownTime(visit, created_at)}`
}

async function disabledPanel(visit: Visit): Promise<Html> {
  const { urls, next_cursor } = await visit.client.listDisabledUrls({ limit: 1000 })
  const mayEnable = roleAllows(visit.role, 'operator')
  return html`<section class="panel"><h2>URLs that want no more</h2>
    ${table<DisabledUrl>({
      caption: 'URLs that answered 410 and get nothing any more',
      hidesCaption: true,
      rows: urls,
      empty: 'No URL has answered 410 (Gone).',
      columns: [
        { name: 'URL', isHeading: true, cell: ({ url }) => shownText(url) },
        { name: 'Since', cell: ({ disabled_at }) => shownTime(visit, disabled_at) },
        ...(mayEnable
          ? [
              {
                name: 'Enable',
                cell: ({ url, result_id }: DisabledUrl) =>
                  confirmButton({
                    ...{ id: `enable-${result_id.replaceAll(/\W/g, '-')}`, label: 'Enable' },
                    question: 'Post to this URL again?',
                    consequence:
                      'New results go there. What was given up meanwhile has to be posted again above.',
                    ...{ action: `${PATH}/enable`, fields: { url } },
                  }),
              },
            ]
          : []),
      ],
    })}
    ${next_cursor === undefined ? NOTHING : html`<p class="hint">The first 1,000. Enable some to see the others.</p>`}
  </section>`
}

async function secretPanel(visit: Visit): Promise<Html> {
  const secret = await visit.client.getWebhookSecret().catch((error: unknown) => {
    if (error instanceof OutdialApiError && error.code === 'webhook-secret-missing')
      return undefined
    throw error
  })
  return html`<section class="panel" id="secret"><h2>Webhook secret</h2>
    <p>Results and events are signed with it (Standard Webhooks), so that a receiver knows whom they are from.</p>
    ${
      secret === undefined
        ? html`<p class="empty">There is none yet. Rotate, and there is one.</p>`
        : html`${facts([
            ['Made', shownTime(visit, secret.created_at)],
            [
              'The one before signs until',
              secret.old_expires_at === undefined
                ? undefined
                : shownTime(visit, secret.old_expires_at),
            ],
          ])}
            <details><summary>Show the secret</summary><pre>${secret.secret}</pre></details>`
    }
    <p>${confirmButton({
      ...{ id: 'rotate', label: 'Rotate the secret', isGrave: true, action: `${PATH}/rotate` },
      question: 'Sign with a new secret?',
      consequence: 'Receivers that know the old one alone refuse what it does not sign any more.',
      content: choice({
        name: 'keep_old',
        label: 'The old one signs as well',
        value: '86400',
        options: KEEP_OLD,
      }),
    })}</p>
  </section>`
}
