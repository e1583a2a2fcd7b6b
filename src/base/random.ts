import { createHash, randomBytes } from 'node:crypto'

/** Chance, handed in: the system's in production, a seeded one in simulations. */
export interface Random {
  bytes(count: number): Buffer
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) }

/** A repeatable stream: SHA-256 in counter mode. The same seed gives the same bytes, for ever. */
export function seededRandom(seed: string | number): Random {
  let counter = 0
  let pool = Buffer.alloc(0)
  return {
    bytes(count) {
      while (pool.length < count) {
        const block = createHash('sha256').update(`${seed}:${counter++}`).digest()
        pool = Buffer.concat([pool, block])
      }
      const taken = pool.subarray(0, count)
      pool = pool.subarray(count)
      return Buffer.from(taken)
    },
  }
}

/** `count` random bytes as lower-case hexadecimal. */
export function randomHex(random: Random, count: number): string {
  return random.bytes(count).toString('hex')
}

/** RFC 9562 §5.4: version 4. */
export function randomUuid(random: Random): string {
  const bytes = random.bytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

export function randomUint32(random: Random): number {
  return random.bytes(4).readUInt32BE(0)
}

/** Evenly distributed in [0, 1). */
export function randomFraction(random: Random): number {
  return randomUint32(random) / 2 ** 32
}
