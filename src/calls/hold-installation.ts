import { lockInstallation, takeBackClaims, holdInstallation as writeHold } from '#store'
import type { CallsContext } from './context.ts'
import { untilStarted } from './until-started.ts'

/** As `holdAccount`, for all accounts and nodes together. */
export async function holdInstallation(context: CallsContext, held: boolean): Promise<void> {
  await context.db.transaction(async (tx) => {
    await lockInstallation(tx)
    await writeHold(tx, held)
    if (held) await takeBackClaims(tx, {})
  })
  if (held) await untilStarted(context, {})
}
