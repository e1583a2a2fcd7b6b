import { assert, failPoint, OutdialError, traceStop, WriteGroup } from '#base'
import { type PhoneNumber, parsePhoneNumber } from '#model'
import {
  answerIdempotencyKey,
  DEFAULT_CAMPAIGN,
  databaseNow,
  ensureDefaultCampaign,
  insertCalls,
  type KeyedRequest,
  type NewCall,
  type Queryable,
} from '#store'
import { type Asker, askingAccount } from './authenticate.ts'
import { readCallTimes, type TimeChoice } from './call-times.ts'
import { checkUrls } from './check-urls.ts'
import { type CallsContext, moment } from './context.ts'
import { destinationCheck } from './number-objection.ts'
import { replacesInvalidCallerId } from './replaces-invalid-caller-id.ts'
import { claimKey, earlierAnswer, type RequestKey } from './request-key.ts'
import { type ToldEvent, tellEvents } from './tell-events.ts'

/** One call to be queued: ranges and lengths are checked already, meanings are not. */
export interface QueueCall {
  readonly asker: Asker
  readonly phoneNumber: string
  readonly startUrl: string
  /** Absent: no result is posted. */
  readonly resultUrl?: string
  readonly messageReference: string
  readonly callParameters: string
  /** 0–10. */
  readonly maxRetries: number
  /** 60–172800. */
  readonly retryIntervalSeconds: number
  readonly scheduled: TimeChoice
  readonly expiration: TimeChoice
  /** The same again, under the same key, is the same call. */
  readonly idempotency?: RequestKey
}

export interface QueuedCall {
  readonly callId: number
}

/**
 * Queues one call in the account's default campaign; when this resolves, the call is on disk.
 *
 * @throws OutdialError `authentication`, `invalid-phone-number`, `destination-not-allowed`,
 *   `invalid-caller-id`, `idempotency-key-reused`, those of `readCallTimes` and of the URL check; temporary: `overloaded`,
 *   `request-in-progress`, `store-…`
 */
export async function queueCall(context: CallsContext, request: QueueCall): Promise<QueuedCall> {
  traceStop('calls/queue-call')
  const account = await askingAccount(context, request.asker)
  const keyed = request.idempotency && {
    ...request.idempotency,
    accountId: account.accountId,
    method: 'queuecall',
  }
  const before = await earlierAnswer<QueuedCall>(context.db, keyed)
  if (before !== undefined) return before
  const number = parsePhoneNumber(request.phoneNumber, account)
  destinationCheck(account)(number)
  await refuseInvalidCallerId(context, number)
  const now = context.now?.() ?? (await databaseNow(context.db))
  const times = readCallTimes(request, { now, timeZone: account.timeZone })
  await checkUrls(context, request)
  const campaignId = await ensureDefaultCampaign(context.db, account.accountId)
  const call: NewCall = {
    accountId: account.accountId,
    campaignId,
    phoneNumber: number.submitted,
    destination: number.destination,
    callerId: number.callerId,
    postDial: number.postDial,
    startUrl: request.startUrl,
    resultUrl: request.resultUrl,
    messageReference: request.messageReference,
    callParameters: request.callParameters,
    maxRetries: request.maxRetries,
    retryIntervalSeconds: request.retryIntervalSeconds,
    ...times,
    ...moment(context),
  }
  const told = { call, eventsUrl: account.eventsUrl }
  const queued = keyed
    ? await insertKeyed(context, keyed, told)
    : { callId: await groupOf(context).add(told) }
  failPoint('b-after-api-commit')
  return queued
}

/** With its key, in one transaction. */
function insertKeyed(
  context: CallsContext,
  keyed: KeyedRequest,
  told: ToldCall,
): Promise<QueuedCall> {
  return context.db.transaction(async (tx) => {
    const meanwhile = await claimKey<QueuedCall>(tx, keyed)
    if (meanwhile !== undefined) return meanwhile
    const [callId] = await insertAndTell(context, tx, [told])
    assert(callId !== undefined, 'an insertion returns an id for each call')
    await answerIdempotencyKey(tx, keyed, { callId })
    failPoint('a-before-api-commit')
    return { callId }
  })
}

interface ToldCall {
  readonly call: NewCall
  readonly eventsUrl: string | undefined
}

async function insertAndTell(
  context: CallsContext,
  tx: Queryable,
  told: readonly ToldCall[],
): Promise<number[]> {
  const ids = await insertCalls(
    tx,
    told.map(({ call }) => call),
  )
  const events = told.flatMap(({ call, eventsUrl }, index): ToldEvent[] => {
    const callId = ids[index]
    if (eventsUrl === undefined || callId === undefined) return []
    const claim = { ...call, callId, campaignName: DEFAULT_CAMPAIGN, eventsUrl }
    return [{ claim, state: 'queued', attempt: 0, details: { next_attempt_at: call.scheduledAt } }]
  })
  await tellEvents(context, tx, events)
  return ids
}

/** Two writes at once keep the disk busy; what comes meanwhile shares the next one. */
const AT_ONCE = 2
const MOST_CALLS = 200

/** One a server. */
const groups = new WeakMap<CallsContext, WriteGroup<ToldCall, number>>()

function groupOf(context: CallsContext): WriteGroup<ToldCall, number> {
  const group =
    groups.get(context) ??
    new WriteGroup({
      write: (calls) => {
        failPoint('a-before-api-commit')
        // One that tells nobody costs no transaction.
        return calls.some(({ eventsUrl }) => eventsUrl !== undefined)
          ? context.db.transaction((tx) => insertAndTell(context, tx, calls))
          : insertAndTell(context, context.db, calls)
      },
      atOnce: AT_ONCE,
      most: MOST_CALLS,
      concernsAll: (error) => error instanceof OutdialError && error.temporary,
    })
  groups.set(context, group)
  return group
}

async function refuseInvalidCallerId(context: CallsContext, number: PhoneNumber): Promise<void> {
  if (number.invalidCallerId === undefined || (await replacesInvalidCallerId(context))) return
  throw new OutdialError(
    'invalid-caller-id',
    'phone_number has an ;ani= that is not ten digits; send ten digits without the leading 1, or none.',
    { field: 'phone_number' },
  )
}
