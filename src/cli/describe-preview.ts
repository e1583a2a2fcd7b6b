import type { CampaignPreview } from '#app'

const MOST_ROWS = 10

/** A preview for people: what becomes of the rows, then the hours, then the end. */
export function describePreview(preview: CampaignPreview): string {
  const { accepted, refused, duplicates, refusedRows, suppressed, putOff } = preview
  return [
    `${accepted} calls accepted, ${refused} rows refused, ${duplicates} numbers repeated.`,
    ...refusedRows
      .slice(0, MOST_ROWS)
      .map(({ line, value, reason }) => `  line ${line}: ${value}: ${reason}`),
    ...counts('Never dialled', suppressed),
    ...counts('Put off at least once', putOff),
    '',
    ...hourLines(preview),
    '',
    ...counts('Expected ends', preview.outcomes),
    finishLine(preview),
    ratesLine(preview),
  ].join('\n')
}

function counts(title: string, of: Readonly<Record<string, number>>): string[] {
  const told = Object.entries(of).map(([name, count]) => `${name} ${count}`)
  return told.length === 0 ? [] : [`${title}: ${told.join(', ')}.`]
}

function hourLines({ hours }: CampaignPreview): string[] {
  return [
    'hour (UTC)         calls  answered  lines on average  at most',
    ...hours.map(({ at, starts, answered, linesAverage, linesPeak }) =>
      [
        at.toISOString().slice(0, 16).replace('T', ' '),
        String(starts).padStart(7),
        String(answered).padStart(9),
        linesAverage.toFixed(1).padStart(17),
        String(linesPeak).padStart(8),
      ].join(' '),
    ),
  ]
}

function finishLine({ attempts, linesPeak, finishedAt, unfinished }: CampaignPreview): string {
  const made = `${attempts} attempts, ${linesPeak} lines at most`
  if (unfinished > 0) return `${made}; ${unfinished} calls would not have ended after 60 days.`
  return finishedAt === undefined ? `${made}.` : `${made}; finished at ${finishedAt.toISOString()}.`
}

function ratesLine({ rates, ratesLearntFrom }: CampaignPreview): string {
  const shares = Object.entries(rates.shares)
    .filter(([, share]) => share > 0)
    .map(([name, share]) => `${name} ${Math.round(share * 1000) / 10} %`)
  const source =
    ratesLearntFrom > 0
      ? `learnt from ${ratesLearntFrom} attempts where they were not given`
      : 'a guess where they were not given: the account has too few attempts to learn from'
  const seconds = `${Math.round(rates.ringSeconds)} s ringing, ${Math.round(rates.talkSeconds)} s talking`
  return `Rates: ${shares.join(', ')}; ${seconds} (${source}).`
}
