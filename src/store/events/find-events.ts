import type { CampaignState } from '#model'
import { type CallRow, LISTED_CALL_COLUMNS } from '../calls/list-calls.ts'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { findSettledMoment } from './settled-moment.ts'

/** A place in the order of an account's events: those of one instant by what they are of, and its id. */
export interface EventPlace {
  readonly at: Date
  readonly of: 'campaign' | 'call'
  readonly id: number
}

export type StoredEvent = { readonly place: EventPlace } & (
  | { readonly kind: 'call-ended'; readonly call: CallRow }
  | {
      readonly kind: 'campaign-changed'
      readonly campaign: {
        readonly campaignId: number
        readonly name: string
        readonly state: CampaignState
        readonly draining: boolean
      }
    }
)

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Everything before it has been looked at. */
  readonly next: EventPlace
  /** There was more than one page holds. */
  readonly more: boolean
}

/** Ended calls of all accounts that one look goes through, and events that it gives. */
const MOST_LOOKED_AT = 2000
const MOST_CAMPAIGNS = 200
const LAST_ID = 2 ** 31 - 1

/**
 * What happened to an account's calls and campaigns after a place, in order, as the tables tell it: nothing is
 * written for it. Only what is older than every transaction that may still commit an earlier event is given, so
 * that whoever goes on from `next` misses nothing; but what a transaction of more than a minute writes may be missed.
 */
export async function findEvents(
  db: Queryable,
  { accountId, after }: { readonly accountId: number; readonly after: EventPlace },
): Promise<EventPage> {
  const settled = await findSettledMoment(db)
  if (settled <= after.at) return { events: [], next: after, more: false }
  const looked = await db.query<CallRow & { scanned: number }>(ENDED_CALLS, [
    ...[accountId, after.at, after.of === 'call' ? after.id : 0, settled, MOST_LOOKED_AT],
  ])
  const last = looked.at(-1)
  // Calls of others are only counted, and the last one looked at is given as a place.
  const isFull = last !== undefined && last.scanned >= MOST_LOOKED_AT
  const until: EventPlace = isFull
    ? { at: last.endedAt ?? settled, of: 'call', id: last.callId }
    : { at: settled, of: 'campaign', id: 0 }
  const campaigns = await db.query<CampaignRow>(CHANGED_CAMPAIGNS, [
    ...[accountId, after.at, after.of === 'campaign' ? after.id : LAST_ID, until.at],
    ...[isFull, MOST_CAMPAIGNS],
  ])
  const events = [
    ...looked.filter((row) => row.accountId === accountId).map(callEvent),
    ...campaigns.map(campaignEvent),
  ].sort((one, other) => compare(one.place, other.place))
  const lastCampaign = campaigns.at(-1)
  if (campaigns.length < MOST_CAMPAIGNS || lastCampaign === undefined) {
    return { events, next: until, more: isFull }
  }
  const { place } = campaignEvent(lastCampaign)
  return { events: events.filter((one) => compare(one.place, place) <= 0), next: place, more: true }
}

/** In the order of time; of one instant campaigns go first. */
function compare(one: EventPlace, other: EventPlace): number {
  return one.at.getTime() - other.at.getTime() || rank(one) - rank(other) || one.id - other.id
}

function rank({ of }: EventPlace): number {
  return of === 'campaign' ? 0 : 1
}

function callEvent({ scanned: _, ...row }: CallRow & { scanned: number }): StoredEvent {
  const call = withoutNulls<CallRow>(row)
  const at = call.endedAt ?? call.createdAt
  return { place: { at, of: 'call', id: call.callId }, kind: 'call-ended', call }
}

interface CampaignRow {
  readonly campaignId: number
  readonly name: string
  readonly state: CampaignState
  readonly draining: boolean
  readonly at: Date
}

function campaignEvent({ at, ...campaign }: CampaignRow): StoredEvent {
  const place = { at, of: 'campaign', id: campaign.campaignId } as const
  return { place, kind: 'campaign-changed', campaign }
}

/** Rows of other accounts are there only where they are the last of a full page. */
const ENDED_CALLS = `
  WITH looked AS MATERIALIZED (
    SELECT account_id, call_id, row_number() OVER (ORDER BY ended_at, call_id) AS place,
      count(*) OVER () AS scanned
    FROM (
      SELECT account_id, call_id, ended_at FROM calls
      WHERE state = 'ended' AND (ended_at, call_id) > ($2, $3) AND ended_at < $4
      ORDER BY ended_at, call_id LIMIT $5
    ) settled
  )
  SELECT ${LISTED_CALL_COLUMNS}, looked.scanned
  FROM looked JOIN calls c USING (account_id, call_id)
    JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
  WHERE c.account_id = $1 OR (looked.place = looked.scanned AND looked.scanned = $5)
  ORDER BY looked.place`

const CHANGED_CAMPAIGNS = `
  SELECT campaign_id AS "campaignId", name, state, draining, state_changed_at AS at
  FROM campaigns
  WHERE account_id = $1 AND NOT is_default
    AND (state_changed_at, campaign_id) > ($2, $3)
    AND (state_changed_at < $4 OR ($5 AND state_changed_at = $4))
  ORDER BY state_changed_at, campaign_id LIMIT $6`
