import { createHash } from 'node:crypto'
import type { Random } from '#base'

const TOKEN_BYTES = 32

/** What a cookie carries: 43 characters of base64url. */
export function newToken(random: Random): string {
  return random.bytes(TOKEN_BYTES).toString('base64url')
}

/** What is stored of it. As many random bits as it has are not guessed, and a slow hash would gain nothing. */
export function tokenDigest(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}
