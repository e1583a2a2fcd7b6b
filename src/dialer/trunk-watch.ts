import type { Clock, Logger, Service, Timer } from '#base'
import type { Trunk, TrunkStanding } from '#model'
import type { Endpoint, HealthWatch, Registration, UserAgent } from '#sip'

export interface TrunkWatchOptions {
  readonly userAgent: UserAgent
  readonly trunks: readonly Trunk[]
  readonly clock: Clock
  readonly log: Logger
  /** A trunk can take calls again, or can no more. */
  readonly onChange?: () => void
}

/**
 * Departs from RFC 3261 §21.5.4, which knows no limit: because a slip of the far end's would keep a trunk
 * idle for days.
 */
const LONGEST_REST_SECONDS = 300

interface Watched {
  readonly registration?: Registration
  readonly health?: HealthWatch
}

/**
 * Which trunks can take calls: those that must know us know us, and those that are asked whether they
 * are there say so, and none that has asked for a rest. One that fell silent comes back by its next answer.
 */
export class TrunkWatch implements Service {
  readonly #options: TrunkWatchOptions
  readonly #watched = new Map<string, Watched>()
  /** Trunks that have asked for a rest, and what ends it. */
  readonly #resting = new Map<string, Timer>()

  constructor(options: TrunkWatchOptions) {
    this.#options = options
  }

  /** The user agent must have started. */
  async start(): Promise<void> {
    for (const trunk of this.#options.trunks) this.#watched.set(trunk.name, this.#watch(trunk))
  }

  /** Registrations are taken back by the user agent's own end, which no silent registrar holds up. */
  async stop(): Promise<void> {
    for (const { health } of this.#watched.values()) health?.stop()
    this.#watched.clear()
    for (const timer of this.#resting.values()) timer.cancel()
    this.#resting.clear()
  }

  isUsable(trunk: Trunk): boolean {
    return this.standing(trunk).usable
  }

  /** Whether it can take calls, and why it cannot. */
  standing({ name, registerSeconds, pingSeconds }: Trunk): TrunkStanding {
    if (this.#resting.has(name)) return { name, usable: false, reason: 'resting' }
    const { registration, health } = this.#watched.get(name) ?? {}
    const state = registration?.state
    if (registerSeconds !== undefined && state?.kind !== 'registered') {
      if (state?.kind !== 'failed') return { name, usable: false, reason: 'registering' }
      return { name, usable: false, reason: 'not-registered', detail: state.reason }
    }
    if (pingSeconds !== undefined && health?.health !== 'up') {
      const reason = health?.health === 'down' ? 'no-answer' : 'not-asked'
      return { name, usable: false, reason }
    }
    return { name, usable: true }
  }

  /** A call got nothing at all from it: it is asked at once, where it is asked at all. */
  doubt({ name }: Trunk): void {
    this.#watched.get(name)?.health?.askNow()
  }

  /** It said 503 with Retry-After (RFC 3261 §21.5.4): it gets no calls for so long. */
  rest({ name }: Trunk, seconds: number): void {
    const { clock, log, onChange } = this.#options
    const restSeconds = Math.min(seconds, LONGEST_REST_SECONDS)
    log.warn('trunk asked for a rest', { trunk: name, seconds, restSeconds })
    this.#resting.get(name)?.cancel()
    const timer = clock.setTimer(restSeconds * 1000, () => {
      this.#resting.delete(name)
      onChange?.()
    })
    this.#resting.set(name, timer)
    onChange?.()
  }

  #watch(trunk: Trunk): Watched {
    const { userAgent, log, onChange } = this.#options
    const { name, username: user, registerSeconds, pingSeconds } = trunk
    const watched: { -readonly [Key in keyof Watched]: Watched[Key] } = {}
    if (pingSeconds !== undefined) {
      watched.health = userAgent.watch({
        endpoint: trunkEndpoint(trunk),
        intervalSeconds: pingSeconds,
        onChange: (health) => {
          log[health === 'up' ? 'info' : 'warn']('trunk health', { trunk: name, health })
          onChange?.()
        },
      })
    }
    if (registerSeconds !== undefined && user !== undefined) {
      watched.registration = userAgent.register({
        registrar: trunkEndpoint(trunk),
        user,
        credentials: { username: user, password: trunk.password ?? '' },
        expiresSeconds: registerSeconds,
        onChange: (state) => {
          log[state.kind === 'failed' ? 'warn' : 'info']('trunk registration', {
            trunk: name,
            ...state,
          })
          onChange?.()
        },
      })
    }
    return watched
  }
}

/** What leads to a trunk: its name in the domain name system, or its address. */
export function trunkEndpoint({ name, host, port, transport }: Trunk): Endpoint {
  return {
    host,
    tlsProfile: name,
    ...(port === undefined ? {} : { port }),
    ...(transport === undefined ? {} : { transport }),
  }
}
