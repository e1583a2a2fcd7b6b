import type { Account } from '#model'
import { listAccounts as readAccounts } from '#store'
import type { CallsContext } from './context.ts'

/** A page of all accounts, in the order of their logins, from after `afterLogin` on. */
export function listAccounts(
  { db }: CallsContext,
  page: { readonly afterLogin?: string | undefined; readonly limit: number },
): Promise<Account[]> {
  return readAccounts(db, page)
}
