import type { DayUse } from '#model'
import type { Queryable } from '../database/database.ts'
import { quarterOf } from './usage-place.ts'

export interface AccountUsage extends DayUse {
  readonly accountId: number
}

/**
 * What accounts have used from a moment on, the quarter of an hour in which that lies included, and what they
 * have claimed. Both are as of one moment, so that an attempt that begins meanwhile is in one of them.
 */
export function findAccountUsage(
  db: Queryable,
  accounts: readonly { readonly accountId: number; readonly from: Date }[],
): Promise<AccountUsage[]> {
  return db.query<AccountUsage>(
    `SELECT asked.account_id AS "accountId", used.attempts, used.minutes, (
         SELECT count(*)::integer FROM calls c
         WHERE c.account_id = asked.account_id AND c.state = 'claimed'
       ) AS claimed
     FROM unnest($1::integer[], $2::timestamptz[]) AS asked(account_id, moment)
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(attempts), 0)::integer AS attempts,
         coalesce(sum(minutes), 0)::integer AS minutes
       FROM account_usage u
       WHERE u.account_id = asked.account_id AND u.quarter >= ${quarterOf('asked.moment')}
     ) used`,
    [accounts.map(({ accountId }) => accountId), accounts.map(({ from }) => from)],
  )
}
