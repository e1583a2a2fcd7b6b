import type { Queryable } from '../database/database.ts'

/**
 * Makes queued calls due that a rule has put off, now or when their pause is over: the rule may have
 * changed. Returns how many, at most `limit`; call it until there are none.
 */
export async function wakePutOffCalls(
  db: Queryable,
  request: {
    readonly accountId: number
    /** Absent: of all campaigns. */
    readonly campaignId?: number | undefined
    readonly limit: number
    readonly now?: Date
  },
): Promise<number> {
  return db.execute(WAKE, [request.accountId, request.campaignId, request.limit, request.now])
}

/** What objects is forgotten with it, so that no call is found again. */
const WAKE = `
  WITH put_off AS (
    SELECT c.account_id, c.call_id
    FROM call_lists l
    JOIN calls c ON c.list_id = l.list_id AND c.state = 'queued'
      AND c.due_at > coalesce($4::timestamptz, now())
      AND c.verdicts @? '$[*] ? (@.allows == false && @.rule != "retry")'
    WHERE l.account_id = $1 AND ($2::integer IS NULL OR l.campaign_id = $2)
    LIMIT $3
    FOR UPDATE OF c SKIP LOCKED
  )
  UPDATE calls c
  SET due_at = greatest(coalesce($4::timestamptz, now()), (
      SELECT max((v ->> 'notBefore')::timestamptz) FROM jsonb_array_elements(c.verdicts) v
      WHERE v ->> 'rule' = 'retry'
    )),
    verdicts = jsonb_path_query_array(c.verdicts, '$[*] ? (@.allows == true || @.rule == "retry")')
  FROM put_off
  WHERE c.account_id = put_off.account_id AND c.call_id = put_off.call_id`
