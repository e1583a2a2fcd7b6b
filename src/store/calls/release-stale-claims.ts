import type { Queryable } from '../database/database.ts'

/**
 * What a node's starts up to this one had claimed and not begun to dial goes back to the queue, no
 * attempt consumed. The epoch grows, so that a process that was only thought dead cannot dial on an
 * old claim. Returns how many calls.
 */
export function releaseStaleClaims(
  db: Queryable,
  node: { nodeId: string; incarnation: number },
): Promise<number> {
  return db.execute(
    `UPDATE calls
     SET state = 'queued', node_id = NULL, incarnation = NULL, claim_epoch = claim_epoch + 1
     WHERE node_id = $1 AND incarnation <= $2 AND state = 'claimed'`,
    [node.nodeId, node.incarnation],
  )
}
