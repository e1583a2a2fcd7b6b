import type { ListedCall, Operations } from '#client'
import { OutdialApiError } from '#client'
import { OUTCOMES } from '#model'
import { type Html, html, NOTHING } from '../html.ts'
import type { Page } from '../layout.ts'
import { stateBadge } from '../parts/badge.ts'
import { choice, errorOf, field, type Problem, problemSummary } from '../parts/field.ts'
import { pager, table } from '../parts/table.ts'
import { seesNumbers, shownNumber } from '../shown-number.ts'
import { shownText } from '../shown-text.ts'
import { durationText, shownTime } from '../shown-time.ts'
import type { Site } from '../site.ts'
import type { Visit } from '../visit.ts'
import { readZonedTime } from '../zoned-time.ts'

type Search = Operations['listCalls']['request']

const ROWS = 50
const STATES = ['queued', 'claimed', 'dialing', 'answered', 'ended'] as const

export function callPages(site: Site): void {
  site.get('/calls', async (visit) => {
    try {
      return callsPage(visit, await findCalls(visit, {}))
    } catch (error) {
      if (!(error instanceof OutdialApiError) || error.status !== 422) throw error
      return callsPage(visit, { calls: [] }, error)
    }
  })
}

export interface CallsFound {
  readonly calls: readonly ListedCall[]
  readonly next_cursor?: string
}

/** The calls that the address of the page asks for, the newest first. */
export function findCalls(visit: Visit, fixed: Search): Promise<CallsFound> {
  return visit.client.listCalls({ ...searchOf(visit), ...fixed, limit: ROWS })
}

function callsPage(visit: Visit, found: CallsFound, problem?: Problem): Page {
  return {
    title: 'Calls',
    ...(problem === undefined ? {} : { status: 422 }),
    body: html`<div class="head"><h1>Calls</h1>${exportLinks(visit)}</div>
      ${problemSummary(problem)}
      <section class="panel">${searchForm(visit, '/calls', problem)}</section>
      <section class="panel">${callTable(visit, found.calls)}${pager(visit.url, found.next_cursor)}</section>`,
  }
}

/** Of any list of calls; `showsCampaign`: default true. */
export function callTable(visit: Visit, calls: readonly ListedCall[], showsCampaign = true): Html {
  return table<ListedCall>({
    caption: 'Calls, the newest first',
    hidesCaption: true,
    rows: calls,
    empty: 'No call is like that.',
    columns: [
      {
        name: 'Call',
        isHeading: true,
        cell: (call) => html`<a href="/calls/${call.call_id}">${call.call_id}</a>`,
      },
      { name: 'Number', cell: (call) => shownNumber(visit, call.destination) },
      ...(showsCampaign
        ? [
            {
              name: 'Campaign',
              cell: (call: ListedCall) =>
                html`<a href="/campaigns/${call.campaign_id}">${shownText(call.campaign_name)}</a>`,
            },
          ]
        : []),
      { name: 'Reference', cell: (call) => shownText(call.message_reference) },
      { name: 'State', cell: (call) => stateBadge(call.outcome ?? call.state) },
      { name: 'Attempts', isNumber: true, cell: (call) => call.attempts_made },
      {
        name: 'Length',
        isNumber: true,
        cell: (call) => (call.duration === undefined ? '' : durationText(call.duration)),
      },
      { name: 'When', cell: (call) => whenOf(visit, call) },
    ],
  })
}

function whenOf(visit: Visit, call: ListedCall): Html {
  if (call.ended_at !== undefined) return html`ended ${shownTime(visit, call.ended_at)}`
  if (call.due_at !== undefined) return html`due ${shownTime(visit, call.due_at)}`
  return html`queued ${shownTime(visit, call.created_at)}`
}

/** By state, outcome, number, reference and time; the address keeps what was asked. */
export function searchForm(visit: Visit, action: string, problem?: Problem): Html {
  const { searchParams } = visit.url
  const value = (name: string): string => searchParams.get(name) ?? ''
  const any = ['', 'any'] as const
  const words = (names: readonly string[]) => [
    any,
    ...names.map((name) => [name, name.replaceAll('-', ' ')] as const),
  ]
  return html`<form class="filters" method="get" action="${action}">
    ${choice({ name: 'state', label: 'State', value: value('state'), options: words(STATES) })}
    ${choice({ name: 'outcome', label: 'Outcome', value: value('outcome'), options: words(OUTCOMES) })}
    ${seesNumbers(visit) ? field({ name: 'phone_number', label: 'Number', type: 'tel', value: value('phone_number'), error: errorOf(problem, 'phone_number') }) : NOTHING}
    ${field({ name: 'message_reference', label: 'Reference', value: value('message_reference'), error: errorOf(problem, 'message_reference') })}
    ${field({ name: 'created_from', label: 'Queued from', type: 'datetime-local', value: value('created_from'), error: errorOf(problem, 'created_from') })}
    ${field({ name: 'created_to', label: 'Queued before', type: 'datetime-local', value: value('created_to'), error: errorOf(problem, 'created_to') })}
    <button>Search</button>
    <a class="button" href="${action}">All</a>
  </form>`
}

/** The same search as a file, for those who see numbers. */
function exportLinks(visit: Visit): Html {
  if (!seesNumbers(visit)) return NOTHING
  const query = (format: string): string => {
    const asked = new URLSearchParams({ format })
    for (const [name, value] of Object.entries(searchOf(visit))) asked.set(name, String(value))
    asked.delete('cursor')
    return String(asked)
  }
  return html`<div class="actions">
    <a class="button" href="/calls/export?${query('csv')}" download>Export as CSV</a>
    <a class="button" href="/calls/export?${query('ndjson')}" download>as NDJSON</a>
  </div>`
}

/** What of the page's address is a search; times are those of the visitor's clock. */
function searchOf(visit: Visit): Search {
  const { searchParams } = visit.url
  const search: Record<string, string> = {}
  for (const name of ['state', 'outcome', 'message_reference', 'campaign_id', 'cursor']) {
    const value = searchParams.get(name) ?? ''
    if (value !== '') search[name] = value
  }
  const number = searchParams.get('phone_number') ?? ''
  if (number !== '' && seesNumbers(visit)) search['phone_number'] = number
  for (const name of ['created_from', 'created_to']) {
    const value = searchParams.get(name) ?? ''
    if (value !== '') search[name] = readZonedTime(value, visit.zone)
  }
  return search as Search
}
