import { type Html, html, NOTHING } from '../html.ts'
import { countText } from '../shown-time.ts'

/** One colour each; the style sheet has `series-0` to `series-7`. */
export interface Series {
  readonly name: string
  /** One for each label. */
  readonly values: readonly number[]
}

export interface Chart {
  readonly title: string
  /** What the labels are, for the table: `Time`, `Seconds`. */
  readonly axis: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly format?: (value: number) => string
  /** How much room it has, in pixels: its words are as large as others then. Default 720. */
  readonly width?: 360 | 480 | 720
}

const NORMAL_WIDTH = 720
const HEIGHT = 180
const LEFT = 44
const BOTTOM = 24
const TOP = 8
const GAP = 0.2
/** Labels that stand closer would run into one another. */
const LABEL_WIDTH = 84

/** Bars, the series of each label on top of one another; with the figures as a table. */
export function barChart(chart: Chart): Html {
  const { labels, series } = chart
  const sums = labels.map((_, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  )
  const scale = scaleFor(Math.max(0, ...sums))
  const step = (widthOf(chart) - LEFT) / Math.max(1, labels.length)
  const bars = labels.map((_, index) => {
    let below = 0
    return series.map(({ values }, which) => {
      const value = values[index] ?? 0
      const y = yOf(below + value, scale.top)
      const height = yOf(below, scale.top) - y
      below += value
      if (value === 0) return NOTHING
      const x = LEFT + step * (index + GAP / 2)
      return html`<rect class="series-${which}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${(step * (1 - GAP)).toFixed(1)}" height="${height.toFixed(1)}"/>`
    })
  })
  return framed(chart, scale, html`${bars}`, step)
}

/** One line a series. */
export function lineChart(chart: Chart): Html {
  const { labels, series } = chart
  const scale = scaleFor(Math.max(0, ...series.flatMap(({ values }) => values)))
  const step = (widthOf(chart) - LEFT) / Math.max(1, labels.length)
  const lines = series.map(({ values }, which) => {
    const points = values.map((value, index) => {
      return `${(LEFT + step * (index + 0.5)).toFixed(1)},${yOf(value, scale.top).toFixed(1)}`
    })
    return html`<polyline class="series-${which}" points="${points.join(' ')}"/>`
  })
  return framed(chart, scale, html`${lines}`, step)
}

interface Scale {
  readonly top: number
  readonly ticks: readonly number[]
}

/** From 0 to a round number at or above the largest value, in two to five steps. */
function scaleFor(largest: number): Scale {
  const rough = Math.max(largest, 1) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough
  const top = Math.ceil(Math.max(largest, step) / step) * step
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step)
  return { top, ticks }
}

function yOf(value: number, top: number): number {
  return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
}

function widthOf({ width = NORMAL_WIDTH }: Chart): number {
  return width
}

function framed(chart: Chart, scale: Scale, drawn: Html, step: number): Html {
  const { title, labels, series, format = countText } = chart
  const width = widthOf(chart)
  const every = Math.ceil(LABEL_WIDTH / step)
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <div class="plot" role="region" aria-label="${title}: picture" tabindex="0"><svg class="plot-${width}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${title}">
      ${scale.ticks.map((tick) => {
        const y = yOf(tick, scale.top).toFixed(1)
        return html`<line class="grid" x1="${LEFT}" x2="${width}" y1="${y}" y2="${y}"/><text class="tick" x="${LEFT - 6}" y="${y}" dy="4" text-anchor="end">${format(tick)}</text>`
      })}
      ${drawn}
      ${labels.map((label, index) =>
        index % every === 0
          ? html`<text class="tick" x="${(LEFT + step * (index + 0.5)).toFixed(1)}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>`
          : NOTHING,
      )}
    </svg></div>
    ${series.length > 1 ? html`<ul class="legend">${series.map(({ name }, which) => html`<li><span class="swatch series-${which}"></span>${name}</li>`)}</ul>` : NOTHING}
    ${figuresOf(chart)}
  </figure>`
}

/** The same for those who read rather than look. */
function figuresOf({ title, axis, labels, series, format = countText }: Chart): Html {
  return html`<details class="figures"><summary>Figures</summary>
    <div class="table-frame" role="region" aria-label="${title}: figures" tabindex="0"><table>
      <caption class="unseen">${title}</caption>
      <thead><tr><th scope="col">${axis}</th>${series.map(({ name }) => html`<th scope="col" class="figure">${name}</th>`)}</tr></thead>
      <tbody>${labels.map((label, index) => html`<tr><th scope="row">${label}</th>${series.map(({ values }) => html`<td class="figure">${format(values[index] ?? 0)}</td>`)}</tr>`)}</tbody>
    </table></div>
  </details>`
}
