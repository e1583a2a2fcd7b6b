import type { Queryable } from '../database/database.ts'

export interface KeptPackets {
  readonly attempt: number
  /** As they were inserted. */
  readonly packets: Uint8Array
}

/** What was recorded of the audio packets of a call's attempts, in order. */
export async function findTracePackets(
  db: Queryable,
  { accountId, callId }: { readonly accountId: number; readonly callId: number },
): Promise<KeptPackets[]> {
  return db.query<KeptPackets>(
    `SELECT attempt, packets FROM call_traces
     WHERE account_id = $1 AND call_id = $2 AND packets IS NOT NULL ORDER BY attempt`,
    [accountId, callId],
  )
}
