import { assert } from '#base'
import type { Queryable } from '../database/database.ts'

/** Results and events that no receiver has taken. */
export interface UndeliveredResults {
  /** They are tried again. */
  readonly pending: number
  /** They were given up. */
  readonly undeliverable: number
  /** There may be more of what was counted to `MOST`. */
  readonly isAtLeast: boolean
}

/** Whoever shows a figure asks every few seconds, and ten thousand are a heap however many more there are. */
const MOST = 10_000

/** In their indexes, and so without a look at what was delivered. `accountId` absent: of all accounts. */
export async function countUndeliveredResults(
  db: Queryable,
  { accountId }: { readonly accountId?: number | undefined },
): Promise<UndeliveredResults> {
  const [row] = await db.query<Omit<UndeliveredResults, 'isAtLeast'>>(
    accountId === undefined ? COUNT_ALL : COUNT_OF_ONE,
    accountId === undefined ? [MOST] : [MOST, accountId],
  )
  assert(row !== undefined, 'a query of scalars has one row')
  return { ...row, isAtLeast: Math.max(row.pending, row.undeliverable) >= MOST }
}

const COUNT_ALL = counting('true')
const COUNT_OF_ONE = counting('account_id = $2')

function counting(which: string): string {
  const some = (state: string): string =>
    `SELECT count(*)::integer FROM (SELECT FROM results WHERE ${which} AND state = '${state}' LIMIT $1) s`
  return `SELECT (${some('pending')}) AS pending, (${some('undeliverable')}) AS undeliverable`
}
