import type { Hono } from 'hono'
import { type CallsContext, rotateWebhookSecret, type WebhookSecrets, webhookSecrets } from '#calls'
import { type Fields, readFields, refuseOthers } from './read-body.ts'
import { own, type V1 } from './v1-context.ts'

/** What the account's receivers check the signatures of results with. */
export function routeWebhookSecret(v1: Hono<V1>, calls: CallsContext): void {
  v1.get('/account/webhook-secret', async (c) =>
    c.json(webhookSecretView(await webhookSecrets(calls, own(c).accountId))),
  )
  v1.post('/account/webhook-secret/rotate', async (c) => {
    const fields = readRotation(await readFields(c.req.raw, calls.clock))
    return c.json(webhookSecretView(await rotateWebhookSecret(calls, { ...own(c), ...fields })))
  })
}

export function webhookSecretView({ secret, createdAt, oldExpiresAt }: WebhookSecrets): object {
  return { secret, created_at: createdAt, old_expires_at: oldExpiresAt }
}

function readRotation(fields: Fields): { keepOldSeconds?: number } {
  refuseOthers(fields, 'a rotation', 'keep_old')
  const { keep_old: keepOld } = fields
  // What is no number is refused as one that is none.
  return keepOld === undefined
    ? {}
    : { keepOldSeconds: typeof keepOld === 'number' ? keepOld : Number.NaN }
}
