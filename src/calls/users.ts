import { z } from 'zod'
import { OutdialError } from '#base'
import { ROLES, type Role } from '#model'
import {
  deleteUser,
  deleteWebSessions,
  insertUser,
  listUsers,
  type User,
  type UserKey,
  type UserPage,
  updateUser,
} from '#store'
import type { CallsContext } from './context.ts'
import { hashPin } from './pin-hash.ts'
import { readEdit } from './read-edit.ts'

const SHORTEST = 12
const LONGEST = 128

const name = z
  .string('is not a text; send a name')
  .regex(/^\P{Cc}{1,128}$/u, 'must have 1 to 128 characters, none of them a control')
const role = z.enum(ROLES, `is none of the roles; send ${ROLES.join(', ')}`)
const password = z
  .string('is not a text; send a password')
  .refine(
    (text) => [...text].length >= SHORTEST && [...text].length <= LONGEST,
    `must have ${SHORTEST} to ${LONGEST} characters`,
  )
  .meta({ minLength: SHORTEST, maxLength: LONGEST, writeOnly: true })

/** What makes a user. */
export const NEW_USER = z.strictObject({ name, role, password })

/** What an edit of one may change. */
export const USER_EDIT = z.strictObject({ role: role.optional(), password: password.optional() })

export interface AddUser {
  readonly accountId: number
  /** Those of `NEW_USER`. */
  readonly fields: unknown
}

/**
 * Makes a user of an account, who may sign in to the pages.
 *
 * @throws OutdialError `user-invalid` with the field, `user-exists`
 */
export async function addUser(
  { db, random }: CallsContext,
  { accountId, fields }: AddUser,
): Promise<User> {
  const read = readEdit(NEW_USER, fields, 'user-invalid')
  const passwordHash = await hashPin(read.password, random)
  const made = await insertUser(db, { accountId, name: read.name, role: read.role, passwordHash })
  if (made !== undefined) return made
  const sentence = 'The account has a user of this name; choose another.'
  throw new OutdialError('user-exists', sentence, { field: 'name' })
}

/** A page of an account's users, by name. */
export function usersOf({ db }: CallsContext, page: UserPage): Promise<User[]> {
  return listUsers(db, page)
}

/**
 * Changes a user's role or password, and ends the user's sessions.
 *
 * @throws OutdialError `user-not-found`, `user-invalid` with the field
 */
export async function editUser(
  { db, random }: CallsContext,
  { fields, ...key }: UserKey & { readonly fields: unknown },
): Promise<User> {
  const read = readEdit(USER_EDIT, fields, 'user-invalid')
  const changes: { role?: Role | undefined; passwordHash?: string } = { role: read.role }
  if (read.password !== undefined) changes.passwordHash = await hashPin(read.password, random)
  else if (read.role === undefined) throw nothingChanges()
  return db.transaction(async (tx) => {
    const user = await updateUser(tx, key, changes)
    if (user === undefined) throw userNotFound(key.userId)
    await deleteWebSessions(tx, key)
    return user
  })
}

/** Removes a user and ends the user's sessions. @throws OutdialError `user-not-found` */
export async function removeUser({ db }: CallsContext, key: UserKey): Promise<void> {
  if (!(await deleteUser(db, key))) throw userNotFound(key.userId)
}

export function userNotFound(userId: number): OutdialError {
  return new OutdialError('user-not-found', `There is no user ${userId}; check the id.`)
}

function nothingChanges(): OutdialError {
  const sentence = 'The edit changes nothing; send at least one of role, password.'
  return new OutdialError('user-invalid', sentence)
}
