import { deleteWebSessions, updatePinHash } from '#store'
import { refuseBadPin } from './add-account.ts'
import type { CallsContext } from './context.ts'
import { accountNotFound } from './find-account.ts'
import { hashPin } from './pin-hash.ts'

/**
 * Gives an account another PIN, 1–16 characters, and ends its owner's sessions. Keys and users stay.
 *
 * @throws OutdialError `account-invalid`, `account-not-found`
 */
export async function changePin(
  { db, random }: CallsContext,
  { accountId, pin }: { readonly accountId: number; readonly pin: string },
): Promise<void> {
  refuseBadPin(pin)
  const pinHash = await hashPin(pin, random)
  await db.transaction(async (tx) => {
    if (!(await updatePinHash(tx, accountId, pinHash))) throw accountNotFound()
    await deleteWebSessions(tx, { accountId, userId: undefined })
  })
}
