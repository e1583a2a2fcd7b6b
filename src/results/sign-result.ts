import { createHmac } from 'node:crypto'

/** What a signature speaks for. */
export interface SignedContent {
  readonly webhookId: string
  /** UNIX seconds. */
  readonly timestamp: number
  readonly body: string
}

/**
 * The header `webhook-signature` (Standard Webhooks, "Signature scheme"): HMAC-SHA256 over id, timestamp
 * and body, one for each secret, so that a receiver may know the old one or the new. `secrets`: base64.
 */
export function signResult(
  secrets: readonly string[],
  { webhookId, timestamp, body }: SignedContent,
): string {
  const content = `${webhookId}.${timestamp}.${body}`
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret, 'base64')
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  })
  return signatures.join(' ')
}
