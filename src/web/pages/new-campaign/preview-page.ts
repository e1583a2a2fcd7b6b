import type { Preview } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { barChart, type Chart, lineChart } from '../../parts/chart.ts'
import type { Problem } from '../../parts/field.ts'
import { facts, table } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { countText, durationText, shownTime } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'
import type { Draft } from './drafts.ts'
import { draftPath, stepList } from './steps.ts'

export interface PreviewShown {
  readonly draft: Draft
  readonly preview?: Preview
  /** Why there is no preview: that need not hinder the launch. */
  readonly problem?: Problem
}

const HOUR_MS = 3_600_000

/** The fourth step: what would become of it; then the launch. */
export function previewPage(visit: Visit, { draft, preview, problem }: PreviewShown): Page {
  const path = draftPath(draft.id)
  return {
    title: 'New campaign: preview',
    body: html`<h1>New campaign: ${shownText(draft.values['campaign_name'] ?? '')}</h1>${stepList(draft, 3)}
      ${problem === undefined ? NOTHING : html`<div class="warning" role="alert"><p>There is no preview: ${shownText(problem.message)}</p></div>`}
      ${preview === undefined ? NOTHING : foreseen(visit, preview)}
      <section class="panel launch">
        <p>${preview === undefined ? 'With the launch the calls are queued.' : html`With the launch <strong>${countText(preview.accepted)}</strong> calls are queued.`} A running campaign can be paused, changed and canceled.</p>
        <div class="actions">
          <form class="inline" method="post" action="${path}/launch"><button class="main">Launch the campaign</button></form>
          <a class="button" href="${path}/settings">Back to the settings</a>
        </div>
      </section>`,
  }
}

function foreseen(visit: Visit, preview: Preview): Html {
  const { starts_at, finishes_at, hours } = preview
  return html`<dl class="tiles">
      <div class="tile"><dt>Calls</dt><dd>${countText(preview.accepted)}</dd></div>
      <div class="tile"><dt>Attempts</dt><dd>${countText(preview.attempts)}</dd></div>
      <div class="tile"><dt>Lines at most</dt><dd>${countText(preview.lines_peak)}</dd></div>
      <div class="tile"><dt>Takes about</dt><dd>${finishes_at === null ? '–' : durationText((Date.parse(finishes_at) - Date.parse(starts_at)) / 1000)}</dd></div>
    </dl>
    <section class="panel">
      ${facts([
        ['Begins', shownTime(visit, starts_at)],
        [
          'Is through',
          finishes_at === null ? 'no call would be dialled' : shownTime(visit, finishes_at),
        ],
        [
          'Not ended after 60 days',
          preview.unfinished === 0 ? undefined : countText(preview.unfinished),
        ],
        ['Rows refused', preview.refused === 0 ? undefined : countText(preview.refused)],
        [
          'Reckoned from',
          preview.rates_learnt_from === 0
            ? 'rates that are usual, since the account has dialled nobody yet'
            : `the account’s latest ${countText(preview.rates_learnt_from)} attempts`,
        ],
      ])}
    </section>
    ${
      hours.length === 0
        ? NOTHING
        : html`<div class="panels">
      <section class="panel">${linesChart(visit, hours)}</section>
      <section class="panel">${callsChart(visit, hours)}</section>
    </div>`
    }
    <div class="panels">
      <section class="panel"><h2>How calls are expected to end</h2>${countTable('Outcome', preview.outcomes, 'No call ends.')}</section>
      <section class="panel"><h2>Never dialled</h2>${countTable('Because of', preview.suppressed, 'Every call is dialled.')}</section>
      <section class="panel"><h2>Put off at least once</h2>${countTable('Because of', preview.put_off, 'No call is put off.')}</section>
    </div>`
}

type Hours = Preview['hours']

function linesChart(visit: Visit, hours: Hours): Html {
  const whole = everyHour(hours)
  const chart: Chart = {
    ...{ title: 'Lines in use', axis: 'Hour', labels: hourLabels(visit, whole) },
    series: [
      { name: 'at most', values: whole.map(({ lines_peak }) => lines_peak) },
      { name: 'on average', values: whole.map(({ lines_average }) => lines_average) },
    ],
  }
  // A line through one point is none.
  if (whole.length > 1) return lineChart(chart)
  return barChart({ ...chart, series: chart.series.slice(0, 1) })
}

function callsChart(visit: Visit, hours: Hours): Html {
  const whole = everyHour(hours)
  return barChart({
    ...{ title: 'Attempts in an hour', axis: 'Hour', labels: hourLabels(visit, whole) },
    series: [
      { name: 'answered', values: whole.map(({ answered }) => answered) },
      { name: 'not answered', values: whole.map(({ calls, answered }) => calls - answered) },
    ],
  })
}

/** With those in which nothing happens, of which a preview does not tell. */
function everyHour(hours: Hours): Hours {
  const told = new Map(hours.map((hour) => [Date.parse(hour.at), hour]))
  const times = [...told.keys()]
  const first = Math.min(...times)
  const count = (Math.max(...times) - first) / HOUR_MS + 1
  return Array.from({ length: count }, (_, index) => {
    const at = first + index * HOUR_MS
    const nothing = { calls: 0, answered: 0, lines_average: 0, lines_peak: 0 }
    return told.get(at) ?? { at: new Date(at).toISOString(), ...nothing }
  })
}

/** The time; where the hours are of several days, the day as well. */
function hourLabels({ zone }: Visit, hours: Hours): string[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    ...(hours.length > 12 ? { weekday: 'short' } : {}),
  })
  return hours.map(({ at }) => format.format(new Date(at)))
}

function countTable(what: string, counts: Readonly<Record<string, number>>, empty: string): Html {
  return table({
    caption: `${what}: calls`,
    hidesCaption: true,
    rows: Object.entries(counts).sort(([, one], [, other]) => other - one),
    empty,
    columns: [
      { name: what, isHeading: true, cell: ([name]) => name.replaceAll('-', ' ') },
      { name: 'Calls', isNumber: true, cell: ([, count]) => countText(count) },
    ],
  })
}
