import { OutdialError, type Random } from '#base'
import { findWebhookSecrets, insertWebhookSecret, type Queryable } from '#store'
import type { CallsContext } from './context.ts'

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32
const DAY_SECONDS = 86_400
const LONGEST_KEEP_SECONDS = 30 * DAY_SECONDS

/** What an account's receivers check signatures with. */
export interface WebhookSecrets {
  /** `whsec_` and base64. */
  readonly secret: string
  readonly createdAt: Date
  /** Until when the one before signs as well; absent: it does no more. */
  readonly oldExpiresAt?: Date
}

export async function webhookSecrets(
  context: Pick<CallsContext, 'db'>,
  accountId: number,
): Promise<WebhookSecrets> {
  const [newest, before] = await findWebhookSecrets(context.db, accountId)
  if (newest === undefined) {
    const sentence = 'The account has no webhook secret yet; rotate it, and it has one.'
    throw new OutdialError('webhook-secret-missing', sentence)
  }
  const { secret, createdAt } = newest
  const old = before?.expiresAt === undefined ? {} : { oldExpiresAt: before.expiresAt }
  return { secret: `whsec_${secret}`, createdAt, ...old }
}

/**
 * Signs with a new secret from now on. For a day, or as long as is asked, results carry a signature of
 * the old one as well, so that receivers can be told the new one meanwhile.
 *
 * @throws OutdialError `parameter-invalid`
 */
export async function rotateWebhookSecret(
  context: CallsContext,
  {
    accountId,
    keepOldSeconds = DAY_SECONDS,
  }: { accountId: number; keepOldSeconds?: number | undefined },
): Promise<WebhookSecrets> {
  const isAllowed = keepOldSeconds >= 0 && keepOldSeconds <= LONGEST_KEEP_SECONDS
  if (!Number.isInteger(keepOldSeconds) || !isAllowed) {
    throw new OutdialError(
      'parameter-invalid',
      `keep_old is no whole number of seconds from 0 to ${LONGEST_KEEP_SECONDS}; send one.`,
      { field: 'keep_old' },
    )
  }
  await addWebhookSecret(context.db, context.random, { accountId, keepOldSeconds })
  return webhookSecrets(context, accountId)
}

/** The first one of an account, or a new one. */
export function addWebhookSecret(
  db: Queryable,
  random: Random,
  { accountId, keepOldSeconds = 0 }: { accountId: number; keepOldSeconds?: number },
): Promise<void> {
  const secret = random.bytes(SECRET_BYTES).toString('base64')
  return insertWebhookSecret(db, { accountId, secret, keepOldSeconds })
}
