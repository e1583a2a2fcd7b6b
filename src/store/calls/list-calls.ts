import type { CallState, Outcome } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CALL_COLUMNS, type CallRecord } from './find-call.ts'
import { findCallIdSince } from './find-call-id-since.ts'
import {
  type CallSearchStatement,
  type IdRange,
  isOfStandingAlone,
  searchAll,
  searchNewest,
} from './search-calls.ts'

export type CallRow = Omit<CallRecord, 'attempts' | 'result'> & {
  /** Made so far. */
  readonly attemptsMade: number
}

/** A `CallRow`, from `calls c` and `campaigns p`; null where absent. */
export const LISTED_CALL_COLUMNS = `${CALL_COLUMNS}, c.attempts AS "attemptsMade"`

/** Which calls of an account; absent: any. */
export interface CallFilter {
  readonly accountId: number
  readonly campaignId?: number | undefined
  readonly state?: CallState | undefined
  readonly outcome?: Outcome | undefined
  /** E.164. */
  readonly destination?: string | undefined
  /** Not empty. */
  readonly messageReference?: string | undefined
  /** From then on. */
  readonly createdFrom?: Date | undefined
  /** Before then. */
  readonly createdTo?: Date | undefined
}

export interface CallListing extends CallFilter {
  /** Only older ones than this. */
  readonly beforeId?: number | undefined
  readonly limit: number
}

/** Calls, the newest first, without their attempts. */
export async function listCalls(db: Queryable, listing: CallListing): Promise<CallRow[]> {
  const search = { ...listing, ids: await idRange(db, listing) }
  const find = async ({ sql, params }: CallSearchStatement): Promise<CallRow[]> => {
    const rows = await db.query<CallRow>(withColumns(sql), params)
    return rows.map((row) => withoutNulls<CallRow>(row))
  }
  const newest = isOfStandingAlone(search) ? await find(searchNewest(search)) : []
  return newest.length === listing.limit ? newest : find(searchAll(search))
}

/** The first parameter of each search is the account. */
function withColumns(search: string): string {
  return `
    WITH page AS MATERIALIZED (${search})
    SELECT ${LISTED_CALL_COLUMNS}
    FROM page JOIN calls c ON c.account_id = $1 AND c.call_id = page.call_id
    JOIN campaigns p ON p.account_id = c.account_id AND p.campaign_id = c.campaign_id
    ORDER BY c.call_id DESC`
}

/** Ids are drawn in the order of time, but for calls that were queued in overlapping transactions. */
const OVERLAP_MS = 600_000

/** Spares the index of creation times that every change of a call would have to write to. */
async function idRange(db: Queryable, listing: CallListing): Promise<IdRange> {
  const { accountId, createdFrom, createdTo, beforeId } = listing
  const idAt = (moment: Date, shiftMs: number): Promise<number> =>
    findCallIdSince(db, accountId, new Date(moment.getTime() + shiftMs))
  const from = createdFrom && (await idAt(createdFrom, -OVERLAP_MS))
  const to = createdTo && (await idAt(createdTo, OVERLAP_MS))
  const before = Math.min(beforeId ?? Number.POSITIVE_INFINITY, to ?? Number.POSITIVE_INFINITY)
  return {
    ...(from === undefined ? {} : { from }),
    ...(before === Number.POSITIVE_INFINITY ? {} : { before }),
  }
}
