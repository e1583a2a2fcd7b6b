import type { WebhookSecrets } from '#calls'

export function webhookSecretView({ secret, createdAt, oldExpiresAt }: WebhookSecrets): object {
  return { secret, created_at: createdAt, old_expires_at: oldExpiresAt }
}
