import { z } from 'zod'
import {
  accountSettings,
  type CallsContext,
  cancelPending,
  holdAccount,
  rotateWebhookSecret,
  webhookSecrets,
} from '#calls'
import type { Account } from '#model'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { account, webhookSecret } from '../schemas/account.ts'
import { accountView } from '../views/account-view.ts'
import { webhookSecretView } from '../views/webhook-secret-view.ts'

const tag = 'Account'
const reply = { 200: { says: 'The account as it is then.', schema: account } }

export const ACCOUNT_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'getAccount', method: 'get', path: '/account', tag, role: 'viewer' },
    summary: 'The account, with its rules and limits',
    replies: { 200: { says: 'The account.', schema: account } },
    handle: ({ calls, account: own }) => accountReply(calls, own),
  }),
  ...[true, false].map((held) =>
    operation({
      ...{ id: held ? 'holdAccount' : 'resumeAccount', method: 'post', tag, role: 'operator' },
      path: held ? '/account/hold' : '/account/resume',
      summary: held ? 'Dial nothing of the account' : 'Dial its calls again',
      replies: reply,
      handle: async ({ calls, account: own }) => {
        await holdAccount(calls, { accountId: own.accountId, held })
        return accountReply(calls, { ...own, held })
      },
    }),
  ),
  operation({
    ...{ id: 'cancelPending', method: 'post', path: '/account/cancel-pending', tag },
    role: 'operator',
    summary: 'Cancel all that waits or rings; what is queued later is not concerned',
    replies: reply,
    handle: async ({ calls, account: own }) => {
      await cancelPending(calls, { accountId: own.accountId })
      return accountReply(calls, own)
    },
  }),
  operation({
    ...{ id: 'getWebhookSecret', method: 'get', path: '/account/webhook-secret', tag },
    role: 'owner',
    summary: 'What its results are signed with',
    replies: { 200: { says: 'The secret.', schema: webhookSecret } },
    faults: ['webhook-secret-missing'],
    handle: async ({ calls, account: { accountId } }) =>
      Response.json(webhookSecretView(await webhookSecrets(calls, accountId))),
  }),
  operation({
    ...{ id: 'rotateWebhookSecret', method: 'post', path: '/account/webhook-secret/rotate', tag },
    role: 'owner',
    summary: 'Sign with a new secret, and for a while with the old one as well',
    body: jsonBody(
      z.strictObject({
        keep_old: z
          .int('is no whole number of seconds from 0 to 2592000; send one')
          .min(0, 'is no whole number of seconds from 0 to 2592000; send one')
          .max(2_592_000, 'is no whole number of seconds from 0 to 2592000; send one')
          .optional()
          .meta({ description: 'Seconds; a day where it is absent.' }),
      }),
      { optional: true },
    ),
    replies: { 200: { says: 'The new secret.', schema: webhookSecret } },
    handle: async ({ calls, account: { accountId }, body: { keep_old: keepOldSeconds } }) => {
      const secrets = await rotateWebhookSecret(calls, { accountId, keepOldSeconds })
      return Response.json(webhookSecretView(secrets))
    },
  }),
]

async function accountReply(calls: CallsContext, own: Account): Promise<Response> {
  return Response.json(accountView(own, await accountSettings(calls, own.accountId)))
}
