import { type CallState, OUTCOMES, type Outcome } from '#model'
import type { Queryable } from '../database/database.ts'
import { withoutNulls } from '../database/row.ts'
import { CALL_COLUMNS, type CallRecord } from './find-call.ts'
import { findCallIdSince } from './find-call-id-since.ts'

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
  const statement = new ListStatement(listing, await idRange(db, listing))
  const rows = await db.query<CallRow>(statement.sql(), statement.params)
  return rows.map((row) => withoutNulls<CallRow>(row))
}

interface IdRange {
  readonly from?: number
  readonly before?: number
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

/** As long as the clauses, so that none is looked for where another would do. */
class ListStatement {
  readonly params: unknown[] = []
  readonly #listing: CallListing
  readonly #clauses: string[]

  constructor(listing: CallListing, ids: IdRange) {
    this.#listing = listing
    this.#clauses = [`account_id = ${this.#param(listing.accountId)}`]
    this.#add('campaign_id =', listing.campaignId)
    this.#add('destination =', listing.destination)
    this.#add('message_reference =', listing.messageReference)
    this.#add('created_at >=', listing.createdFrom)
    this.#add('created_at <', listing.createdTo)
    this.#add('call_id >=', ids.from)
    this.#add('call_id <', ids.before)
  }

  sql(): string {
    const page = `ORDER BY call_id DESC LIMIT ${this.#param(this.#listing.limit)}`
    return `
      WITH page AS MATERIALIZED (
        SELECT call_id FROM (${this.#groups(page)}) grouped ${page}
      )
      SELECT ${LISTED_CALL_COLUMNS}
      FROM page JOIN calls c USING (call_id) JOIN campaigns p USING (account_id, campaign_id)
      ORDER BY c.call_id DESC`
  }

  /** Each group is read in order from an index of its own. */
  #groups(page: string): string {
    const { destination, messageReference, state, outcome, campaignId } = this.#listing
    if (destination !== undefined || messageReference !== undefined) {
      const named = messageReference === undefined ? '' : `AND message_reference <> ''`
      const settled = `SELECT call_id FROM calls WHERE ${this.#where()} AND ${SETTLED} ${named}
        ${this.#stands()} ${page}`
      return `(${settled}) UNION ALL (${this.#busy()})`
    }
    if (state === undefined && outcome === undefined) {
      return `SELECT call_id FROM calls WHERE ${this.#where()} ${page}`
    }
    if (state !== undefined && state !== 'queued' && state !== 'ended') return this.#busy()
    const standings = standingsOf(state, outcome)
    if (campaignId !== undefined) {
      // PostgreSQL knows how frequent it is, and takes the index that is shorter.
      const [only = ''] = standings
      const stands =
        standings.length <= 1
          ? `AND ${SETTLED} AND coalesce(outcome, state) = ${this.#param(only)}`
          : this.#stands()
      return `SELECT call_id FROM calls WHERE ${this.#where()} ${stands} ${page}`
    }
    return `SELECT s.call_id FROM unnest(${this.#param(standings)}::text[]) standing, LATERAL (
        SELECT call_id FROM calls
        WHERE ${this.#where()} AND ${SETTLED} AND coalesce(outcome, state) = standing ${page}
      ) s`
  }

  /** Calls in progress are few: all of them are looked at. */
  #busy(): string {
    return `WITH busy AS MATERIALIZED (
        SELECT * FROM calls WHERE state IN ('claimed', 'dialing', 'answered')
      )
      SELECT call_id FROM busy WHERE ${this.#where()} ${this.#stands()}`
  }

  #where(): string {
    return this.#clauses.join(' AND ')
  }

  #stands(): string {
    const { state, outcome } = this.#listing
    const clauses: string[] = []
    if (state !== undefined) clauses.push(`AND state = ${this.#param(state)}`)
    if (outcome !== undefined) clauses.push(`AND outcome = ${this.#param(outcome)}`)
    return clauses.join(' ')
  }

  #add(comparison: string, value: unknown): void {
    if (value !== undefined) this.#clauses.push(`${comparison} ${this.#param(value)}`)
  }

  #param(value: unknown): string {
    this.params.push(value)
    return `$${this.params.length}`
  }
}

/** That of the indexes. */
const SETTLED = `state IN ('queued', 'ended')`

/** No outcome that a queued call could have: nothing. */
function standingsOf(state: CallState | undefined, outcome: Outcome | undefined): string[] {
  if (state === 'queued') return outcome === undefined ? ['queued'] : []
  return outcome === undefined ? [...OUTCOMES] : [outcome]
}
