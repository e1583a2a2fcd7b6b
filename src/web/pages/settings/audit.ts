import type { AuditEntry, Client, Operations } from '#client'
import { OutdialApiError } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import { choice, errorOf, field, type Problem, problemSummary } from '../../parts/field.ts'
import { pager, table } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import type { Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { readZonedTime } from '../../zoned-time.ts'
import { rulesInstallation, settingsPage } from './settings-page.ts'

type Search = Operations['listAuditLog']['request']
type Found = Operations['listAuditLog']['reply']

const PATH = '/settings/audit'
const LABELS: Readonly<Record<string, string>> = {
  ...{ actor: 'Who', action: 'What was done', from: 'From', to: 'Before' },
}

/** Who has done what; with the rights of the installation's owner, what was done to that too. */
export function auditPage(site: Site): void {
  site.getAs('owner', PATH, async (visit) => {
    let problem: Problem | undefined
    const found = await clientFor(visit)
      .listAuditLog(searchOf(visit))
      .catch((error: unknown): Found => {
        if (!(error instanceof OutdialApiError) || error.status !== 422) throw error
        const { field: name, message } = error
        const label = LABELS[name ?? '']
        const sentence = label === undefined ? message : message.replace(name ?? '', label)
        problem = { field: label === undefined ? undefined : name, message: sentence }
        return { entries: [] }
      })
    return settingsPage(visit, {
      title: 'Audit log',
      ...(problem && { status: 422 as const }),
      body: html`${problemSummary(problem)}
        <section class="panel">${filters(visit, problem)}</section>
        <section class="panel">${entryTable(visit, found.entries)}${pager(visit.url, found.next_cursor)}</section>`,
    })
  })
}

function clientFor({ url, client, installation, session }: Visit): Client {
  const asks = url.searchParams.get('of') === 'installation'
  return asks && rulesInstallation({ session }, 'owner') ? (installation ?? client) : client
}

function searchOf({ url: { searchParams }, zone }: Visit): Search {
  const search: Record<string, string> = {}
  for (const name of ['actor', 'action', 'cursor']) {
    const value = searchParams.get(name)?.trim() ?? ''
    if (value !== '') search[name] = value
  }
  for (const name of ['from', 'to']) {
    const value = searchParams.get(name) ?? ''
    if (value !== '') search[name] = readZonedTime(value, zone)
  }
  return { ...search, limit: 50 }
}

function filters(visit: Visit, problem: Problem | undefined): Html {
  const of = (name: string) => ({
    ...{ name, label: LABELS[name] ?? name, error: errorOf(problem, name) },
    value: visit.url.searchParams.get(name) ?? '',
  })
  const SIDES = [
    ['account', 'the account'],
    ['installation', 'the installation'],
  ] as const
  return html`<form class="filters" method="get" action="${PATH}">
    ${rulesInstallation(visit, 'owner') ? choice({ ...of('of'), label: 'Log of', options: SIDES }) : NOTHING}
    ${field({ ...of('actor'), placeholder: 'user:rosa' })}
    ${field({ ...of('action'), placeholder: 'cancelCampaign' })}
    ${field({ ...of('from'), type: 'datetime-local' })}
    ${field({ ...of('to'), type: 'datetime-local' })}
    <button>Search</button>
    <a class="button" href="${PATH}">All</a>
  </form>`
}

function entryTable(visit: Visit, entries: readonly AuditEntry[]): Html {
  return table<AuditEntry>({
    caption: 'What was done, the newest first',
    hidesCaption: true,
    rows: entries,
    empty: 'Nothing of the kind was done.',
    columns: [
      { name: 'When', isHeading: true, cell: ({ at }) => shownTime(visit, at) },
      { name: 'Who', cell: ({ actor }) => shownText(actor) },
      { name: 'What was done', cell: ({ action }) => shownText(action) },
      { name: 'To what', cell: ({ subject }) => shownText(subject) },
      { name: 'Details', cell: ({ detail }) => (detail === undefined ? '' : details(detail)) },
    ],
  })
}

function details(detail: NonNullable<AuditEntry['detail']>): Html {
  return html`${Object.entries(detail).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return html`<span class="text">${shownText(`${name}: ${text}`)}</span><br>`
  })}`
}
