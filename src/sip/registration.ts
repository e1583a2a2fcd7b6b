/** REGISTER, RFC 3261 §10.2: says where calls for an account are taken, as long as it runs. */
import { randomFraction, type Timer } from '#base'
import type { AgentContext } from './agent-context.ts'
import type { DialogReply } from './dialog-client.ts'
import { parseInteger } from './headers/grammar.ts'
import { parseNameAddress } from './headers/name-address.ts'
import type { Credentials, Target } from './invite.ts'
import type { Endpoint } from './locate-servers.ts'
import type { SipResponse } from './message.ts'
import { OutsideClient } from './outside-client.ts'
import { formatUri, parseUri, uriHost } from './uri.ts'

export interface RegistrationSetting {
  /** Looked up anew for each request. */
  readonly registrar: Endpoint
  /** The account: the user part of the address that is registered. */
  readonly user: string
  /** The host of that address; default: the registrar's. */
  readonly domain?: string
  readonly credentials?: Credentials
  /** Asked for; the registrar decides. Default 3600. */
  readonly expiresSeconds?: number
  /** RFC 5626 §4.5: the first wait after a failure, doubled up to half an hour. Default 30. */
  readonly retrySeconds?: number
  readonly onChange?: (state: RegistrationState) => void
}

export type RegistrationState =
  | { readonly kind: 'registering' }
  | { readonly kind: 'registered'; readonly expiresSeconds: number }
  /** Tried again later. */
  | { readonly kind: 'failed'; readonly reason: string; readonly status?: number }
  | { readonly kind: 'stopped' }

export interface Registration {
  readonly state: RegistrationState
  /** Takes the registration back; resolves when that is answered or given up. */
  stop(): Promise<void>
}

const MAX_RETRY_SECONDS = 1_800
const MIN_RETRY_SECONDS = 0.5

export class RegistrationSession implements Registration {
  readonly #context: AgentContext
  readonly #setting: RegistrationSetting
  readonly #client: OutsideClient
  /** As the last request had it. */
  #contact = ''
  #state: RegistrationState = { kind: 'registering' }
  #expiresSeconds: number
  #failures = 0
  /** Until then the registrar knows us, whatever becomes of a refresh; monotonic, milliseconds. */
  #knownUntilMs = 0
  #timer: Timer | undefined
  #underWay: Promise<void> = Promise.resolve()

  constructor(context: AgentContext, setting: RegistrationSetting) {
    const { registrar, user, credentials, expiresSeconds = 3_600 } = setting
    this.#context = context
    this.#setting = setting
    this.#expiresSeconds = expiresSeconds
    const domain = setting.domain ?? registrar.host
    parseUri(`sip:${uriHost(domain)}`)
    this.#client = new OutsideClient(context, {
      endpoint: registrar,
      requestUri: `sip:${uriHost(domain)}`,
      address: userUri(user, domain),
      credentials,
    })
  }

  get state(): RegistrationState {
    return this.#state
  }

  start(): void {
    this.#underWay = this.#register()
  }

  async stop(): Promise<void> {
    if (this.#state.kind === 'stopped') return
    this.#timer?.cancel()
    const before = this.#underWay
    this.#become({ kind: 'stopped' })
    await before
    await this.#send(0)
  }

  async #register(): Promise<void> {
    const reply = await this.#send(this.#expiresSeconds)
    if (this.#state.kind === 'stopped') return
    const minimum = reply.kind === 'response' ? minExpires(reply) : undefined
    if (minimum !== undefined && minimum > this.#expiresSeconds) {
      // §10.2.8: 423 says how long it must be.
      this.#expiresSeconds = minimum
      return this.#register()
    }
    if (reply.kind === 'response' && reply.status < 300) this.#registered(reply)
    else this.#failed(reply)
  }

  #registered(response: SipResponse): void {
    this.#failures = 0
    const expiresSeconds = this.#granted(response)
    this.#knownUntilMs = this.#context.clock.monotonic() + expiresSeconds * 1000
    this.#become({ kind: 'registered', expiresSeconds })
    // In time for a second try, should the first be lost.
    this.#again(expiresSeconds * 0.8)
  }

  #failed(reply: DialogReply): void {
    const { retrySeconds = 30 } = this.#setting
    const longest = Math.min(MAX_RETRY_SECONDS, retrySeconds * 2 ** this.#failures++)
    const knownMs = this.#knownUntilMs - this.#context.clock.monotonic()
    if (knownMs > 0 && mayPass(reply)) {
      // §10.2.1.1: the binding stands until it expires. It is tried again a few times by then.
      const seconds = Math.min(longest, knownMs / 4_000)
      return this.#again(Math.max(MIN_RETRY_SECONDS, seconds))
    }
    if (reply.kind === 'response') {
      const { status, reason } = reply
      this.#become({ kind: 'failed', reason: `${status} ${reason}`, status })
    } else {
      const reason = reply.kind === 'timeout' ? 'no answer' : reply.reason
      this.#become({ kind: 'failed', reason })
    }
    // RFC 5626 §4.5: spread, so that a registrar that comes back is not overrun.
    this.#again(longest * (0.5 + randomFraction(this.#context.random) / 2))
  }

  #again(seconds: number): void {
    this.#timer = this.#context.clock.setTimer(seconds * 1000, () => this.start())
  }

  #send(expiresSeconds: number): Promise<DialogReply> {
    return this.#client.request('REGISTER', (target) => {
      this.#contact = this.#contactOf(target)
      return [
        ['Contact', `<${this.#contact}>`],
        ['Expires', String(expiresSeconds)],
      ]
    })
  }

  /** Where the registrar's calls are taken: by the way that leads to it. */
  #contactOf(target: Target): string {
    const { host, port } = this.#context.localAddressTowards(target)
    return userUri(this.#setting.user, host, port, target.transport)
  }

  /** §10.2.4: the registrar's word on our own Contact, among those of other places. */
  #granted(response: SipResponse): number {
    const contacts = response.headers
      .list('Contact')
      .map((value) => parseNameAddress(value, 'Contact'))
    const own = contacts.find(({ uri }) => uri === this.#contact)
    const said = own?.parameters.get('expires') ?? response.headers.get('Expires') ?? ''
    const seconds = parseInteger(said, 2 ** 31 - 1)
    return seconds === undefined || seconds === 0 ? this.#expiresSeconds : seconds
  }

  #become(state: RegistrationState): void {
    if (this.#state.kind === 'stopped') return
    this.#state = state
    this.#context.log.debug('sip registration', {
      registrar: this.#setting.registrar.host,
      ...state,
    })
    this.#setting.onChange?.(state)
  }
}

/** The registrar did not say no, and is not known to be gone. */
function mayPass(reply: DialogReply): boolean {
  if (reply.kind === 'response') return reply.status === 408 || reply.status >= 500
  return reply.kind === 'timeout' || !reply.definite
}

function userUri(
  user: string,
  host: string,
  port = 0,
  transport: Target['transport'] = 'udp',
): string {
  return formatUri({
    scheme: 'sip',
    user,
    host: uriHost(host),
    ...(port === 0 ? {} : { port }),
    parameters: new Map(transport === 'udp' ? [] : [['transport', transport]]),
  })
}

function minExpires(response: SipResponse): number | undefined {
  if (response.status !== 423) return undefined
  return parseInteger(response.headers.get('Min-Expires') ?? '', 2 ** 31 - 1)
}
