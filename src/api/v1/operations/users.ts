import { z } from 'zod'
import { addUser, editUser, NEW_USER, removeUser, USER_EDIT, usersOf } from '#calls'
import { DEFAULT_LIMIT, pageOf, readCursor } from '../cursor.ts'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { nextCursor, paging } from '../schemas/parts.ts'
import { user } from '../schemas/user.ts'
import { userView } from '../views/user-view.ts'

const terms = { tag: 'Users', role: 'owner' } as const
const one = { path: '/users/{user_id}', ...terms } as const

export const USER_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listUsers', method: 'get', path: '/users', ...terms },
    summary: 'The users of the account, by name',
    query: z.strictObject(paging),
    replies: {
      200: {
        says: 'A page of users.',
        schema: z.object({ users: z.array(user), next_cursor: nextCursor }),
      },
    },
    handle: async ({ calls, account: { accountId }, query: { limit = DEFAULT_LIMIT, cursor } }) => {
      const after = readCursor(cursor)
      const found = await usersOf(calls, { accountId, after, limit: limit + 1 })
      const { rows, ...next } = pageOf(found, limit, ({ name }) => name)
      return Response.json({ users: rows.map(userView), ...next })
    },
  }),
  operation({
    ...{ id: 'createUser', method: 'post', path: '/users', ...terms },
    summary: 'Make a user, who may sign in to the pages',
    body: jsonBody(NEW_USER, { checkedByVerb: true }),
    replies: { 201: { says: 'The user.', schema: user } },
    faults: ['user-exists', 'user-invalid'],
    handle: async ({ calls, account: { accountId }, body: fields }) =>
      Response.json(userView(await addUser(calls, { accountId, fields })), { status: 201 }),
  }),
  operation({
    ...{ id: 'editUser', method: 'patch', ...one },
    summary: 'Change a user’s role or password, and end the user’s sessions',
    body: jsonBody(USER_EDIT, { checkedByVerb: true }),
    replies: { 200: { says: 'The user as it is then.', schema: user } },
    faults: ['user-not-found', 'user-invalid'],
    handle: async ({ calls, account: { accountId }, id, body: fields }) =>
      Response.json(userView(await editUser(calls, { accountId, userId: id('user_id'), fields }))),
  }),
  operation({
    ...{ id: 'removeUser', method: 'delete', ...one },
    summary: 'Remove a user, and end the user’s sessions',
    replies: { 204: { says: 'It is gone.' } },
    faults: ['user-not-found'],
    handle: async ({ calls, account: { accountId }, id }) => {
      await removeUser(calls, { accountId, userId: id('user_id') })
      return new Response(null, { status: 204 })
    },
  }),
]
