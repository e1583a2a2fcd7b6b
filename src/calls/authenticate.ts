import { OutdialError } from '#base'
import type { Account } from '#model'
import { type Database, findAccountByLogin } from '#store'
import type { CallsContext } from './context.ts'
import { PinVerifier } from './pin-verifier.ts'
import { throttleOf } from './sign-in-throttle.ts'

export interface Login {
  readonly login: string
  readonly pin: string
  /** Where it comes from, as far as that is known; wrong tries are counted by it. */
  readonly address?: string | undefined
}

/**
 * The account of a login and PIN. The answer takes as long whether or not the login exists; the check
 * of a PIN that was right before costs a look-up. Wrong PINs are counted with those of the account's owner at
 * the pages.
 *
 * @throws OutdialError `authentication`; SignInThrottledError (`rate-limited`); `overloaded` (temporary)
 */
export async function authenticate(context: CallsContext, login: Login): Promise<Account> {
  const found = await findAccountByLogin(context.db, login.login)
  const matches = await tryPin(context, login, found?.pinHash)
  if (matches && found !== undefined) return found.account
  throw new OutdialError('authentication', 'The login or the PIN is wrong; check both.')
}

/**
 * One PIN is one try, however often it is sent: a program with an old one keeps nobody out, and one that begins with
 * many requests at once is not taken for many that guess.
 */
async function tryPin(
  context: CallsContext,
  { login, pin, address }: Login,
  pinHash: string | undefined,
): Promise<boolean> {
  const verifier = secretVerifier(context)
  const throttle = throttleOf(context)
  const tried = { login, user: undefined, address }
  const known = verifier.known(login, pin, pinHash)
  if (known === false) return false
  // Who has guessed too often is not told either that a PIN is the right one.
  throttle.begin(tried)
  if (known !== undefined) {
    throttle.takeBack(tried)
    const isRight = await known
    if (isRight) throttle.recognize(tried)
    return isRight
  }
  const isRight = await verifier.verify(login, pin, pinHash).catch((error: unknown) => {
    throttle.takeBack(tried)
    throw error
  })
  if (isRight) throttle.succeed(tried)
  return isRight
}

/** Who asks for something: an account that is known already, or who has yet to show its PIN. */
export type Asker = { readonly account: Account } | Login

/** @throws OutdialError those of `authenticate` */
export async function askingAccount(context: CallsContext, asker: Asker): Promise<Account> {
  return 'account' in asker ? asker.account : authenticate(context, asker)
}

/** One a database, and so one a process. */
const verifiers = new WeakMap<Database, PinVerifier>()

/** For PINs and passwords alike. */
export function secretVerifier({ db, random }: CallsContext): PinVerifier {
  const verifier = verifiers.get(db) ?? new PinVerifier(random)
  verifiers.set(db, verifier)
  return verifier
}
