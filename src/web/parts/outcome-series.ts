import { OUTCOMES } from '#model'
import type { Series } from './chart.ts'

export interface OutcomeBucket {
  /** RFC 3339: its beginning. */
  readonly at: string
  readonly outcomes: Readonly<Record<string, number>>
}

/** As many as there are colours; what is left over is told as one. */
const MOST_SERIES = 8

/** How calls ended over time, the outcomes that occur in the order of the interface. */
export function outcomeSeries(buckets: readonly OutcomeBucket[]): Series[] {
  const occurring = OUTCOMES.filter((name) => buckets.some(({ outcomes }) => outcomes[name]))
  const own = occurring.length <= MOST_SERIES ? occurring : occurring.slice(0, MOST_SERIES - 1)
  const rest = occurring.slice(own.length)
  const series = own.map((name) => ({
    name: name.replaceAll('-', ' '),
    values: buckets.map(({ outcomes }) => outcomes[name] ?? 0),
  }))
  if (rest.length === 0) return series
  const others = buckets.map(({ outcomes }) =>
    rest.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0),
  )
  return [...series, { name: 'others', values: others }]
}
