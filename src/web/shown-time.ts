import { type Html, html } from './html.ts'
import type { Visit } from './visit.ts'

/** `at`: RFC 3339. In the visitor's zone; the moment itself stands in `datetime`. */
export function shownTime(visit: Pick<Visit, 'zone'>, at: string): Html {
  return html`<time datetime="${at}">${timeText(visit.zone, at)}</time>`
}

/** The same beside the clock on the callee's wall, where that is another. */
export function shownTimeBoth(
  visit: Pick<Visit, 'zone'>,
  at: string,
  calleeZone: string | undefined,
): Html {
  const own = shownTime(visit, at)
  if (calleeZone === undefined) return own
  const theirs = timeText(calleeZone, at)
  if (theirs === timeText(visit.zone, at)) return own
  return html`${own} <span class="aside">callee: ${theirs}</span>`
}

/** `27 Nov 2026, 17:05:09 CET` */
export function timeText(zone: string, at: string): string {
  return formatOf(zone).format(new Date(at))
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, timeZoneName: 'short', hourCycle: 'h23' },
    ...{ day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  })
  formats.set(zone, format)
  return format
}

/** `1 h 5 min`, `4 min 3 s`, `12 s`: the two largest units. */
export function durationText(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ]
  const whole = Math.round(seconds)
  const first = units.findIndex(([length]) => whole >= length)
  if (first < 0) return '0 s'
  let left = whole
  const parts = units.slice(first, first + 2).flatMap(([length, unit]) => {
    const count = Math.floor(left / length)
    left -= count * length
    return count === 0 ? [] : [`${count} ${unit}`]
  })
  return parts.join(' ')
}

/** `1,234,567` */
export function countText(count: number): string {
  return COUNT.format(count)
}

const COUNT = new Intl.NumberFormat('en-US')

/** `17:05` on the clock of that zone. */
export function clockText(zone: string, at: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' },
  }).format(new Date(at))
}

/** `27 Nov` */
export function dayText(zone: string, at: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
  }).format(new Date(at))
}
