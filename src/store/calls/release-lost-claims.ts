import type { Queryable } from '../database/database.ts'

/**
 * Puts back into the queue what the node holds and does not know of: the answer to a claim, or to the
 * commit of an intent, was lost with the connection. Such an intent is withdrawn, for without the
 * answer no INVITE left, and no attempt is consumed. The epoch grows, so that nothing of it can still
 * be written. `inHand`: the calls that somebody tends to. What it took
 * over, which has no `start_at`, stays: of that, an INVITE may have left. Returns how many calls.
 */
export function releaseLostClaims(
  db: Queryable,
  node: { nodeId: string; incarnation: number; inHand: readonly number[] },
): Promise<number> {
  return db.execute(RELEASE, [node.nodeId, node.incarnation, node.inHand])
}

const RELEASE = `
  WITH lost AS (
    UPDATE calls c
    SET state = 'queued', node_id = NULL, incarnation = NULL, claim_epoch = c.claim_epoch + 1,
      attempts = c.attempts - (c.state = 'dialing')::integer,
      last_attempt_at = CASE c.state WHEN 'claimed' THEN c.last_attempt_at ELSE (
        SELECT max(t.dialed_at) FROM attempts t
        WHERE t.account_id = c.account_id AND t.call_id = c.call_id AND t.attempt < c.attempts
      ) END
    WHERE c.node_id = $1 AND c.incarnation = $2
      AND (c.state = 'claimed' OR c.state = 'dialing' AND c.start_at IS NOT NULL)
      AND c.call_id <> ALL ($3::integer[])
    RETURNING c.account_id, c.call_id, c.attempts, c.destination
  ), forgotten AS (
    DELETE FROM number_attempts n USING lost
    WHERE n.account_id = lost.account_id AND n.destination = lost.destination
      AND n.call_id = lost.call_id AND n.attempt > lost.attempts
  ), withdrawn AS (
    DELETE FROM attempts t USING lost
    WHERE t.account_id = lost.account_id AND t.call_id = lost.call_id AND t.attempt > lost.attempts
  )
  SELECT call_id FROM lost`
