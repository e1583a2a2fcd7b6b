import { z } from 'zod'
import { OutdialError } from '#base'
import {
  ACCOUNT_EDIT,
  accountSettings,
  addAccount,
  addTrunk,
  type CallsContext,
  editAccount,
  editedTrunk,
  editTrunk,
  findAccount,
  listAccounts,
  listTrunks,
  TRUNK_EDIT,
  trunkNotFound,
} from '#calls'
import type { Trunk } from '#model'
import { DEFAULT_LIMIT, pageOf, readCursor } from '../cursor.ts'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { account } from '../schemas/account.ts'
import { nextCursor, paging } from '../schemas/parts.ts'
import { trunk } from '../schemas/trunk.ts'
import { accountView } from '../views/account-view.ts'
import { trunkView } from '../views/trunk-view.ts'

const scope = 'installation'
const text = z.string('is not a text')

const ACCOUNTS: readonly Operation[] = [
  operation({
    ...{
      id: 'listAccounts',
      method: 'get',
      path: '/accounts',
      tag: 'Accounts',
      role: 'viewer',
      scope,
    },
    summary: 'All accounts, by login',
    query: z.strictObject(paging),
    replies: {
      200: {
        says: 'A page of accounts.',
        schema: z.object({
          accounts: z.array(
            z
              .object({
                login: z.string(),
                held: z.boolean(),
                time_zone: z.string(),
                country: z.string(),
              })
              .meta({ id: 'ListedAccount' }),
          ),
          next_cursor: nextCursor,
        }),
      },
    },
    handle: async ({ calls, query: { limit = DEFAULT_LIMIT, cursor } }) => {
      const afterLogin = readCursor(cursor)
      const listed = await listAccounts(calls, { afterLogin, limit: limit + 1 })
      const { rows, ...next } = pageOf(listed, limit, ({ login }) => login)
      const view = rows.map(({ login, held, timeZone, country }) => {
        return { login, held, time_zone: timeZone, country }
      })
      return Response.json({ accounts: view, ...next })
    },
  }),
  operation({
    ...{
      id: 'createAccount',
      method: 'post',
      path: '/accounts',
      tag: 'Accounts',
      role: 'owner',
      scope,
    },
    summary: 'Make an account',
    body: jsonBody(
      z.strictObject({
        login: text.min(1, 'is empty').max(128, 'is too long; send at most 128 characters'),
        pin: text.min(1, 'is empty').max(16, 'is too long; send at most 16 characters'),
        time_zone: text.optional().meta({ description: 'IANA name; default UTC.' }),
        country: text.optional().meta({ description: 'ISO 3166 alpha-2; default US.' }),
      }),
    ),
    replies: { 201: { says: 'The account.', schema: account } },
    faults: ['account-exists', 'account-invalid'],
    handle: async ({ calls, body: { login, pin, time_zone: timeZone, country } }) => {
      const made = await addAccount(calls, {
        ...{ login, pin },
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(country === undefined ? {} : { country }),
      })
      const view = accountView(made, await accountSettings(calls, made.accountId))
      return Response.json(view, { status: 201 })
    },
  }),
  operation({
    ...{ id: 'getAccountOf', method: 'get', path: '/accounts/{login}', tag: 'Accounts' },
    ...{ role: 'viewer', scope },
    summary: 'An account, with its rules and limits',
    replies: { 200: { says: 'The account.', schema: account } },
    faults: ['account-not-found'],
    handle: async ({ calls, name }) => {
      const found = await findAccount(calls, name('login'))
      return Response.json(accountView(found, await accountSettings(calls, found.accountId)))
    },
  }),
  operation({
    ...{ id: 'editAccount', method: 'patch', path: '/accounts/{login}', tag: 'Accounts' },
    ...{ role: 'operator', scope },
    summary: 'Change what counts for all calls of an account',
    body: jsonBody(ACCOUNT_EDIT, { checkedByVerb: true }),
    replies: { 200: { says: 'The account as it is then.', schema: account } },
    faults: ['account-not-found', 'account-invalid', 'rule-invalid'],
    handle: async ({ calls, name, body: fields }) => {
      const { accountId, login } = await findAccount(calls, name('login'))
      const settings = await editAccount(calls, { accountId, fields })
      return Response.json(accountView(await findAccount(calls, login), settings))
    },
  }),
]

const TRUNKS: readonly Operation[] = [
  operation({
    ...{ id: 'listTrunks', method: 'get', path: '/trunks', tag: 'Trunks', role: 'viewer', scope },
    summary: 'All trunks, the oldest first',
    replies: { 200: { says: 'All of them.', schema: z.object({ trunks: z.array(trunk) }) } },
    handle: async ({ calls }) => {
      return Response.json({ trunks: (await listTrunks(calls)).map(trunkView) })
    },
  }),
  operation({
    ...{ id: 'createTrunk', method: 'post', path: '/trunks', tag: 'Trunks', role: 'owner', scope },
    summary: 'Add a trunk; servers use it from their next start on',
    body: jsonBody(
      TRUNK_EDIT.extend({
        name: text.regex(/^[\w.-]{1,128}$/, 'is not 1 to 128 of A–Z a–z 0–9 _ . -'),
      }),
    ),
    replies: { 201: { says: 'The trunk.', schema: trunk } },
    faults: ['trunk-exists', 'trunk-invalid'],
    handle: async ({ calls, body: { name, ...fields } }) => {
      const made = editedTrunk({ name }, fields)
      await addTrunk(calls, made)
      return Response.json(trunkView(made), { status: 201 })
    },
  }),
  operation({
    ...{
      id: 'getTrunk',
      method: 'get',
      path: '/trunks/{trunk}',
      tag: 'Trunks',
      role: 'viewer',
      scope,
    },
    summary: 'A trunk',
    replies: { 200: { says: 'The trunk.', schema: trunk } },
    faults: ['trunk-not-found'],
    handle: async ({ calls, name }) => {
      return Response.json(trunkView(await findTrunk(calls, name('trunk'))))
    },
  }),
  operation({
    ...{
      id: 'editTrunk',
      method: 'patch',
      path: '/trunks/{trunk}',
      tag: 'Trunks',
      role: 'owner',
      scope,
    },
    summary: 'Change a trunk; servers use it so from their next start on',
    body: jsonBody(TRUNK_EDIT, { checkedByVerb: true }),
    replies: { 200: { says: 'The trunk as it is then.', schema: trunk } },
    faults: ['trunk-not-found', 'trunk-invalid'],
    handle: async ({ calls, name, body: fields }) =>
      Response.json(trunkView(await editTrunk(calls, { name: name('trunk'), fields }))),
  }),
  operation({
    ...{ id: 'pingTrunk', method: 'post', path: '/trunks/{trunk}/ping', tag: 'Trunks' },
    audited: false,
    ...{ role: 'operator', scope },
    summary: 'Ask a trunk whether it is there',
    description:
      'Reads its files, finds its servers, and sends OPTIONS, as `outdial doctor` does; as it is stored, whether or not ' +
      'servers use it so yet. Places no call, and tries no password.',
    replies: {
      200: {
        says: 'What was found.',
        schema: z
          .object({
            state: z.enum(['ok', 'warning', 'fault']),
            detail: z.string(),
            cure: z.string().optional(),
          })
          .meta({ id: 'TrunkPing' }),
      },
    },
    faults: ['trunk-not-found'],
    handle: async ({ calls, options, name }) => {
      const trunk = await findTrunk(calls, name('trunk'))
      if (options.pingTrunk === undefined) {
        throw new OutdialError('no-such-address', 'This server asks no trunks.')
      }
      return Response.json(await options.pingTrunk(trunk))
    },
  }),
]

async function findTrunk(calls: CallsContext, name: string): Promise<Trunk> {
  const found = (await listTrunks(calls)).find((one) => one.name === name)
  if (found === undefined) throw trunkNotFound()
  return found
}

export const INSTALLATION_OPERATIONS: readonly Operation[] = [...ACCOUNTS, ...TRUNKS]
