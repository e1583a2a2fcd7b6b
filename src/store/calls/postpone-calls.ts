import type { Queryable } from '../database/database.ts'

/** A due call that must wait. */
export interface PostponedCall {
  readonly accountId: number
  readonly callId: number
  readonly notBefore: Date
  /** JSON-safe: why. */
  readonly verdicts?: unknown
}

/** Puts queued calls off: no attempt is used. */
export async function postponeCalls(
  tx: Queryable,
  postponed: readonly PostponedCall[],
  now: Date,
): Promise<void> {
  const rows = postponed.map((call) => ({
    account_id: call.accountId,
    call_id: call.callId,
    due_at: call.notBefore,
    verdicts: call.verdicts,
  }))
  await tx.execute(
    `UPDATE calls c SET due_at = s.due_at, verdicts = coalesce(s.verdicts, c.verdicts), decided_at = $2
     FROM jsonb_to_recordset($1::jsonb)
       AS s(account_id integer, call_id integer, due_at timestamptz, verdicts jsonb)
     WHERE c.account_id = s.account_id AND c.call_id = s.call_id AND c.state = 'queued'`,
    [JSON.stringify(rows), now],
  )
}
