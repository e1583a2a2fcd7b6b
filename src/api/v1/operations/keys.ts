import { z } from 'zod'
import { addApiKey, apiKeys, revokeApiKey } from '#calls'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { apiKey, newApiKey, role } from '../schemas/account.ts'
import { keyView } from '../views/key-view.ts'

const terms = { tag: 'Keys', role: 'owner', scope: 'either' } as const

export const KEY_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listKeys', method: 'get', path: '/keys', ...terms },
    summary: 'The keys of the account, or of the installation',
    replies: { 200: { says: 'All of them.', schema: z.object({ keys: z.array(apiKey) }) } },
    handle: async ({ calls, principal: { account } }) => {
      const keys = await apiKeys(calls, account?.accountId)
      return Response.json({ keys: keys.map(keyView) })
    },
  }),
  operation({
    ...{ id: 'createKey', method: 'post', path: '/keys', ...terms },
    summary: 'Make a key',
    body: jsonBody(
      z.strictObject({
        name: z
          .string('is not a text')
          .regex(/^\P{Cc}{1,128}$/u, 'must have 1 to 128 characters, none of them a control')
          .meta({ description: 'For people, to know it by.' }),
        role,
        life: z
          .int('is not a whole number of seconds; send 60 to 315360000')
          .min(60, 'is out of its range; send 60 to 315360000')
          .max(315_360_000, 'is out of its range; send 60 to 315360000')
          .optional()
          .meta({ description: 'Seconds until it expires; absent: it does not.' }),
      }),
    ),
    replies: { 201: { says: 'The key, told this once.', schema: newApiKey } },
    handle: async ({ calls, principal: { account }, body: { name, role: given, life } }) => {
      const { key, ...made } = await addApiKey(calls, {
        ...{ accountId: account?.accountId, name, role: given, lifeSeconds: life },
      })
      return Response.json({ ...keyView(made), key }, { status: 201 })
    },
  }),
  operation({
    ...{ id: 'revokeKey', method: 'delete', path: '/keys/{key_id}', ...terms },
    summary: 'Revoke a key; from the answer on it opens nothing',
    replies: { 204: { says: 'It is gone.' } },
    faults: ['key-not-found'],
    handle: async ({ calls, principal: { account }, id }) => {
      await revokeApiKey(calls, { accountId: account?.accountId, keyId: id('key_id') })
      return new Response(null, { status: 204 })
    },
  }),
]
