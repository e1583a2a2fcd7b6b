import { OutdialError } from '#base'
import type { Account } from '#model'
import { type Database, findAccountByLogin } from '#store'
import type { CallsContext } from './context.ts'
import { PinVerifier } from './pin-verifier.ts'

/**
 * The account of a login and PIN. The answer takes as long whether or not the login exists; the check
 * of a PIN that was right before costs a look-up.
 *
 * @throws OutdialError `authentication`; `overloaded` (temporary)
 */
export async function authenticate(
  context: CallsContext,
  login: string,
  pin: string,
): Promise<Account> {
  const found = await findAccountByLogin(context.db, login)
  const matches = await secretVerifier(context).verify(login, pin, found?.pinHash)
  if (matches && found !== undefined) return found.account
  throw new OutdialError('authentication', 'The login or the PIN is wrong; check both.')
}

/** Who asks for something: an account that is known already, or who has yet to show its PIN. */
export type Asker = { readonly account: Account } | { readonly login: string; readonly pin: string }

/** @throws OutdialError those of `authenticate` */
export async function askingAccount(context: CallsContext, asker: Asker): Promise<Account> {
  return 'account' in asker ? asker.account : authenticate(context, asker.login, asker.pin)
}

/** One a database, and so one a process. */
const verifiers = new WeakMap<Database, PinVerifier>()

/** For PINs and passwords alike. */
export function secretVerifier({ db, random }: CallsContext): PinVerifier {
  const verifier = verifiers.get(db) ?? new PinVerifier(random)
  verifiers.set(db, verifier)
  return verifier
}
