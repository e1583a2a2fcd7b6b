import type { Queryable } from '../database/database.ts'

/** Notes when the next call of each scope may start: milliseconds since 1970, with a fraction. */
export async function moveNextStarts(
  tx: Queryable,
  nextStartAt: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.execute(
    `INSERT INTO pacing (scope, next_start_at)
     SELECT scope, to_timestamp(ms / 1000) FROM unnest($1::text[], $2::float8[]) AS n(scope, ms)
     ON CONFLICT (scope) DO UPDATE SET next_start_at = excluded.next_start_at`,
    [[...nextStartAt.keys()], [...nextStartAt.values()]],
  )
}
