import { randomHex } from '#base'
import { type CallEventContent, type ClaimedCall, callEvent } from '#model'
import { insertEvents, type Queryable } from '#store'
import { type CallsContext, moment } from './context.ts'

/** What a call's event tells, and of which call. */
export interface ToldEvent extends Omit<CallEventContent, 'atMs'> {
  readonly claim: Pick<
    ClaimedCall,
    | 'accountId'
    | 'callId'
    | 'campaignId'
    | 'campaignName'
    | 'phoneNumber'
    | 'messageReference'
    | 'eventsUrl'
  >
}

/** Puts events into the outbox, of those calls whose campaign or account names a URL for them. */
export async function tellEvents(
  context: CallsContext,
  tx: Queryable,
  told: readonly ToldEvent[],
): Promise<void> {
  const { now } = moment(context)
  const atMs = now?.getTime() ?? context.clock.now()
  const events = told.flatMap(({ claim, ...content }) => {
    const { accountId, callId, eventsUrl: url } = claim
    if (url === undefined) return []
    const webhookId = `evt_${randomHex(context.random, 16)}`
    return [{ accountId, callId, webhookId, url, ...callEvent(claim, { ...content, atMs }) }]
  })
  if (events.length > 0) await insertEvents(tx, events, now)
}

/**
 * Does a `write` and, where it wrote anything, tells of it in the same transaction. A call that tells nobody
 * costs no transaction. Returns how many rows were written.
 */
export async function writeAndTell(
  context: CallsContext,
  event: ToldEvent,
  write: (db: Queryable) => Promise<number>,
): Promise<number> {
  if (event.claim.eventsUrl === undefined) return write(context.db)
  return context.db.transaction(async (tx) => {
    const written = await write(tx)
    if (written > 0) await tellEvents(context, tx, [event])
    return written
  })
}
