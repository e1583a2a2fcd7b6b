import { DEFAULT_RATES, type OutcomeRates, RATED_ENDINGS, type RatedEnding } from '#model'
import { type AttemptEndings, countAttemptEndings } from '#store'
import type { CallsContext } from './context.ts'

/** Fewer attempts tell too little. */
const FEWEST = 200
const LATEST = 20_000

export interface LearntRates {
  readonly rates: OutcomeRates
  /** From how many attempts; 0: there are too few, and the rates are a guess. */
  readonly attempts: number
}

/** How attempts of an account are likely to end: as its latest ones did. */
export async function learnOutcomeRates(
  { db }: CallsContext,
  accountId: number,
): Promise<LearntRates> {
  const endings = (await countAttemptEndings(db, { accountId, latest: LATEST })).flatMap((row) => {
    const kind = kindOf(row)
    return kind === undefined ? [] : [{ ...row, kind }]
  })
  const attempts = sum(endings.map((row) => row.attempts))
  if (attempts < FEWEST) return { rates: DEFAULT_RATES, attempts: 0 }
  const shares = Object.fromEntries(
    [...Map.groupBy(endings, ({ kind }) => kind)].map(([kind, rows]) => {
      return [kind, sum(rows.map((row) => row.attempts)) / attempts]
    }),
  )
  const answered = endings.filter(({ kind }) => ANSWERED.includes(kind))
  const answers = sum(answered.map((row) => row.attempts))
  if (answers === 0) return { rates: { ...DEFAULT_RATES, shares }, attempts }
  const ringSeconds = sum(answered.map((row) => row.ringSeconds)) / answers
  const talkSeconds = sum(answered.map((row) => row.talkSeconds)) / answers
  return { rates: { shares, ringSeconds, talkSeconds }, attempts }
}

const ANSWERED: readonly RatedEnding[] = ['answered', 'machine', 'fax']

/** Undefined: it says nothing of the next attempt, as a canceled one. */
function kindOf({ outcome, calleeType }: AttemptEndings): RatedEnding | undefined {
  if (outcome === 'answered' || outcome === 'app-error') {
    if (calleeType === 'answeringmachine') return 'machine'
    return calleeType === 'fax' ? 'fax' : 'answered'
  }
  return RATED_ENDINGS.find((kind) => kind === outcome)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
