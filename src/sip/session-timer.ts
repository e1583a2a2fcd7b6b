/** RFC 4028: how long a session lives without a refresh, and who refreshes it. */
import type { Clock, Timer } from '#base'
import type { HeaderLine } from './header-fields.ts'
import {
  formatSessionExpires,
  parseMinSe,
  parseSessionExpires,
  type SessionExpires,
} from './headers/session-expires.ts'
import type { SipMessage, SipRequest, SipResponse } from './message.ts'
import { SipParseError } from './parse-error.ts'

export interface SessionTimerSetting {
  /** What a call of ours asks for. */
  readonly seconds: number
  /** Less is refused with 422. RFC 4028 §5 allows no less than 90; tests shorten it. */
  readonly minSeconds: number
}

export const DEFAULT_SESSION_TIMER: SessionTimerSetting = { seconds: 1_800, minSeconds: 90 }

/** What both ends have agreed on. */
export interface SessionTerms {
  readonly seconds: number
  readonly refresher: 'local' | 'remote'
}

/** §7.1 and §10: the headers by which a request asks for a session timer. */
export function askForTimer({
  minSeconds,
  ...expires
}: SessionTimerSetting & SessionExpires): HeaderLine[] {
  const minimum: HeaderLine[] = minSeconds === 90 ? [] : [['Min-SE', String(minSeconds)]]
  return [['Session-Expires', formatSessionExpires(expires)], ...minimum]
}

/** §7.2: what the 2xx to a request of ours says; without Session-Expires nothing expires. */
export function termsOfResponse(response: SipResponse): SessionTerms | undefined {
  const expires = sessionExpiresOf(response)
  if (expires === undefined) return undefined
  return { seconds: expires.seconds, refresher: expires.refresher === 'uas' ? 'remote' : 'local' }
}

/** §9, table 2: what we answer. A peer that does not know of session timers cannot refresh. */
export function termsOfRequest(request: SipRequest): SessionTerms | undefined {
  const expires = sessionExpiresOf(request)
  if (expires === undefined) return undefined
  const refreshes = supportsTimer(request) && expires.refresher !== 'uas'
  return { seconds: expires.seconds, refresher: refreshes ? 'remote' : 'local' }
}

/** §9: the headers of the 2xx that accepts these terms. */
export function acceptTerms(terms: SessionTerms | undefined, request: SipRequest): HeaderLine[] {
  if (terms === undefined) return []
  const refresher = terms.refresher === 'remote' ? 'uac' : 'uas'
  const value = formatSessionExpires({ seconds: terms.seconds, refresher })
  const require: HeaderLine[] = supportsTimer(request) ? [['Require', 'timer']] : []
  return [['Session-Expires', value], ...require]
}

/** §6: 422 where the peer wants refreshes oftener than we do. A peer unaware of timers is let pass. */
export function refuseTerms(request: SipRequest, minSeconds: number): HeaderLine[] | undefined {
  const expires = sessionExpiresOf(request)
  const tooShort = expires !== undefined && expires.seconds < minSeconds && supportsTimer(request)
  return tooShort ? [['Min-SE', String(minSeconds)]] : undefined
}

/** §7.4: the interval to try after a 422; undefined where it asks for nothing more than we did. */
export function raisedInterval(response: SipResponse, asked: number): number | undefined {
  const minimum = readQuietly(response, 'Min-SE', parseMinSe)
  return response.status === 422 && minimum !== undefined && minimum > asked ? minimum : undefined
}

export interface SessionTimerHandlers {
  /** Half of the interval has passed, and it is ours to refresh. */
  readonly refresh: (terms: SessionTerms) => void
  /** The interval has nearly passed without a refresh: time to hang up. */
  readonly expired: () => void
}

export class SessionTimer {
  readonly #clock: Clock
  readonly #handlers: SessionTimerHandlers
  #timers: Timer[] = []

  constructor(clock: Clock, handlers: SessionTimerHandlers) {
    this.#clock = clock
    this.#handlers = handlers
  }

  /** §10: begins to count anew, or not at all. */
  start(terms: SessionTerms | undefined): void {
    this.stop()
    if (terms === undefined || terms.seconds <= 0) return
    const { seconds, refresher } = terms
    const lastMs = (seconds - Math.min(32, seconds / 3)) * 1000
    this.#timers.push(this.#clock.setTimer(lastMs, () => this.#handlers.expired()))
    if (refresher === 'remote') return
    const halfMs = seconds * 500
    this.#timers.push(this.#clock.setTimer(halfMs, () => this.#handlers.refresh(terms)))
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers = []
  }
}

function supportsTimer(message: SipMessage): boolean {
  return message.headers.list('Supported').some((tag) => tag.toLowerCase() === 'timer')
}

function sessionExpiresOf(message: SipMessage): SessionExpires | undefined {
  return readQuietly(message, 'Session-Expires', parseSessionExpires)
}

/** A header that cannot be read is as good as none: no call ends for it. */
function readQuietly<Value>(
  message: SipMessage,
  name: string,
  parse: (value: string) => Value,
): Value | undefined {
  const value = message.headers.get(name)
  if (value === undefined) return undefined
  try {
    return parse(value)
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined
    throw thrown
  }
}
