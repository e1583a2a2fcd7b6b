import type { Preview, RefusedRow } from '#client'

const MOST_ROWS = 10

/** A preview for people: what becomes of the rows, then the hours, then the end. */
export function describePreview(preview: Preview): string {
  const { accepted, refused, duplicates, suppressed } = preview
  return [
    `${accepted} calls accepted, ${refused} rows refused, ${duplicates} numbers repeated.`,
    ...describeRefusedRows(preview.refused_rows),
    ...counts('Never dialled', suppressed),
    ...counts('Put off at least once', preview.put_off),
    '',
    ...hourLines(preview),
    '',
    ...counts('Expected ends', preview.outcomes),
    finishLine(preview),
    ratesLine(preview),
  ].join('\n')
}

/** The first of them, a line each. */
export function describeRefusedRows(rows: readonly RefusedRow[]): string[] {
  return rows
    .slice(0, MOST_ROWS)
    .map(({ line, value, reason }) => `  line ${line}: ${value}: ${reason}`)
}

function counts(title: string, of: Readonly<Record<string, number>>): string[] {
  const told = Object.entries(of).map(([name, count]) => `${name} ${count}`)
  return told.length === 0 ? [] : [`${title}: ${told.join(', ')}.`]
}

function hourLines({ hours }: Preview): string[] {
  return [
    'hour (UTC)         calls  answered  lines on average  at most',
    ...hours.map((hour) =>
      [
        hour.at.slice(0, 16).replace('T', ' '),
        String(hour.calls).padStart(7),
        String(hour.answered).padStart(9),
        hour.lines_average.toFixed(1).padStart(17),
        String(hour.lines_peak).padStart(8),
      ].join(' '),
    ),
  ]
}

function finishLine(preview: Preview): string {
  const { attempts, lines_peak: lines, finishes_at: finishedAt, unfinished } = preview
  const made = `${attempts} attempts, ${lines} lines at most`
  if (unfinished > 0) return `${made}; ${unfinished} calls would not have ended after 60 days.`
  return finishedAt === null ? `${made}.` : `${made}; finished at ${finishedAt}.`
}

function ratesLine({ rates, rates_learnt_from: learntFrom }: Preview): string {
  const { ringSeconds = 0, talkSeconds = 0, ...outcomes } = rates
  const shares = Object.entries(outcomes)
    .filter(([, share]) => share > 0)
    .map(([name, share]) => `${name} ${Math.round(share * 1000) / 10} %`)
  const source =
    learntFrom > 0
      ? `learnt from ${learntFrom} attempts where they were not given`
      : 'a guess where they were not given: the account has too few attempts to learn from'
  const seconds = `${Math.round(ringSeconds)} s ringing, ${Math.round(talkSeconds)} s talking`
  return `Rates: ${shares.join(', ')}; ${seconds} (${source}).`
}
