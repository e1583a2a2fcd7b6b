/** Is a trunk there? OPTIONS from time to time, RFC 3261 §11: any answer of its own says yes. */
import type { Timer } from '#base'
import type { AgentContext } from './agent-context.ts'
import type { DialogReply } from './dialog-client.ts'
import type { Endpoint } from './locate-servers.ts'
import { OutsideClient } from './outside-client.ts'
import { parseUri, uriHost } from './uri.ts'

export type Health = 'unknown' | 'up' | 'down'

export interface HealthWatchSetting {
  /** Looked up anew for each question. */
  readonly endpoint: Endpoint
  /** From an answer, or the lack of one, to the next question. Default 30. */
  readonly intervalSeconds?: number
  readonly onChange?: (health: Health) => void
}

export interface HealthWatch {
  readonly health: Health
  /** Asks at once, unless a question is under way: there is reason to doubt. */
  askNow(): void
  stop(): void
}

export class HealthWatchSession implements HealthWatch {
  readonly #context: AgentContext
  readonly #setting: HealthWatchSetting
  readonly #client: OutsideClient
  #health: Health = 'unknown'
  #timer: Timer | undefined
  #stopped = false
  #asking = false

  constructor(context: AgentContext, setting: HealthWatchSetting) {
    const { endpoint } = setting
    const { host, port = 5060, transport = 'udp' } = endpoint
    this.#context = context
    this.#setting = setting
    const local = context.localAddress(transport)
    parseUri(`sip:${uriHost(host)}`)
    this.#client = new OutsideClient(context, {
      endpoint,
      requestUri: `sip:${uriHost(host)}${port === 5060 ? '' : `:${port}`}`,
      address: `sip:ping@${uriHost(local.host)}`,
    })
  }

  get health(): Health {
    return this.#health
  }

  async ask(): Promise<void> {
    this.#asking = true
    const reply = await this.#client.request('OPTIONS', () => [['Accept', 'application/sdp']])
    this.#asking = false
    if (this.#stopped) return
    this.#become(isThere(reply) ? 'up' : 'down')
    const { intervalSeconds = 30 } = this.#setting
    this.#timer = this.#context.clock.setTimer(intervalSeconds * 1000, () => void this.ask())
  }

  askNow(): void {
    if (this.#asking || this.#stopped) return
    this.#timer?.cancel()
    void this.ask()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  #become(health: Health): void {
    if (health === this.#health) return
    this.#health = health
    this.#context.log.debug('sip health', { host: this.#setting.endpoint.host, health })
    this.#setting.onChange?.(health)
  }
}

/** A refusal is an answer too; 408, 503 and 504 are how a proxy says that nobody is behind it. */
function isThere(reply: DialogReply): boolean {
  return reply.kind === 'response' && ![408, 503, 504].includes(reply.status)
}
