import type { Queryable } from '../database/database.ts'

/** What counts against the limits of one scope. */
export interface ScopeUse {
  /** `installation`, `trunk:NAME`, `account:ID`, `campaign:ID`. */
  readonly scope: string
  /** Calls claimed, dialing and answered; one with a second leg counts twice. */
  readonly inUse: number
  /** Milliseconds since 1970, with a fraction; null: it has had no start yet. */
  readonly nextStartAt: number | null
}

/** The named scopes that have calls in progress or have had some. */
export function findScopes(db: Queryable, scopes: readonly string[]): Promise<ScopeUse[]> {
  return db.query<ScopeUse>(
    `WITH progress AS (
       SELECT coalesce(trunk, '') AS trunk, account_id, campaign_id, count(*) AS calls FROM calls
       WHERE state IN ('claimed', 'dialing', 'answered')
       GROUP BY 1, 2, 3
       UNION ALL
       SELECT second_trunk, account_id, campaign_id, count(*) FROM calls
       WHERE second_trunk IS NOT NULL AND state IN ('claimed', 'dialing', 'answered')
       GROUP BY 1, 2, 3
     ), used AS (
       SELECT scope, sum(calls)::integer AS calls
       FROM progress CROSS JOIN LATERAL (VALUES ('installation'), ('trunk:' || trunk),
         ('account:' || account_id), ('campaign:' || campaign_id)) AS s(scope)
       WHERE scope = ANY ($1::text[])
       GROUP BY scope
     )
     SELECT scope, coalesce(calls, 0) AS "inUse",
       extract(epoch FROM next_start_at)::float8 * 1000 AS "nextStartAt"
     FROM used FULL JOIN (SELECT * FROM pacing WHERE scope = ANY ($1::text[])) p USING (scope)`,
    [scopes],
  )
}
