import { OutdialError } from '#base'
import {
  deleteWebSessions,
  findApiKey,
  findWebSession as findStoredSession,
  joinInstallationKey,
  listWebSessions as listStoredSessions,
  type Queryable,
  sweepWebSessions as sweepStoredSessions,
  touchWebSession,
  type WebSession,
  type WebSessionPage,
} from '#store'
import { keyDigest } from './api-keys.ts'
import { audit } from './audit-log.ts'
import { type CallsContext, moment } from './context.ts'
import { principalOf } from './session-principal.ts'
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
export async function signOut(context: CallsContext, token: string): Promise<void> {
  const digest = tokenDigest(token)
  const session = await findWebSession(context, token, { isBackground: true })
  await deleteWebSessions(context.db, { digest })
  if (session !== undefined) await auditSignOut(context, session, 'signOut')
}

/** Ends every session of the same user, or of the account's owner, this one too. */
export async function signOutEverywhere(context: CallsContext, session: WebSession): Promise<void> {
  const { account, userId } = session
  await deleteWebSessions(context.db, { accountId: account.accountId, userId })
  await auditSignOut(context, session, 'signOutEverywhere')
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
    const { keyId, name } = found.key
    const joined = await renewed(context, tx, { token, keyId })
    const actor = `${principalOf(joined.session).actor}@${joined.session.account.login}`
    const entry = { actor, action: 'joinInstallation', subject: `key ${keyId}`, detail: { name } }
    await audit(context, entry, tx)
    return joined
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

export function sessionNotFound(sessionId: number): OutdialError {
  return new OutdialError('session-not-found', `There is no session ${sessionId}; check its id.`)
}

function auditSignOut(
  context: CallsContext,
  session: WebSession,
  action: 'signOut' | 'signOutEverywhere',
): Promise<void> {
  const { actor } = principalOf(session)
  return audit(context, { accountId: session.account.accountId, actor, action, subject: '' })
}

async function renewed(
  context: CallsContext,
  tx: Queryable,
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
