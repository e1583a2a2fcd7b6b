import { createHash } from 'node:crypto'
import { OutdialError } from '#base'
import type { Account, Role } from '#model'
import { type ApiKey, deleteApiKey, findApiKey, insertApiKey, listApiKeys } from '#store'
import { authenticate, type Login } from './authenticate.ts'
import type { CallsContext } from './context.ts'

/** Tells people, and programs that look for secrets where none should be, what it is. */
const PREFIX = 'odk_'
const KEY_BYTES = 32

/** Who asks for something, and what it may do. */
export interface Principal {
  /** Whose calls it is about; absent: it looks after the installation, and has none. */
  readonly account?: Account
  readonly role: Role
  /** The same for each request with the same key or login. */
  readonly id: string
  /** For people, in the audit log: `owner`, `user:NAME` or `key:NAME`. */
  readonly actor: string
}

export type Credentials = Login | { readonly key: string }

/**
 * Who has these credentials. Login and PIN are those of an account's owner.
 *
 * @throws OutdialError `authentication`; SignInThrottledError (`rate-limited`); `overloaded` (temporary)
 */
export async function identify(
  context: CallsContext,
  credentials: Credentials,
): Promise<Principal> {
  if ('login' in credentials) {
    const account = await authenticate(context, credentials)
    return { account, role: 'owner', id: `account:${account.accountId}`, actor: 'owner' }
  }
  const found = await findApiKey(context.db, keyDigest(credentials.key))
  if (found === undefined) {
    throw new OutdialError(
      'authentication',
      'The key is unknown, revoked or expired; make a new one.',
    )
  }
  const { key, account } = found
  const { keyId, name, role } = key
  return { ...(account && { account }), role, id: `key:${keyId}`, actor: `key:${name}` }
}

export interface AddApiKey {
  /** Absent: the installation's, for its trunks and accounts. */
  readonly accountId?: number | undefined
  /** 1–128 characters. */
  readonly name: string
  readonly role: Role
  /** Absent: it does not expire. */
  readonly lifeSeconds?: number | undefined
}

/** Makes a key. It is told here, and never again: only its digest is stored. */
export async function addApiKey(
  { db, random }: CallsContext,
  request: AddApiKey,
): Promise<ApiKey & { readonly key: string }> {
  const key = PREFIX + random.bytes(KEY_BYTES).toString('base64url')
  return { ...(await insertApiKey(db, { ...request, digest: keyDigest(key) })), key }
}

/** All keys of an account, or of the installation, the oldest first. */
export function apiKeys({ db }: CallsContext, accountId: number | undefined): Promise<ApiKey[]> {
  return listApiKeys(db, accountId)
}

/** From the moment that this resolves the key opens nothing. @throws OutdialError `key-not-found` */
export async function revokeApiKey(
  { db }: CallsContext,
  key: { readonly accountId?: number | undefined; readonly keyId: number },
): Promise<void> {
  if (!(await deleteApiKey(db, key))) throw keyNotFound(key.keyId)
}

export function keyNotFound(keyId: number): OutdialError {
  return new OutdialError('key-not-found', `There is no key ${keyId}; check its id.`)
}

/** A key has as many random bits as its digest: none can be guessed, and a slow hash would gain nothing. */
export function keyDigest(key: string): Uint8Array {
  return createHash('sha256').update(key).digest()
}
