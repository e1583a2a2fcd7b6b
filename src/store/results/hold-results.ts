import { type Queryable, RESULTS_DUE } from '../database/database.ts'
import { type HeldResult, heldColumns } from './claim-due-results.ts'

/** Keeps these alone of what `claimant` has claimed: the others are due again at once. */
export async function holdResults(
  db: Queryable,
  { claimant, held }: { readonly claimant: string; readonly held: readonly HeldResult[] },
): Promise<void> {
  if (held.length === 0) await db.execute(RELEASE, [claimant])
  else await db.execute(HOLD, [claimant, ...heldColumns(held)])
  db.notify(RESULTS_DUE)
}

const RELEASE = 'DELETE FROM result_claims WHERE claimant = $1'

const HOLD = `
  UPDATE result_claims SET account_ids = $2::integer[], call_ids = $3::integer[],
    sequences = $4::integer[], tries = $5::integer[]
  WHERE claimant = $1`
