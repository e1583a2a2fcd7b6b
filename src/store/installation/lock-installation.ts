import { assert } from '#base'
import type { Queryable } from '../database/database.ts'

export interface InstallationMoment {
  /** Nothing is to be dialled just now. */
  readonly held: boolean
  /** The database's clock, once the lock was had. */
  readonly now: Date
}

/**
 * Until the transaction ends, nobody else claims calls, joins the nodes or takes one over: those who do
 * any of it come one after the other, and each sees what the one before has done.
 */
export async function lockInstallation(tx: Queryable, now?: Date): Promise<InstallationMoment> {
  const [moment] = await tx.query<InstallationMoment>(
    `WITH locked AS MATERIALIZED (SELECT held FROM installation FOR UPDATE)
     SELECT held, coalesce($1::timestamptz, clock_timestamp()) AS now FROM locked`,
    [now],
  )
  assert(moment !== undefined, 'the installation has its row')
  return moment
}
