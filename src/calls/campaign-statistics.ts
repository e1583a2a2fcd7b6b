import {
  type CalleeType,
  DURATION_CLASSES,
  estimateFinish,
  medianDuration,
  type NoEstimate,
  type Outcome,
  seriesLength,
} from '#model'
import {
  type CallTotals,
  type CampaignKey,
  databaseNow,
  findAttemptTotals,
  findCampaignSeries,
  findCampaignSpan,
  findCampaignTotals,
  findNextCall,
  findStatisticsMoment,
  type OutcomeCount,
} from '#store'
import type { CallsContext } from './context.ts'
import { type CampaignDescription, describeCampaign } from './describe-campaign.ts'
import { explainCall } from './explain-call.ts'
import type { OutcomeBucket } from './overview.ts'

const MOST_BUCKETS = 60
const BUCKET_MS = 300_000
/** Besides the present five minutes. */
const RECENT_BUCKETS = 2

/** What a campaign's calls have come to. */
export interface CampaignStatistics {
  /** Up to the moment, unlike all others. */
  readonly progress: CampaignDescription['progress']
  /** Calls that ended before then are counted. */
  readonly asOf: Date
  /** Ended calls with an attempt, and those of them that somebody, or something, answered. */
  readonly dialed: number
  readonly connected: number
  readonly calleeTypes: Readonly<Partial<Record<CalleeType, number>>>
  /** Of connected calls; one a class of the model. */
  readonly durations: readonly number[]
  readonly medianSeconds?: number
  readonly averageSeconds?: number
  /** Of ended calls. */
  readonly attempts: Readonly<Partial<Record<Outcome, number>>>
  readonly series: { readonly seconds: number; readonly buckets: readonly OutcomeBucket[] }
  /** That ended, over the last ten to fifteen minutes. */
  readonly callsPerMinute: number
  readonly finish: Date | NoEstimate
  /** When its next call can be dialled, as far as that can be foreseen. */
  readonly nextDialAt?: Date
}

/** @throws OutdialError `campaign-not-found` */
export async function campaignStatistics(
  context: CallsContext,
  key: CampaignKey,
): Promise<CampaignStatistics> {
  const { db } = context
  const campaign = await describeCampaign(context, key)
  const now = context.now?.() ?? (await databaseNow(db))
  const [asOf, totals, attempts, series] = await Promise.all([
    findStatisticsMoment(db),
    findCampaignTotals(db, key),
    findAttemptTotals(db, key),
    seriesOf(context, key),
  ])
  const callsPerMinute = await paceOf(context, { campaign, asOf })
  return {
    progress: campaign.progress,
    asOf,
    ...sumsOf(totals),
    attempts,
    series,
    callsPerMinute,
    ...(await finishOf(context, { campaign, now, callsPerMinute })),
  }
}

function sumsOf(
  totals: readonly CallTotals[],
): Pick<
  CampaignStatistics,
  'dialed' | 'connected' | 'calleeTypes' | 'durations' | 'medianSeconds' | 'averageSeconds'
> {
  const sum = (rows: readonly CallTotals[], of: 'calls' | 'dialed' | 'seconds'): number =>
    rows.reduce((total, row) => total + row[of], 0)
  const answered = totals.filter(({ durationClass }) => durationClass > 0)
  const connected = sum(answered, 'calls')
  const durations = DURATION_CLASSES.map((_, index) =>
    sum(
      answered.filter(({ durationClass }) => durationClass === index + 1),
      'calls',
    ),
  )
  const types = new Set(answered.map(({ calleeType }) => calleeType))
  const medianSeconds = medianDuration(durations)
  return {
    dialed: sum(totals, 'dialed'),
    connected,
    durations,
    calleeTypes: Object.fromEntries(
      [...types].map((type) => {
        const own = answered.filter(({ calleeType }) => calleeType === type)
        return [type || 'unknown', sum(own, 'calls')]
      }),
    ),
    ...(medianSeconds !== undefined && {
      medianSeconds,
      averageSeconds: sum(answered, 'seconds') / connected,
    }),
  }
}

/** From the first call that ended to the last, without a gap. */
async function seriesOf(
  { db }: CallsContext,
  key: CampaignKey,
): Promise<CampaignStatistics['series']> {
  const span = await findCampaignSpan(db, key)
  if (span === undefined) return { seconds: BUCKET_MS / 1000, buckets: [] }
  const endMs = span.last.getTime() + BUCKET_MS
  const seconds = seriesLength((endMs - span.first.getTime()) / 1000, MOST_BUCKETS)
  const rows = await findCampaignSeries(db, { ...key, seconds })
  const lengthMs = seconds * 1000
  const firstMs = Math.floor(span.first.getTime() / lengthMs) * lengthMs
  const length = Math.ceil((endMs - firstMs) / lengthMs)
  const buckets = Array.from({ length }, (_, index) => {
    const at = new Date(firstMs + index * lengthMs)
    return { at, calls: outcomesAt(rows, at) }
  })
  return { seconds, buckets }
}

function outcomesAt(rows: readonly OutcomeCount[], at: Date): OutcomeBucket['calls'] {
  const own = rows.filter(({ bucket }) => bucket.getTime() === at.getTime())
  return Object.fromEntries(own.map(({ outcome, calls }) => [outcome, calls]))
}

/** Calls that ended in a minute, of late; of one that has just begun, since then. */
async function paceOf(
  { db }: CallsContext,
  given: { readonly campaign: CampaignDescription; readonly asOf: Date },
): Promise<number> {
  const { campaign, asOf } = given
  const presentMs = Math.floor(asOf.getTime() / BUCKET_MS) * BUCKET_MS
  const from = new Date(presentMs - RECENT_BUCKETS * BUCKET_MS)
  const rows = await findCampaignSeries(db, { ...campaign, seconds: BUCKET_MS / 1000, from })
  const ended = rows.reduce((sum, { calls }) => sum + calls, 0)
  const beganMs = Math.max(from.getTime(), campaign.beganAt?.getTime() ?? 0)
  const minutes = Math.max(1000, asOf.getTime() - beganMs) / 60_000
  return ended / minutes
}

async function finishOf(
  context: CallsContext,
  given: {
    readonly campaign: CampaignDescription
    readonly now: Date
    readonly callsPerMinute: number
  },
): Promise<Pick<CampaignStatistics, 'finish' | 'nextDialAt'>> {
  const { campaign, now, callsPerMinute } = given
  const { state, progress } = campaign
  const next = await findNextCall(context.db, campaign)
  const explained = next && (await explainCall(context, { callId: next.callId }))
  const finish = estimateFinish({
    ...{ now, state, left: progress.queued + progress.inProgress },
    verdicts: explained?.verdicts ?? [],
    nextDueAt: next?.dueAt,
    endedPerSecond: callsPerMinute / 60,
  })
  const nextDialAt = explained?.nextDialAt
  return { finish, ...(nextDialAt && { nextDialAt }) }
}
