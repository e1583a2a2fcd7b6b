import { createHmac } from 'node:crypto'
import { OutdialError, type Random } from '#base'
import { HASH_OF_NOBODY, matchesPin } from './pin-hash.ts'

/** Threads of the pool that PINs may keep busy; the others stay free for files and names. */
const AT_ONCE = 2
const LONGEST_QUEUE = 64
const REMEMBERED = 10_000

/**
 * Verifies PINs. One that was right is remembered, so that only the first request of a client pays
 * for scrypt; a wrong one pays every time. Remembered is a keyed digest over login, PIN and stored
 * hash, with a key that lives as long as the process: a changed PIN is forgotten by itself.
 */
export class PinVerifier {
  readonly #key: Buffer
  readonly #verified = new Set<string>()
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
    const digest = this.#digest(login, pin, pinHash ?? '')
    if (this.#verified.has(digest)) return true
    const matches = await this.#bounded(() => matchesPin(pin, pinHash ?? HASH_OF_NOBODY))
    if (!matches || pinHash === undefined) return false
    this.#remember(digest)
    return true
  }

  #digest(...parts: string[]): string {
    return createHmac('sha256', this.#key).update(JSON.stringify(parts)).digest('base64')
  }

  #remember(digest: string): void {
    const [oldest] = this.#verified
    if (this.#verified.size >= REMEMBERED && oldest !== undefined) this.#verified.delete(oldest)
    this.#verified.add(digest)
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
