import { OutdialError } from '#base'
import {
  findSigner,
  findWebSession as findStoredSession,
  insertWebSession,
  noteSignIn,
  type Queryable,
  type Signer,
  type WebSession,
} from '#store'
import { audit, auditFailedSignIn } from './audit-log.ts'
import { secretVerifier } from './authenticate.ts'
import { type CallsContext, moment } from './context.ts'
import { principalOf } from './session-principal.ts'
import { type SignInTry, throttleOf } from './sign-in-throttle.ts'
import { IDLE_SECONDS, LIFE_SECONDS } from './web-session-terms.ts'
import { newToken, tokenDigest } from './web-token.ts'

export interface SignIn {
  /** Of the account. */
  readonly login: string
  /** The name of one of its users; absent or empty: its owner. */
  readonly user?: string | undefined
  /** The user's password, or the account's PIN. */
  readonly secret: string
  /** Where it comes from, as far as that is known; wrong tries are counted by it. */
  readonly address?: string | undefined
}

/** The token opens the session. It is told here and never again: only its digest is stored. */
export interface SignedIn {
  readonly token: string
  readonly session: WebSession
}

/**
 * Begins a session of a user, or of an account's owner. Whatever is wrong is told in the same words after the same
 * work: whether there is such a login or user shows in nothing.
 *
 * @throws OutdialError `authentication`; SignInThrottledError (`rate-limited`); `overloaded`, `store-…` (temporary)
 */
export async function signIn(
  context: CallsContext,
  { login, user: given, secret, address }: SignIn,
): Promise<SignedIn> {
  const user = given === '' ? undefined : given
  const tried: SignInTry = { login, user, address }
  const throttle = throttleOf(context)
  throttle.begin(tried)
  const signer = await verified(context, tried, secret).catch((error: unknown) => {
    throttle.takeBack(tried)
    throw error
  })
  if (signer === undefined) {
    auditFailedSignIn(context, tried)
    throw wrong()
  }
  throttle.succeed(tried)
  return begin(context, signer, address)
}

/** Undefined where anything is wrong. */
async function verified(
  context: CallsContext,
  { login, user }: SignInTry,
  secret: string,
): Promise<Signer | undefined> {
  // PostgreSQL has no NUL, and so no such login.
  const isPossible = ![login, user].some((text) => text?.includes('\0'))
  const signer = isPossible ? await findSigner(context.db, { login, user }) : undefined
  const name = JSON.stringify([login, user])
  const matches = await secretVerifier(context).verify(name, secret, signer?.secretHash)
  return matches ? signer : undefined
}

async function begin(
  context: CallsContext,
  { account: { accountId }, userId, secretHash }: Signer,
  address: string | undefined,
): Promise<SignedIn> {
  const token = newToken(context.random)
  const digest = tokenDigest(token)
  const { now } = moment(context)
  const session = await context.db.transaction(async (tx) => {
    await insertWebSession(tx, {
      ...{ digest, accountId, userId, secretHash, address, now },
      lifeSeconds: LIFE_SECONDS,
    })
    if (userId !== undefined) await noteSignIn(tx, userId, now)
    const begun = await findStoredSession(tx, digest, { idleSeconds: IDLE_SECONDS, now })
    if (begun !== undefined) await auditSignIn(context, tx, begun)
    return begun
  })
  // The secret was changed in this very moment.
  if (session === undefined) throw wrong()
  return { token, session }
}

function auditSignIn(context: CallsContext, tx: Queryable, session: WebSession): Promise<void> {
  const { address, account } = session
  const { actor } = principalOf(session)
  const detail = address === undefined ? {} : { detail: { address } }
  const { accountId } = account
  return audit(context, { accountId, actor, action: 'signIn', subject: '', ...detail }, tx)
}

function wrong(): OutdialError {
  const sentence = 'The login, the user, or the PIN or password is wrong; check them.'
  return new OutdialError('authentication', sentence)
}
