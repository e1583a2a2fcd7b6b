import type { CampaignPreview } from '#calls'

/** A preview in the words of the interface; times are ISO 8601, UTC. */
export function previewView(preview: CampaignPreview): object {
  return {
    accepted: preview.accepted,
    refused: preview.refused,
    duplicates: preview.duplicates,
    refused_rows: preview.refusedRows,
    suppressed: preview.suppressed,
    put_off: preview.putOff,
    starts_at: preview.startsAt,
    finishes_at: preview.finishedAt ?? null,
    unfinished: preview.unfinished,
    attempts: preview.attempts,
    outcomes: preview.outcomes,
    lines_peak: preview.linesPeak,
    hours: preview.hours.map((hour) => ({
      at: hour.at,
      calls: hour.starts,
      answered: hour.answered,
      lines_average: hour.linesAverage,
      lines_peak: hour.linesPeak,
    })),
    rates: {
      ...preview.rates.shares,
      ringSeconds: preview.rates.ringSeconds,
      talkSeconds: preview.rates.talkSeconds,
    },
    rates_learnt_from: preview.ratesLearntFrom,
  }
}
