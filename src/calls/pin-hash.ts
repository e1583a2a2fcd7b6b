import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { OutdialError, type Random } from '#base'

/** RFC 7914: 16 MiB and some 50 ms a guess. */
const COST = { N: 2 ** 14, r: 8, p: 1 }
const SALT_BYTES = 16
const KEY_BYTES = 32

/** `scrypt$N$r$p$salt$key`, the last two in base64url. */
export async function hashPin(pin: string, random: Random): Promise<string> {
  const salt = random.bytes(SALT_BYTES)
  const key = await derive(pin, salt, COST)
  const parts = [COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')]
  return ['scrypt', ...parts].join('$')
}

/** Compares in constant time. */
export async function matchesPin(pin: string, pinHash: string): Promise<boolean> {
  const [scheme, N, r, p, salt = '', key = ''] = pinHash.split('$')
  if (scheme !== 'scrypt')
    throw new OutdialError('pin-hash-unknown', 'The stored PIN is unreadable.')
  const expected = Buffer.from(key, 'base64url')
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  return timingSafeEqual(await derive(pin, Buffer.from(salt, 'base64url'), cost), expected)
}

/** What a PIN is compared with where there is no such login, so that both cases take as long. */
export const HASH_OF_NOBODY = [
  ...['scrypt', COST.N, COST.r, COST.p],
  ...[Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES)].map((bytes) =>
    bytes.toString('base64url'),
  ),
].join('$')

function derive(pin: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin.normalize('NFC'), salt, KEY_BYTES, cost, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
