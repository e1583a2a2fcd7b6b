import { hash } from 'node:crypto'

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
  const content = Buffer.from(`${webhookId}.${timestamp}.${body}`)
  return secrets.map((secret) => `v1,${hmacSha256(secret, content)}`).join(' ')
}

/** Of SHA-256, in bytes. */
const BLOCK = 64
const DIGEST = 32
/** Some, of those that were used last. */
const MOST_KEYS = 1000

interface PaddedKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

const keys = new Map<string, PaddedKey>()

/**
 * RFC 2104, in base64: two hashes, of which Node makes each in one call. Its own `createHmac` takes twice as
 * long, most of it to set itself up.
 */
function hmacSha256(secret: string, content: Buffer): string {
  const { inner, outer } = keys.get(secret) ?? padKey(secret)
  const digest = hash('sha256', Buffer.concat([inner, content]), 'buffer')
  return hash('sha256', Buffer.concat([outer, digest], BLOCK + DIGEST), 'base64')
}

function padKey(secret: string): PaddedKey {
  const bytes = Buffer.from(secret, 'base64')
  const key = bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes
  const pad = (byte: number): Buffer => Buffer.alloc(BLOCK, byte).map((one, at) => one ^ (key[at] ?? 0)) as Buffer
  const padded = { inner: pad(0x36), outer: pad(0x5c) }
  if (keys.size >= MOST_KEYS) keys.clear()
  keys.set(secret, padded)
  return padded
}
