import { OutdialError } from '#base'
import {
  type Database,
  deleteWebSessions,
  findApiKey,
  findWebSession as findStoredSession,
  joinInstallationKey,
  listWebSessions as listStoredSessions,
  sweepWebSessions as sweepStoredSessions,
  touchWebSession,
  type WebSession,
  type WebSessionPage,
} from '#store'
import { keyDigest, type Principal } from './api-keys.ts'
import { type CallsContext, moment } from './context.ts'
import type { SignedIn } from './sign-in.ts'
import { IDLE_SECONDS, TOUCH_EVERY_SECONDS } from './web-session-terms.ts'
import { newToken, tokenDigest } from './web-token.ts'

/**
 * The session that a token opens, with its account, its role and its rights as they are now; undefined where it is over, or
 * was none. `isBackground`: nobody did anything, a page asked by itself; that keeps no session alive.
 */
export async function findWebSession(
  context: CallsContext,
  token: string,
  { isBackground = false }: { readonly isBackground?: boolean } = {},
): Promise<WebSession | undefined> {
  const { now } = moment(context)
  const terms = { idleSeconds: IDLE_SECONDS, now }
  const session = await findStoredSession(context.db, tokenDigest(token), terms)
  if (session === undefined || isBackground) return session
  const { sessionId } = session
  await touchWebSession(context.db, sessionId, { everySeconds: TOUCH_EVERY_SECONDS, now })
  return session
}

/** From the moment that this resolves the token opens nothing. */
export async function signOut({ db }: CallsContext, token: string): Promise<void> {
  await deleteWebSessions(db, { digest: tokenDigest(token) })
}

/** Ends every session of the same user, or of the account's owner, this one too. */
export async function signOutEverywhere(
  { db }: CallsContext,
  { account: { accountId }, userId }: WebSession,
): Promise<void> {
  await deleteWebSessions(db, { accountId, userId })
}

/**
 * Gives a session the rights of a key of the installation, besides its own, for as long as the key is good. The session has
 * another token from then on, as whenever rights grow; the old one opens nothing.
 *
 * @throws OutdialError `authentication` where it is no such key; `session-over`
 */
export function joinInstallation(
  context: CallsContext,
  token: string,
  key: string,
): Promise<SignedIn> {
  return context.db.transaction(async (tx) => {
    const found = await findApiKey(tx, keyDigest(key))
    if (found === undefined || found.account !== undefined) throw noInstallationKey()
    return renewed(context, tx, { token, keyId: found.key.keyId })
  })
}

/** Gives those rights up again. @throws OutdialError `session-over` */
export function leaveInstallation(context: CallsContext, token: string): Promise<SignedIn> {
  return context.db.transaction((tx) => renewed(context, tx, { token, keyId: undefined }))
}

/** A page of those who are signed in to an account, the first one first. */
export function webSessionsOf(
  context: CallsContext,
  page: Omit<WebSessionPage, 'idleSeconds' | 'now'>,
): Promise<WebSession[]> {
  const { now } = moment(context)
  return listStoredSessions(context.db, { ...page, idleSeconds: IDLE_SECONDS, now })
}

/** @throws OutdialError `session-not-found` */
export async function endWebSession(
  { db }: CallsContext,
  session: { readonly accountId: number; readonly sessionId: number },
): Promise<void> {
  if ((await deleteWebSessions(db, session)) === 0) throw sessionNotFound(session.sessionId)
}

/** Removes what is over. Returns how many. */
export function sweepWebSessions(context: CallsContext): Promise<number> {
  const { now } = moment(context)
  return sweepStoredSessions(context.db, { idleSeconds: IDLE_SECONDS, now })
}

/** Who asks, in what is the account's. */
export function principalOf({ account, role, userId, userName }: WebSession): Principal {
  if (userId === undefined) {
    return { account, role, id: `account:${account.accountId}`, actor: 'owner' }
  }
  return { account, role, id: `user:${userId}`, actor: `user:${userName}` }
}

/** The same one, in what is the installation's; undefined: may do nothing there. */
export function installationPrincipalOf(session: WebSession): Principal | undefined {
  const { installationRole: role, account } = session
  if (role === undefined) return undefined
  const { id, actor } = principalOf(session)
  return { role, id, actor: `${actor}@${account.login}` }
}

export function sessionNotFound(sessionId: number): OutdialError {
  return new OutdialError('session-not-found', `There is no session ${sessionId}; check its id.`)
}

type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

async function renewed(
  context: CallsContext,
  tx: Transaction,
  { token, keyId }: { readonly token: string; readonly keyId: number | undefined },
): Promise<SignedIn> {
  const terms = { idleSeconds: IDLE_SECONDS, ...moment(context) }
  const renewedToken = newToken(context.random)
  const digests = { digest: tokenDigest(token), newDigest: tokenDigest(renewedToken) }
  const before = await findStoredSession(tx, digests.digest, terms)
  if (before !== undefined) await joinInstallationKey(tx, { ...digests, keyId })
  const session = before && (await findStoredSession(tx, digests.newDigest, terms))
  if (session !== undefined) return { token: renewedToken, session }
  throw new OutdialError('session-over', 'The session is over; sign in again.')
}

function noInstallationKey(): OutdialError {
  const sentence =
    'The key is none of the installation, or revoked, or expired; make one (outdial key add --installation).'
  return new OutdialError('authentication', sentence)
}
