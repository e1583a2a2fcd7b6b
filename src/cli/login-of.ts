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
