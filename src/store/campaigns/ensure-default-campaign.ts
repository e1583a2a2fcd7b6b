import { assert } from '#base'
import type { Queryable } from '../database/database.ts'

/** The campaign of calls that were queued one by one. */
export const DEFAULT_CAMPAIGN = 'default'

/** The account's default campaign's id; made, with its list of single calls, where it is not there yet. */
export async function ensureDefaultCampaign(db: Queryable, accountId: number): Promise<number> {
  const found = await findId(db, accountId)
  if (found !== undefined) return found
  await db.execute(
    `WITH made AS (
       INSERT INTO campaigns (account_id, name, is_default, state) VALUES ($1, $2, true, 'running')
       ON CONFLICT DO NOTHING
       RETURNING campaign_id
     )
     INSERT INTO call_lists (account_id, campaign_id, kind, state, completed_at)
     SELECT $1, campaign_id, 'single', 'complete', now() FROM made`,
    [accountId, DEFAULT_CAMPAIGN],
  )
  const made = await findId(db, accountId)
  assert(made !== undefined, 'the default campaign exists once it was inserted')
  return made
}

async function findId(db: Queryable, accountId: number): Promise<number | undefined> {
  const [row] = await db.query<{ id: number }>(
    'SELECT campaign_id AS id FROM campaigns WHERE account_id = $1 AND name = $2',
    [accountId, DEFAULT_CAMPAIGN],
  )
  return row?.id
}
