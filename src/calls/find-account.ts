import { OutdialError } from '#base'
import type { Account } from '#model'
import { findAccountByLogin } from '#store'
import type { CallsContext } from './context.ts'

/** @throws OutdialError `account-not-found` */
export async function findAccount({ db }: CallsContext, login: string): Promise<Account> {
  const found = await findAccountByLogin(db, login)
  if (found !== undefined) return found.account
  throw accountNotFound()
}

export function accountNotFound(): OutdialError {
  return new OutdialError('account-not-found', 'There is no such account; check its login.')
}
