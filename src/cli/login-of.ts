import type { Config } from '#app'
import { OutdialError } from '#base'

/** The account that a command is about. @throws OutdialError `account-missing` */
export function loginOf(config: Config, given: string | undefined): string {
  const login = given ?? config.account?.login
  if (login !== undefined) return login
  throw new OutdialError(
    'account-missing',
    'Which account? Give --account, or set OUTDIAL_ACCOUNT to login:pin of one.',
  )
}

/** Login and PIN of the settings. @throws OutdialError `account-missing` */
export function accountOf({ account }: Config): { readonly login: string; readonly pin: string } {
  if (account !== undefined) return account
  throw new OutdialError(
    'account-missing',
    'OUTDIAL_ACCOUNT is not set. Set it to login:pin of an account (outdial account add).',
    { field: 'OUTDIAL_ACCOUNT' },
  )
}
