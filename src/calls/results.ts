import { OutdialError } from '#base'
import {
  type DisabledResultUrl,
  databaseNow,
  enableResultUrl as deleteDisabledUrl,
  type FoundResult,
  findResult,
  findResultTries,
  listDisabledResultUrls,
  listResults as listRows,
  type Replay,
  type ResultHistory,
  type ResultRow,
  type ResultState,
  replayResults as replayRows,
} from '#store'
import { type CallsContext, moment } from './context.ts'

/** Replayed in one transaction. */
const BATCH = 1000

/** A result or an event by the id that its receiver sees. */
export interface ResultName {
  readonly accountId: number
  readonly webhookId: string
}

/** What is posted, how far its delivery has come, and what came of each try. */
export interface ResultDescription extends FoundResult {
  readonly history: ResultHistory['tries']
}

export interface ListResults {
  readonly accountId: number
  readonly state?: ResultState | undefined
  readonly callId?: number | undefined
  /** The id of the last one of the page before. */
  readonly before?: string | undefined
  readonly limit: number
}

/**
 * Results and events, those of the newest calls first.
 *
 * @throws OutdialError `result-not-found`, of `before`
 */
export async function listResults(
  { db }: CallsContext,
  { before, ...listing }: ListResults,
): Promise<ResultRow[]> {
  if (before === undefined) return listRows(db, listing)
  const place = await findResult(db, { accountId: listing.accountId, webhookId: before })
  if (place === undefined) throw resultNotFound()
  return listRows(db, { ...listing, before: place })
}

/** @throws OutdialError `result-not-found` */
export async function describeResult(
  { db }: CallsContext,
  name: ResultName,
): Promise<ResultDescription> {
  const found = await findResult(db, name)
  if (found === undefined) throw resultNotFound()
  const history = await findResultTries(db, found)
  return { ...found, history: history?.tries ?? [] }
}

/**
 * Posts one again that was delivered or given up: at once, with its id and its bytes as they were, and with
 * the whole schedule before it.
 *
 * @throws OutdialError `result-not-found`; `result-pending`: it is still being tried
 */
export async function replayResult(
  context: CallsContext,
  name: ResultName,
): Promise<ResultDescription> {
  const replayed = await replayRows(context.db, name, 1, moment(context).now)
  const result = await describeResult(context, name)
  if (replayed > 0) return result
  const sentence = `${name.webhookId} is still being tried, next at ${result.dueAt.toISOString()}; wait for it.`
  throw new OutdialError('result-pending', sentence)
}

/** Posts again what was given up, or what was delivered, in a time or to a URL. Returns how many. */
export async function replayResults(
  context: CallsContext,
  replay: Omit<Replay, 'webhookId'>,
): Promise<number> {
  const now = moment(context).now ?? (await databaseNow(context.db))
  let total = 0
  for (;;) {
    const replayed = await replayRows(context.db, replay, BATCH, now)
    total += replayed
    if (replayed < BATCH) return total
  }
}

/** URLs that answered 410, in their order. */
export function disabledResultUrls(
  { db }: CallsContext,
  listing: { accountId: number; after?: string | undefined; limit: number },
): Promise<DisabledResultUrl[]> {
  return listDisabledResultUrls(db, listing)
}

/**
 * Results go there again from now on; what was given up meanwhile is to be replayed.
 *
 * @throws OutdialError `result-url-not-disabled`
 */
export async function enableResultUrl(
  { db }: CallsContext,
  target: { readonly accountId: number; readonly url: string },
): Promise<void> {
  if ((await deleteDisabledUrl(db, target)) > 0) return
  const sentence = 'This URL is not disabled; look at the list of those that are.'
  throw new OutdialError('result-url-not-disabled', sentence, { field: 'url' })
}

export function resultNotFound(): OutdialError {
  const sentence = 'There is no such result, or it is another account’s; check its id.'
  return new OutdialError('result-not-found', sentence)
}
