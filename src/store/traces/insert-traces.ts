import type { Queryable } from '../database/database.ts'

export interface NewTrace {
  readonly accountId: number
  readonly callId: number
  readonly attempt: number
  /** How long ago the call was claimed. */
  readonly ageMs: number
  readonly trace: Uint8Array
  readonly packets?: Uint8Array | undefined
}

/** Keeps what happened in attempts that have ended; of one that has its trace already, the first stands. */
export async function insertTraces(
  db: Queryable,
  traces: readonly NewTrace[],
  now?: Date,
): Promise<void> {
  await db.execute(INSERT, [
    traces.map(({ accountId }) => accountId),
    traces.map(({ callId }) => callId),
    traces.map(({ attempt }) => attempt),
    traces.map(({ ageMs }) => ageMs),
    traces.map(({ trace }) => trace),
    traces.map(({ packets }) => packets ?? null),
    now,
  ])
}

const INSERT = `
  INSERT INTO call_traces (account_id, call_id, attempt, began_at, trace, packets)
  SELECT t.account_id, t.call_id, t.attempt,
    coalesce($7::timestamptz, now()) - t.age_ms * interval '1 millisecond',
    t.trace, t.packets
  FROM unnest($1::integer[], $2::integer[], $3::smallint[], $4::float8[], $5::bytea[], $6::bytea[])
    AS t(account_id, call_id, attempt, age_ms, trace, packets)
  WHERE EXISTS (
    SELECT FROM calls c WHERE c.account_id = t.account_id AND c.call_id = t.call_id
  )
  ON CONFLICT DO NOTHING`
