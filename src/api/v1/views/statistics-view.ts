import type { CampaignStatistics, OutcomeBucket } from '#calls'
import { DURATION_CLASSES } from '#model'
import { progressView } from './campaign-view.ts'

export function statisticsView(statistics: CampaignStatistics): object {
  const { progress, asOf, dialed, connected, calleeTypes, durations, finish } = statistics
  const { attempts, series, callsPerMinute, nextDialAt } = statistics
  const classes = DURATION_CLASSES.map((from, index) => {
    return { from, to: DURATION_CLASSES[index + 1], calls: durations[index] ?? 0 }
  })
  return {
    as_of: asOf,
    progress: progressView(progress),
    ...{ dialed, connected },
    answer_rate: dialed === 0 ? undefined : connected / dialed,
    callee_types: calleeTypes,
    durations: {
      classes,
      median: rounded(statistics.medianSeconds),
      average: rounded(statistics.averageSeconds),
    },
    attempts,
    outcomes: { bucket_seconds: series.seconds, buckets: series.buckets.map(outcomeBucketView) },
    calls_per_minute: rounded(callsPerMinute),
    ...(finish instanceof Date ? { finish_estimate: finish } : { no_estimate: finish }),
    next_dial_at: nextDialAt,
  }
}

export function outcomeBucketView({ at, calls }: OutcomeBucket): object {
  return { at, outcomes: calls }
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value * 100) / 100
}
