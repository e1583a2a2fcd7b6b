import { OUTCOMES, type Outcome } from '#model'
import type { CallListing } from './list-calls.ts'

/** Which ids are looked at: what the times of a listing come to. */
export interface IdRange {
  readonly from?: number
  readonly before?: number
}

export interface CallSearch extends CallListing {
  readonly ids: IdRange
}

/** Gives rows of `call_id`, the newest first, at most `limit`. */
export interface CallSearchStatement {
  readonly sql: string
  /** The first is the account. */
  readonly params: readonly unknown[]
}

/**
 * All that a search finds. The three indexes of searches have one shape: account, what is looked for (a number, a
 * reference, a campaign), outcome, id. Each way in which a call may stand is a run of one of them, in order; of each run
 * as much is read as a page needs. Who looks for no such thing gets the runs of every campaign.
 */
export function searchAll(search: CallSearch): CallSearchStatement {
  const statement = new Statement(search)
  return statement.page(
    isOfStandingAlone(search)
      ? statement.runsOfCampaigns()
      : isOfAnything(search)
        ? statement.calls()
        : [...statement.runs(), ...statement.busy()].join(' UNION ALL '),
  )
}

/** So many of an account's calls are looked at before its campaigns are: some milliseconds. */
const NEWEST = 5000

/** What a search finds among the newest calls of the account. Fewer than `limit`: there may be more elsewhere. */
export function searchNewest(search: CallSearch): CallSearchStatement {
  const statement = new Statement(search)
  return statement.page(`SELECT call_id FROM (
      SELECT call_id, state, outcome FROM calls
      WHERE ${statement.where()} ORDER BY call_id DESC LIMIT ${NEWEST}
    ) newest WHERE ${statement.standing()}`)
}

/** By state or outcome, and perhaps by time: calls that no run of an index has all of. */
export function isOfStandingAlone(search: CallSearch): boolean {
  const { queued, outcomes } = standingsOf(search)
  return !hasKey(search) && !isOfAnything(search) && (queued || outcomes.length > 0)
}

/** All of an account, or of a time. */
function isOfAnything(search: CallSearch): boolean {
  return !hasKey(search) && search.state === undefined && search.outcome === undefined
}

function hasKey({ campaignId, destination, messageReference }: CallSearch): boolean {
  return campaignId !== undefined || destination !== undefined || messageReference !== undefined
}

interface Standings {
  readonly queued: boolean
  readonly busy: boolean
  /** Of ended calls. */
  readonly outcomes: readonly Outcome[]
}

/** The ways in which a call may stand that the search asks for; an outcome has only what has ended. */
function standingsOf({ state, outcome }: CallSearch): Standings {
  const isAny = state === undefined && outcome === undefined
  const outcomes = outcome === undefined ? OUTCOMES : [outcome]
  return {
    queued: isAny || (state === 'queued' && outcome === undefined),
    busy: isAny || (outcome === undefined && state !== 'queued' && state !== 'ended'),
    outcomes: state === undefined || state === 'ended' ? outcomes : [],
  }
}

/** That of the indexes. */
const SETTLED = `state IN ('queued', 'ended')`
const BUSY = `state IN ('claimed', 'dialing', 'answered')`

class Statement {
  readonly #params: unknown[] = []
  readonly #search: CallSearch
  readonly #clauses: string[] = []
  readonly #limit: string

  constructor(search: CallSearch) {
    this.#search = search
    const { ids, messageReference } = search
    this.#add('account_id =', search.accountId)
    this.#add('campaign_id =', search.campaignId)
    this.#add('destination =', search.destination)
    this.#add('message_reference =', messageReference)
    // As the index says it.
    if (messageReference !== undefined) this.#clauses.push(`calls.message_reference <> ''`)
    this.#add('created_at >=', search.createdFrom)
    this.#add('created_at <', search.createdTo)
    this.#add('call_id >=', ids.from)
    this.#add('call_id <', ids.before)
    this.#limit = `LIMIT ${this.#param(search.limit)}`
  }

  page(calls: string): CallSearchStatement {
    const sql = `SELECT call_id FROM (${calls || this.#nothing()}) found ORDER BY call_id DESC ${this.#limit}`
    return { sql, params: this.#params }
  }

  /** All but how the calls stand. */
  where(): string {
    return this.#clauses.join(' AND ')
  }

  standing(): string {
    const { state, outcome } = this.#search
    const clauses: string[] = []
    if (state !== undefined) clauses.push(`state = ${this.#param(state)}`)
    if (outcome !== undefined) clauses.push(`outcome = ${this.#param(outcome)}`)
    return clauses.join(' AND ') || 'true'
  }

  calls(): string {
    return `SELECT call_id FROM calls WHERE ${this.where()} ORDER BY call_id DESC ${this.#limit}`
  }

  /** Of one key, which is among the clauses. */
  runs(): string[] {
    const { queued, outcomes } = standingsOf(this.#search)
    const runs: string[] = []
    if (queued) runs.push(`(${this.#run(QUEUED)})`)
    if (outcomes.length > 0) {
      runs.push(`SELECT run.call_id FROM ${this.#outcomes(outcomes)} place
        CROSS JOIN LATERAL (${this.#run(ENDED)}) run`)
    }
    return runs
  }

  /** Calls in progress are few: all of them are looked at. */
  busy(): string[] {
    if (!standingsOf(this.#search).busy) return []
    return [
      `(WITH busy AS MATERIALIZED (SELECT * FROM calls WHERE ${BUSY})
        SELECT call_id FROM busy calls WHERE ${this.where()} AND ${this.standing()})`,
    ]
  }

  /**
   * The newest call of each campaign, by how it stands, says which runs come into question: a page has nothing of more
   * runs than it has rows, those with the newest beginnings.
   */
  runsOfCampaigns(): string {
    const { queued, outcomes } = standingsOf(this.#search)
    const ofPlace = `AND calls.campaign_id = place.campaign_id ${queued ? QUEUED : ENDED}`
    const places = queued
      ? '(SELECT campaign_id FROM campaigns WHERE account_id = $1)'
      : `(SELECT campaign_id, outcome FROM campaigns CROSS JOIN ${this.#outcomes(outcomes)} o
          WHERE account_id = $1)`
    return `SELECT run.call_id FROM (
        SELECT place.* FROM ${places} place CROSS JOIN LATERAL (${this.#run(ofPlace, 'LIMIT 1')}) newest
        ORDER BY newest.call_id DESC ${this.#limit}
      ) place CROSS JOIN LATERAL (${this.#run(ofPlace)}) run`
  }

  /** `outcome` is in the order as it is in the index, where PostgreSQL does not see that it is but one. */
  #run(condition: string, limit = this.#limit): string {
    return `SELECT calls.call_id FROM calls WHERE ${this.where()} ${condition}
      ORDER BY calls.outcome DESC, calls.call_id DESC ${limit}`
  }

  /** No call is queued and has an outcome. All parameters are in it, as PostgreSQL wants to know their types. */
  #nothing(): string {
    return `SELECT call_id FROM calls WHERE ${this.where()} AND false`
  }

  #outcomes(outcomes: readonly Outcome[]): string {
    return `(SELECT unnest(${this.#param(outcomes)}::text[]) AS outcome)`
  }

  #add(comparison: string, value: unknown): void {
    if (value !== undefined) this.#clauses.push(`calls.${comparison} ${this.#param(value)}`)
  }

  #param(value: unknown): string {
    this.#params.push(value)
    return `$${this.#params.length}`
  }
}

const QUEUED = `AND ${SETTLED} AND outcome IS NULL`
const ENDED = `AND ${SETTLED} AND calls.outcome = place.outcome`
