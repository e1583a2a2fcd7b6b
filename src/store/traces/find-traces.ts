import type { Queryable } from '../database/database.ts'

export interface KeptTrace {
  readonly attempt: number
  readonly beganAt: Date
  /** As it was inserted. */
  readonly trace: Uint8Array
}

/** The traces of a call's attempts, in order; those that were lost or not kept are missing. */
export async function findTraces(
  db: Queryable,
  { accountId, callId }: { readonly accountId: number; readonly callId: number },
): Promise<KeptTrace[]> {
  return db.query<KeptTrace>(
    `SELECT attempt, began_at AS "beganAt", trace
     FROM call_traces WHERE account_id = $1 AND call_id = $2 ORDER BY attempt`,
    [accountId, callId],
  )
}
