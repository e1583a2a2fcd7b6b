import { createHash } from 'node:crypto'
import { type Clock, OutdialError } from '#base'
import type { Database } from '#store'
import type { CallsContext } from './context.ts'

/** So many wrong tries at once, and another each so often. */
interface Terms {
  readonly most: number
  readonly refillMs: number
}

/** Somebody who mistypes. */
const AT_AN_ADDRESS: Terms = { most: 5, refillMs: 60_000 }
/** Somebody who guesses from many addresses. */
const IN_ALL: Terms = { most: 50, refillMs: 30_000 }
const REMEMBERED = 10_000

/** Whose secret is tried, and from where. */
export interface SignInTry {
  readonly login: string
  /** Undefined: the account's owner. */
  readonly user: string | undefined
  readonly address: string | undefined
}

/** Too many wrong tries: the next may come after so many seconds. */
export class SignInThrottledError extends OutdialError {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super('rate-limited', `Too many tries were wrong; try again in ${retryAfterSeconds} s.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * How often a wrong secret may be tried on one server, whether or not its login exists: for each login at each address,
 * and for each login in all. Who has signed in from an address before is not kept out by what others try elsewhere.
 */
export class SignInThrottle {
  readonly #atAddress: Tries
  readonly #inAll: Tries
  readonly #known = new Set<string>()

  constructor(clock: Clock) {
    this.#atAddress = new Tries(clock, AT_AN_ADDRESS)
    this.#inAll = new Tries(clock, IN_ALL)
  }

  /** Counts a try as wrong before it is looked at, so that many at once are no way around. @throws SignInThrottledError */
  begin(tried: SignInTry): void {
    const { place, who } = keysOf(tried)
    const isKnown = this.#known.has(place)
    const waitMs = Math.max(this.#atAddress.waitMs(place), isKnown ? 0 : this.#inAll.waitMs(who))
    if (waitMs > 0) throw new SignInThrottledError(Math.ceil(waitMs / 1000))
    this.#atAddress.take(place)
    if (!isKnown) this.#inAll.take(who)
  }

  /** It was right, or was not looked at. */
  takeBack(tried: SignInTry): void {
    const { place, who } = keysOf(tried)
    this.#atAddress.giveBack(place)
    if (!this.#known.has(place)) this.#inAll.giveBack(who)
  }

  /** It was right, and had been before: it says nothing of the wrong ones. */
  recognize(tried: SignInTry): void {
    keep(this.#known, keysOf(tried).place)
  }

  /** It was right. */
  succeed(tried: SignInTry): void {
    this.takeBack(tried)
    const { place } = keysOf(tried)
    this.#atAddress.forget(place)
    keep(this.#known, place)
  }
}

/** Digests: what somebody sends as a login may be long, or a password. */
function keysOf({ login, user, address }: SignInTry): { place: string; who: string } {
  const digest = (...parts: unknown[]): string =>
    createHash('sha256').update(JSON.stringify(parts)).digest('base64')
  return { place: digest(login, user, address), who: digest(login, user) }
}

/** One a database, and so one a process. */
const throttles = new WeakMap<Database, SignInThrottle>()

export function throttleOf({ db, clock }: CallsContext): SignInThrottle {
  const throttle = throttles.get(db) ?? new SignInThrottle(clock)
  throttles.set(db, throttle)
  return throttle
}

class Tries {
  readonly #clock: Clock
  readonly #terms: Terms
  /** By key: when it has all tries again, on the monotonic clock. The longest unused comes first. */
  readonly #wholeAtMs = new Map<string, number>()

  constructor(clock: Clock, terms: Terms) {
    this.#clock = clock
    this.#terms = terms
  }

  /** 0: one is left. */
  waitMs(key: string): number {
    const { most, refillMs } = this.#terms
    return Math.max(0, this.#lackingMs(key) - (most - 1) * refillMs)
  }

  take(key: string): void {
    this.#set(key, this.#lackingMs(key) + this.#terms.refillMs)
  }

  giveBack(key: string): void {
    this.#set(key, this.#lackingMs(key) - this.#terms.refillMs)
  }

  forget(key: string): void {
    this.#wholeAtMs.delete(key)
  }

  #lackingMs(key: string): number {
    const nowMs = this.#clock.monotonic()
    return Math.max(0, (this.#wholeAtMs.get(key) ?? nowMs) - nowMs)
  }

  #set(key: string, lackingMs: number): void {
    this.#wholeAtMs.delete(key)
    if (lackingMs <= 0) return
    const [oldest] = this.#wholeAtMs.keys()
    if (this.#wholeAtMs.size >= REMEMBERED && oldest !== undefined) this.#wholeAtMs.delete(oldest)
    this.#wholeAtMs.set(key, this.#clock.monotonic() + lackingMs)
  }
}

function keep(set: Set<string>, key: string): void {
  set.delete(key)
  const [oldest] = set
  if (set.size >= REMEMBERED && oldest !== undefined) set.delete(oldest)
  set.add(key)
}
