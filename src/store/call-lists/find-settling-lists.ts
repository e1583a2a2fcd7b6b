import type { Queryable } from '../database/database.ts'

/** A list whose queued calls are to be concluded. */
export interface SettlingList {
  readonly accountId: number
  readonly listId: number
  /** draining: only those that were never dialled. */
  readonly state: 'draining' | 'canceled'
}

export function findSettlingLists(db: Queryable): Promise<SettlingList[]> {
  return db.query<SettlingList>(
    `SELECT account_id AS "accountId", list_id AS "listId", state FROM call_lists
     WHERE state IN ('draining', 'canceled') AND settled_at IS NULL ORDER BY list_id`,
  )
}
