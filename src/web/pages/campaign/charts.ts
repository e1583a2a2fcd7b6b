import type { CampaignStatistics } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import { barChart } from '../../parts/chart.ts'
import { outcomeSeries } from '../../parts/outcome-series.ts'
import { clockText, dayText, durationText } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'

const DAY_SECONDS = 86_400

/** How its calls went, as far as they have ended. */
export function campaignCharts({ zone }: Visit, statistics: CampaignStatistics): Html {
  const { outcomes, attempts, callee_types, durations } = statistics
  if (outcomes.buckets.length === 0) return NOTHING
  const length = outcomes.bucket_seconds
  const label = length >= DAY_SECONDS ? dayText : clockText
  return html`<div class="panels">
    <section class="panel wide">${barChart({
      title: `Outcomes over time, by ${durationText(length)}`,
      axis: 'From',
      labels: outcomes.buckets.map(({ at }) => label(zone, at)),
      series: outcomeSeries(outcomes.buckets),
    })}</section>
    ${counted('Attempts by outcome', 'Outcome', attempts)}
    ${counted('Who answered', 'Who', callee_types)}
    <section class="panel">${barChart({
      title: 'Length of connected calls',
      axis: 'Seconds',
      width: 360,
      labels: durations.classes.map(({ from, to }) =>
        to === undefined ? `${from}+` : `${from}–${to}`,
      ),
      series: [{ name: 'Calls', values: durations.classes.map(({ calls }) => calls) }],
    })}</section>
  </div>`
}

function counted(title: string, axis: string, counts: Readonly<Record<string, number>>): Html {
  const entries = Object.entries(counts).sort(([, one], [, other]) => other - one)
  if (entries.length === 0) return NOTHING
  return html`<section class="panel">${barChart({
    ...{ title, axis, width: 360 },
    labels: entries.map(([name]) => name.replaceAll('-', ' ')),
    series: [{ name: 'Count', values: entries.map(([, count]) => count) }],
  })}</section>`
}
