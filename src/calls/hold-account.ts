import { lockInstallation, takeBackClaims, holdAccount as writeHold } from '#store'
import type { CallsContext } from './context.ts'
import { accountNotFound } from './find-account.ts'
import { untilStarted } from './until-started.ts'

/**
 * Holds an account, or resumes it. While it is held nothing of it is dialled, from the moment that this
 * resolves; attempts in progress go on, calls are queued, results are posted.
 *
 * @throws OutdialError `account-not-found`; temporary `store-…`
 */
export async function holdAccount(
  context: CallsContext,
  { accountId, held }: { readonly accountId: number; readonly held: boolean },
): Promise<void> {
  await context.db.transaction(async (tx) => {
    await lockInstallation(tx)
    if (!(await writeHold(tx, accountId, held))) {
      throw accountNotFound()
    }
    if (held) await takeBackClaims(tx, { accountId })
  })
  if (held) await untilStarted(context, { accountId })
}
