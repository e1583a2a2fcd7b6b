import { createHmac } from 'node:crypto'
import { OutdialError, type Random } from '#base'
import { HASH_OF_NOBODY, matchesPin } from './pin-hash.ts'

/** Threads of the pool that PINs may keep busy; the others stay free for files and names. */
const AT_ONCE = 2
const LONGEST_QUEUE = 64
const REMEMBERED = 10_000

/**
 * Verifies PINs. What one was, right or wrong, is remembered, so that only the first request of a client pays
 * for scrypt, and of many at the same time one. Remembered is a keyed digest over login, PIN and stored
 * hash, with a key that lives as long as the process: a changed PIN is forgotten by itself.
 */
export class PinVerifier {
  readonly #key: Buffer
  readonly #right = new Set<string>()
  readonly #wrong = new Set<string>()
  readonly #looking = new Map<string, Promise<boolean>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(random: Random) {
    this.#key = random.bytes(32)
  }

  /**
   * `pinHash` undefined: there is no such login; false, after the same time.
   * @throws OutdialError `overloaded`, temporary
   */
  async verify(login: string, pin: string, pinHash: string | undefined): Promise<boolean> {
    const known = this.known(login, pin, pinHash)
    if (known !== undefined) return known
    const digest = this.#digest(login, pin, pinHash ?? '')
    const looking = this.#look(digest, pin, pinHash).finally(() => this.#looking.delete(digest))
    this.#looking.set(digest, looking)
    return looking
  }

  /** What `verify` says without more work: it was looked at before, or is being looked at. */
  known(
    login: string,
    pin: string,
    pinHash: string | undefined,
  ): boolean | Promise<boolean> | undefined {
    const digest = this.#digest(login, pin, pinHash ?? '')
    if (this.#right.has(digest)) return true
    return this.#wrong.has(digest) ? false : this.#looking.get(digest)
  }

  async #look(digest: string, pin: string, pinHash: string | undefined): Promise<boolean> {
    const matches = await this.#bounded(() => matchesPin(pin, pinHash ?? HASH_OF_NOBODY))
    const isRight = matches && pinHash !== undefined
    remember(isRight ? this.#right : this.#wrong, digest)
    return isRight
  }

  #digest(...parts: string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64')
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= LONGEST_QUEUE) {
        throw new OutdialError(
          'overloaded',
          'Too many logins at once; try again in a few seconds.',
          {
            temporary: true,
          },
        )
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      return await work()
    } finally {
      // The place is handed on, or given up.
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}

function remember(set: Set<string>, digest: string): void {
  const [oldest] = set
  if (set.size >= REMEMBERED && oldest !== undefined) set.delete(oldest)
  set.add(digest)
}
