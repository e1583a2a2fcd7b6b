import { OutdialError, seededRandom, sleep } from '#base'
import {
  type Account,
  CampaignSimulation,
  type CampaignTrial,
  DispatchRuling,
  mergeRetryPolicies,
  type NumberAttempt,
  type OutcomeRates,
  readOutcomeRates,
  type SimulatedCall,
  type SimulatedLimits,
  type TrialOutcome,
} from '#model'
import {
  type AccountSettings,
  databaseNow,
  findAccountSettings,
  findForbiddenNumbers,
  findNumberAttempts,
  type ListCounts,
  type ListedCall,
  listTrunks,
  type RefusedRow,
} from '#store'
import { type CallTimes, readCallTimes, type TimeChoice } from './call-times.ts'
import { type CampaignChanges, readCampaignEdit } from './campaign-edit.ts'
import type { CallsContext } from './context.ts'
import { findDayUse } from './daily-room.ts'
import { accountNotFound } from './find-account.ts'
import { learnOutcomeRates } from './learn-outcome-rates.ts'
import { replacesInvalidCallerId } from './replaces-invalid-caller-id.ts'
import { type ListOptions, RowSorter } from './row-sorter.ts'
import { tieCampaign } from './tie-campaign.ts'
import type { PhoneList } from './write-list.ts'

/** A campaign that is only tried out. */
export interface PreviewCampaign extends ListOptions {
  readonly account: Account
  readonly scheduled: TimeChoice
  readonly expiration: TimeChoice
  /** The campaign's settings, in the words of an edit of it (`readCampaignEdit`). */
  readonly fields: Readonly<Record<string, unknown>>
  /** As `readOutcomeRates` reads them; absent: as the account's latest attempts ended. */
  readonly rates?: unknown
  /** The same seed, list and settings give the same preview, but for the time of day. */
  readonly seed: string
  /** Absent: those of the store. */
  readonly trunks?: ReadonlyMap<string, SimulatedLimits>
}

export interface CampaignPreview extends ListCounts, TrialOutcome {
  readonly startsAt: Date
  /** The first hundred. */
  readonly refusedRows: readonly RefusedRow[]
  readonly rates: OutcomeRates
  /** From how many attempts of the account the rates were learnt, as far as they were not given. */
  readonly ratesLearntFrom: number
}

/** A trial holds all its calls in memory. */
const MOST_CALLS = 250_000
/** Between two looks at what else there is to do. */
const CLAIMS_AT_ONCE = 100
const NUMBERS_AT_ONCE = 10_000

/**
 * What would become of a list with these settings: who would be refused, who would never be dialled and
 * why, how many calls an hour, how many lines, and when the last call would end. Dials and writes nothing.
 *
 * @throws OutdialError `preview-too-long`, `account-not-found`, `rule-invalid`, those of `readCallTimes`, of
 *   `readCampaignEdit` and of the list; `ListRefusedError`
 */
export async function previewCampaign(
  context: CallsContext,
  request: PreviewCampaign,
  list: PhoneList,
): Promise<CampaignPreview> {
  const { db } = context
  const { account } = request
  const now = context.now?.() ?? (await databaseNow(db))
  const times = readCallTimes(request, { now, timeZone: account.timeZone })
  const settings = await tieCampaign(db, account.accountId, readSettings(request, now))
  const rules = await findAccountSettings(db, account.accountId)
  if (rules === undefined) throw accountNotFound()
  const learnt = await learnOutcomeRates(context, account.accountId)
  const rates =
    request.rates === undefined ? learnt.rates : readOutcomeRates(request.rates, learnt.rates)
  const terms = {
    account,
    now,
    times,
    campaignExpiresAt: settings.expiresAt ?? undefined,
    replacesInvalidCallerId: await replacesInvalidCallerId(context),
  }
  const calls: ListedCall[] = []
  const sink = { add: (call: ListedCall) => void calls.push(call), addRefused: () => {} }
  const sorter = new RowSorter(request, terms, sink)
  for await (const rows of list) {
    for (const row of rows) sorter.take(row)
    refuseLongList(calls)
  }
  sorter.refuseUseless()
  const trial = await prepareTrial(context, { request, calls, rules, settings, rates, now })
  const trialOutcome = await runTrial(context, trial)
  return {
    ...sorter.result(),
    ...trialOutcome,
    startsAt: firstDueAt(times, now),
    rates,
    ratesLearntFrom: learnt.attempts,
  }
}

function readSettings({ fields, account }: PreviewCampaign, now: Date): CampaignChanges {
  return Object.keys(fields).length === 0 ? {} : readCampaignEdit(fields, { now, account })
}

function firstDueAt({ scheduledAt }: CallTimes, now: Date): Date {
  return scheduledAt ?? now
}

function refuseLongList({ length }: readonly ListedCall[]): void {
  if (length <= MOST_CALLS) return
  throw new OutdialError(
    'preview-too-long',
    `phone_list has more than ${MOST_CALLS} calls; preview a part of it.`,
    { field: 'phone_list' },
  )
}

interface Preparation {
  readonly request: PreviewCampaign
  readonly calls: readonly ListedCall[]
  readonly rules: AccountSettings
  readonly settings: CampaignChanges
  readonly rates: OutcomeRates
  readonly now: Date
}

async function prepareTrial(
  context: CallsContext,
  { request, calls, rules, settings, rates, now }: Preparation,
): Promise<CampaignTrial> {
  const { db } = context
  const { serializesNumbers, lines, callsPerSecond } = rules
  const { accountId } = request.account
  const ruling = new DispatchRuling({
    ...rules,
    ...(settings.callingWindow ? { campaignWindow: settings.callingWindow } : {}),
    ...(settings.holidays ? { campaignHolidays: settings.holidays } : {}),
  })
  const numbers = [...new Set(calls.map(({ destination }) => destination))]
  return {
    calls: await readyCalls(context, { accountId, calls, numbers, settings }),
    histories: ruling.looksBack
      ? await findHistories(context, { accountId, numbers, now })
      : new Map(),
    from: now,
    ruling,
    daily: { ...rules, used: await findDayUse(db, { accountId, ...rules }, now) },
    retryPolicy: mergeRetryPolicies(settings.retryPolicy ?? undefined, rules.retryPolicy),
    maxRetries: settings.maxRetries ?? 0,
    retryIntervalSeconds: settings.retryIntervalSeconds ?? 300,
    serializesNumbers,
    installation: context.settings.installation ?? {},
    account: { lines, callsPerSecond },
    campaign: {
      lines: settings.lines ?? undefined,
      callsPerSecond: settings.callsPerSecond ?? undefined,
    },
    trunks: request.trunks ?? (await trunksOfStore(context)),
    rates,
    random: seededRandom(request.seed),
  }
}

interface Numbers {
  readonly accountId: number
  readonly numbers: readonly string[]
}

async function readyCalls(
  { db }: CallsContext,
  { accountId, calls, numbers, settings }: Numbers & Pick<Preparation, 'calls' | 'settings'>,
): Promise<SimulatedCall[]> {
  const reasons = new Map<string, string>()
  for (const some of chunks(numbers)) {
    const asked = some.map((destination) => ({ accountId, destination }))
    for (const { destination, reason } of await findForbiddenNumbers(db, asked)) {
      reasons.set(destination, reason)
    }
  }
  return calls.map(({ destination, timeZone, dueAt, expiresAt: own }) => {
    const expiresAt = own ?? settings.expiresAt ?? undefined
    return { destination, timeZone, dueAt, expiresAt, forbidden: reasons.get(destination) }
  })
}

/** An attempt that is in progress is taken to end now. */
async function findHistories(
  { db }: CallsContext,
  { accountId, numbers, now }: Numbers & { readonly now: Date },
): Promise<Map<string, NumberAttempt[]>> {
  const histories = new Map<string, NumberAttempt[]>()
  for (const some of chunks(numbers)) {
    const asked = some.map((destination) => ({ accountId, destination }))
    for (const { destination, dialedAt, endedAt = now } of await findNumberAttempts(db, asked)) {
      histories.set(destination, [...(histories.get(destination) ?? []), { dialedAt, endedAt }])
    }
  }
  return histories
}

function* chunks(numbers: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < numbers.length; at += NUMBERS_AT_ONCE) {
    yield numbers.slice(at, at + NUMBERS_AT_ONCE)
  }
}

/** Where there is none yet, one that has no limits. */
async function trunksOfStore({ db }: CallsContext): Promise<Map<string, SimulatedLimits>> {
  const trunks = await listTrunks(db)
  if (trunks.length === 0) return new Map([['any', {}]])
  return new Map(trunks.map(({ name, lines, callsPerSecond }) => [name, { lines, callsPerSecond }]))
}

/** Lets others have their turn now and then: real calls go on meanwhile. */
async function runTrial({ clock }: CallsContext, trial: CampaignTrial): Promise<TrialOutcome> {
  const simulation = new CampaignSimulation(trial)
  while (!simulation.advance(CLAIMS_AT_ONCE)) await sleep(clock, 0)
  return simulation.outcome()
}
