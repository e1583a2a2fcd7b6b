import { errorMessage, failPoint, OutdialError } from '#base'
import { type Account, campaignTransition } from '#model'
import {
  analyzeCalls,
  answerIdempotencyKey,
  bindIdempotencyKey,
  type Campaign,
  completeCallList,
  databaseNow,
  failCallLists,
  findCampaign,
  findCampaignByName,
  insertCallList,
  insertCampaign,
  type KeyedRequest,
  type ListCounts,
  type ListKey,
  type Queryable,
  type RefusedRow,
  updateCampaignSettings,
} from '#store'
import { type Asker, askingAccount } from './authenticate.ts'
import { type CallTimes, readCallTimes, type TimeChoice } from './call-times.ts'
import { type CampaignChanges, readCampaignEdit } from './campaign-edit.ts'
import { checkUrls } from './check-urls.ts'
import type { CallsContext } from './context.ts'
import { mergeChanges } from './edit-campaign.ts'
import { importTurn } from './import-turn.ts'
import { replacesInvalidCallerId } from './replaces-invalid-caller-id.ts'
import { claimKey, earlierAnswer, type RequestKey } from './request-key.ts'
import type { ImportedRows, ListOptions } from './row-sorter.ts'
import { removeFailedList } from './sweep-uploads.ts'
import { tieCampaign } from './tie-campaign.ts'
import { type PhoneList, uploadLost, writeList } from './write-list.ts'

/** An upload of calls: ranges and lengths of its fields are checked already, meanings are not. */
export interface QueueCalls extends ListOptions {
  readonly asker: Asker
  /** A campaign of its own, or the name of one that is there. */
  readonly target: UploadedCampaign | { readonly addTo: string }
  readonly scheduled: TimeChoice
  readonly expiration: TimeChoice
  /** The same again, under the same key, is the same upload. */
  readonly idempotency?: RequestKey
}

export interface UploadedCampaign {
  /** Unique in the account. */
  readonly name: string
  readonly campaignParameters: string
  readonly startUrl: string
  readonly startMethod: 'post' | 'get'
  readonly resultUrl?: string
  /** 0–10. */
  readonly maxRetries: number
  /** 60–172800. */
  readonly retryIntervalSeconds: number
  /** Further settings, in the words of an edit (`readCampaignEdit`). */
  readonly fields?: Readonly<Record<string, unknown>>
}

export interface QueuedCalls extends ListCounts {
  readonly campaignId: number
  readonly listId: number
  /** The first hundred. */
  readonly refusedRows: readonly RefusedRow[]
}

/** For so many new calls it pays to tell the planner of them. */
const MANY_CALLS = 100_000

/**
 * Queues the calls of a list, as a campaign of their own or in one that is there. They are written as
 * the list is read, and become due together in the transaction that declares the list complete; when
 * this resolves, that is on disk. Of a list that is not read to its end nothing is dialled.
 *
 * @throws OutdialError `authentication`, those of `readCampaignEdit`, `campaign-exists`, `campaign-not-found`, `campaign-closed`,
 *   `list-empty`, `idempotency-key-reused`, those of `readCallTimes`, of the URL check and of the list;
 *   `ListRefusedError`; temporary: `overloaded`, `request-in-progress`, `upload-lost`, `store-…`
 */
export async function queueCalls(
  context: CallsContext,
  request: QueueCalls,
  list: PhoneList,
): Promise<QueuedCalls> {
  const account = await askingAccount(context, request.asker)
  const keyed = request.idempotency && {
    ...request.idempotency,
    accountId: account.accountId,
    method: 'queuecalls',
  }
  const before = await earlierAnswer<QueuedCalls>(context.db, keyed)
  if (before !== undefined) return before
  const { now } = await readTimes(context, account, request)
  const settings = readSettings(request.target, { now, account })
  if (!('addTo' in request.target)) await checkUrls(context, request.target)
  const endTurn = await importTurn(context.db, account.accountId)
  try {
    return await importList(context, { account, request, settings, keyed }, list)
  } finally {
    endTurn()
  }
}

async function readTimes(
  context: CallsContext,
  { timeZone }: Account,
  request: QueueCalls,
): Promise<{ now: Date; times: CallTimes }> {
  const now = context.now?.() ?? (await databaseNow(context.db))
  return { now, times: readCallTimes(request, { now, timeZone }) }
}

function readSettings(
  target: QueueCalls['target'],
  reference: { readonly now: Date; readonly account: Account },
): CampaignChanges {
  const { fields = {} } = 'addTo' in target ? {} : target
  return Object.keys(fields).length === 0 ? {} : readCampaignEdit(fields, reference)
}

async function importList(
  context: CallsContext,
  { account, request, settings, keyed }: Omit<Begin, 'now' | 'times'>,
  list: PhoneList,
): Promise<QueuedCalls> {
  const { now, times } = await readTimes(context, account, request)
  const begun = await begin(context, { account, request, settings, times, now, keyed })
  if ('answer' in begun) return begun.answer
  try {
    const rows = await writeList(context, list, {
      ...begun,
      options: request,
      terms: {
        account,
        now,
        times: begun.times,
        campaignExpiresAt: begun.campaignExpiresAt,
        replacesInvalidCallerId: await replacesInvalidCallerId(context),
      },
    })
    return await complete(context, { list: begun.list, rows, keyed })
  } catch (error) {
    await abandon(context, begun.list)
    throw error
  }
}

interface Begin {
  readonly account: Account
  readonly request: QueueCalls
  readonly settings: CampaignChanges
  readonly times: CallTimes
  readonly now: Date
  readonly keyed: KeyedRequest | undefined
}

interface Begun {
  readonly list: ListKey
  /** What is written to the calls that have none of their own. */
  readonly times: CallTimes
  readonly campaignExpiresAt?: Date | undefined
}

/** From here on the name of the campaign and the key are taken, and the list is `importing`. */
function begin(
  context: CallsContext,
  { account, request, settings, times, now, keyed }: Begin,
): Promise<Begun | { answer: QueuedCalls }> {
  const { accountId } = account
  const { target } = request
  return context.db.transaction(async (tx) => {
    const answer = await claimKey<QueuedCalls>(tx, keyed)
    if (answer !== undefined) return { answer }
    const place =
      'addTo' in target
        ? await joinCampaign(tx, accountId, { name: target.addTo, times, now })
        : await makeCampaign(tx, accountId, { campaign: target, settings, times })
    const list = await insertCallList(tx, { accountId, campaignId: place.campaignId })
    if (keyed !== undefined) await bindIdempotencyKey(tx, keyed, list)
    return { ...place, list }
  })
}

type Place = Omit<Begun, 'list'> & { readonly campaignId: number }

async function makeCampaign(
  tx: Queryable,
  accountId: number,
  { campaign, settings, times }: { campaign: UploadedCampaign } & Pick<Begin, 'settings' | 'times'>,
): Promise<Place> {
  const changes = await tieCampaign(tx, accountId, settings)
  const campaignId = await insertCampaign(tx, { accountId, ...campaign, ...times })
  if (campaignId === undefined) {
    throw new OutdialError(
      'campaign-exists',
      'campaign_name is that of a campaign that exists; choose another, or send add_to_campaign.',
      { field: 'campaign_name' },
    )
  }
  if (Object.keys(changes).length > 0) {
    const made = await findCampaign(tx, { accountId, campaignId })
    if (made !== undefined) await updateCampaignSettings(tx, made, mergeChanges(made, changes))
  }
  const { expiresAt, ...scheduled } = times
  return { campaignId, times: scheduled, campaignExpiresAt: expiresAt }
}

async function joinCampaign(
  tx: Queryable,
  accountId: number,
  { name, times, now }: { name: string; times: CallTimes; now: Date },
): Promise<Place> {
  const key = await findCampaignByName(tx, accountId, name)
  const campaign = key && (await findCampaign(tx, key, { forUpdate: true }))
  if (campaign === undefined || campaign.isDefault) {
    throw new OutdialError(
      'campaign-not-found',
      'add_to_campaign names no campaign that was made by an upload; check its name.',
      { field: 'add_to_campaign' },
    )
  }
  refuseClosed(campaign, now)
  const { campaignId, scheduledAt, expiresAt } = campaign
  // A campaign that has not begun yet begins no earlier for what is added to it.
  const begins = scheduledAt !== undefined && scheduledAt > now ? { scheduledAt } : {}
  return { campaignId, times: { ...begins, ...times }, campaignExpiresAt: expiresAt }
}

/** Nothing would ever dial what is added to it. */
function refuseClosed({ state, draining, expiresAt, beganAt }: Campaign, now: Date): void {
  const status = { state, draining, begun: beganAt !== undefined }
  const expired = expiresAt !== undefined && expiresAt <= now
  if (campaignTransition(status, { kind: 'add-calls' }) !== undefined && !expired) return
  const why = expired ? 'expired' : draining ? 'draining' : state
  throw new OutdialError(
    'campaign-closed',
    `The campaign is ${why}, and takes no further calls; upload them as a new campaign.`,
    { field: 'add_to_campaign' },
  )
}

interface Whole {
  readonly list: ListKey
  readonly rows: ImportedRows
  readonly keyed: KeyedRequest | undefined
}

/** One small transaction: the calls are due, and the answer is known. */
async function complete(context: CallsContext, { list, rows, keyed }: Whole): Promise<QueuedCalls> {
  const { accepted, refused, duplicates, refusedRows } = rows
  const counts = { accepted, refused, duplicates }
  const answer = { campaignId: list.campaignId, listId: list.listId, ...counts, refusedRows }
  if (accepted >= MANY_CALLS) await analyzeCalls(context.db)
  await context.db.transaction(async (tx) => {
    const campaign = await findCampaign(tx, list, { forUpdate: true })
    const now = context.now?.() ?? (await databaseNow(tx))
    // It may have been canceled since.
    if (campaign !== undefined) refuseClosed(campaign, now)
    if ((await completeCallList(tx, list, counts)) === 0) throw uploadLost()
    if (keyed !== undefined) await answerIdempotencyKey(tx, keyed, answer)
    failPoint('a-before-api-commit')
  })
  failPoint('b-after-api-commit')
  return answer
}

/**
 * What the upload has written is nobody's from here on. Little of it is removed at once, much of it by
 * the sweep; which also finds the silent list where not even this can be stored.
 */
async function abandon({ db, log }: CallsContext, list: ListKey): Promise<void> {
  try {
    if ((await failCallLists(db, list)) > 0) await removeFailedList(db, list)
  } catch (error) {
    log.warn('a failed upload could not be removed', {
      listId: list.listId,
      error: errorMessage(error),
    })
  }
}
