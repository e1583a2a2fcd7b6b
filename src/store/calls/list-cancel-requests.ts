import type { CallCancel } from '#model'
import type { Queryable } from '../database/database.ts'

export interface CancelRequest {
  readonly callId: number
  readonly cancel: CallCancel
}

/** Which of the calls that a node has in hand are to be canceled. */
export function listCancelRequests(db: Queryable, nodeId: string): Promise<CancelRequest[]> {
  return db.query<CancelRequest>(
    `SELECT call_id AS "callId", cancel FROM calls
     WHERE node_id = $1 AND state IN ('claimed', 'dialing', 'answered') AND cancel IS NOT NULL`,
    [nodeId],
  )
}
