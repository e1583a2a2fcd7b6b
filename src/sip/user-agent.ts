/** The user agent of RFC 3261 §8: places and takes calls over UDP, TCP and TLS. */
import {
  assert,
  type Clock,
  errorMessage,
  type Logger,
  OutdialError,
  type Random,
  randomHex,
  type Service,
  sleep,
} from '#base'
import { type AgentContext, dialogKey } from './agent-context.ts'
import type { DialogSession } from './dialog-session.ts'
import type { DialogState } from './dialog-state.ts'
import { DigestGuard, type DigestGuardOptions } from './digest-guard.ts'
import type { HeaderLine } from './header-fields.ts'
import { tagOf } from './headers/name-address.ts'
import { type HealthWatch, HealthWatchSession, type HealthWatchSetting } from './health-watch.ts'
import type { IncomingCall } from './incoming-call.ts'
import { IncomingInvite } from './incoming-invite.ts'
import type {
  Credentials,
  InviteIdentity,
  InviteOptions,
  InviteTarget,
  OutgoingCall,
  Target,
} from './invite.ts'
import { createIdentity } from './invite-identity.ts'
import { type Endpoint, locateServers, type NameRecords } from './locate-servers.ts'
import type { SipRequest } from './message.ts'
import { unsupportedMethodStatus } from './method.ts'
import { endOrphanedDialog, endOrphanedInvite } from './orphan.ts'
import { OutgoingInvite } from './outgoing-invite.ts'
import { SipParseError } from './parse-error.ts'
import { type Registration, RegistrationSession, type RegistrationSetting } from './registration.ts'
import { ALLOWED, SUPPORTED } from './request.ts'
import { createResponse } from './response.ts'
import { DEFAULT_SESSION_TIMER, refuseTerms, type SessionTimerSetting } from './session-timer.ts'
import type { ServerTransaction } from './transactions/server-transaction.ts'
import { DEFAULT_TIMERS, type SipTimers } from './transactions/timers.ts'
import { TransactionLayer } from './transactions/transaction-layer.ts'
import { keptNames } from './transport/kept-names.ts'
import { systemNames } from './transport/system-names.ts'
import type { TlsProfile, TlsSetting } from './transport/tls.ts'
import type { Address, DatagramTransport } from './transport/transport.ts'
import { reachableHost, Transports } from './transport/transports.ts'
import type { UdpOptions } from './transport/udp.ts'

/** So long a call waits for a connection before it is described; then it goes on waiting as it is. */
const REACH_MS = 3_000

export interface TappedMessage {
  readonly direction: 'in' | 'out'
  readonly bytes: Uint8Array
  readonly transport: Target['transport']
  /** Where we take this transport. A connection that we opened has another port, which does not matter. */
  readonly local: { readonly host: string; readonly port: number }
  readonly remote: { readonly host: string; readonly port: number }
}

export interface UserAgentOptions {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Port 0: any. UDP and TCP share the number. */
  readonly bind: { readonly host: string; readonly port: number }
  readonly transports: readonly Target['transport'][]
  /** For the transport `tls`. */
  readonly tls?: TlsSetting
  /** In place of `tls` on connections to targets that name one. */
  readonly tlsProfiles?: Readonly<Record<string, TlsProfile>>
  /** Pings on TCP and TLS connections to others, RFC 5626 §4.4.1; default 120, 0 for none. */
  readonly keepAliveSeconds?: number
  /** What Via and Contact say instead of the bound address. */
  readonly advertisedHost?: string
  readonly userAgentName: string
  readonly onInvite?: (call: IncomingCall) => void
  /** Sees every message as it passes, credentials included. */
  readonly onMessage?: (message: TappedMessage) => void
  /** Challenges incoming INVITEs with 401. */
  readonly requireAuth?: Omit<DigestGuardOptions, 'clock' | 'random'>
  /** Default: the domain name system as this machine has it. */
  readonly names?: NameRecords
  /** RFC 4028. Default: 1800 s are asked for, and less than 90 s refused. */
  readonly sessionTimer?: SessionTimerSetting
  /** RFC 3262: ring reliably wherever the caller supports it, not only where it must be so. */
  readonly reliableProgress?: boolean
  /** Where UDP is sent and heard; default: the system's sockets. */
  readonly openUdp?: (options: UdpOptions) => DatagramTransport
  /** RFC 3261 timers; tests shorten them. Default T1 500, T2 4000, T4 5000. */
  readonly timers?: Partial<SipTimers>
}

const UNREGISTER_MS = 2_000
/** The servers of a domain change seldom, and a campaign dials it many times a second. */
const KEEP_NAMES_SECONDS = 60

export class UserAgent implements Service {
  readonly #options: UserAgentOptions
  readonly #transports: Transports
  readonly #context: AgentContext
  readonly #guard: DigestGuard | undefined
  /** Calls without an outcome yet, by Call-ID and From-tag. */
  readonly #outgoing = new Map<string, OutgoingInvite>()
  /** Calls without a final response yet. */
  readonly #incoming = new Map<ServerTransaction, IncomingInvite>()
  readonly #registrations = new Set<RegistrationSession>()
  readonly #watches = new Set<HealthWatchSession>()
  /** Credentials never enter an identity, because it is stored. */
  readonly #credentials = new WeakMap<InviteIdentity, Credentials>()
  #running = false

  constructor(options: UserAgentOptions) {
    this.#options = options
    const { clock, random, log, bind, transports, userAgentName } = options
    this.#transports = new Transports({
      bind,
      transports,
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      ...(options.openUdp === undefined ? {} : { openUdp: options.openUdp }),
      ...(options.tlsProfiles === undefined ? {} : { tlsProfiles: options.tlsProfiles }),
      keepAliveMs: (options.keepAliveSeconds ?? 120) * 1000,
      clock,
      log,
      handlers: {
        onBytes: (bytes, flow) => {
          this.#tap('in', bytes, flow)
          this.#guarded(() => layer.receive(bytes, flow))
        },
        onFailure: (target, failure) => this.#guarded(() => layer.fail(target, failure)),
        onSent: (bytes, target) => this.#tap('out', bytes, { ...target, remote: target }),
      },
    })
    const timers = { ...DEFAULT_TIMERS, ...options.timers }
    const layer = new TransactionLayer({
      clock,
      log,
      timers,
      tcp: transports.includes('tcp'),
      send: (bytes, target, onFailure) => this.#transports.send(bytes, target, onFailure),
      onRequest: (request, transaction) => this.#answerFaults(request, transaction),
      onAck: (ack) => this.#findDialog(ack)?.receiveAck(ack),
    })
    const dialogs = new Map<string, DialogSession>()
    const localAddress = (transport: Target['transport']): Address => this.#address(transport)
    const { sessionTimer = DEFAULT_SESSION_TIMER } = options
    const { reliableProgress = false } = options
    const given = { clock, random, log, userAgentName, sessionTimer, reliableProgress }
    const names = keptNames(options.names ?? systemNames(), clock, KEEP_NAMES_SECONDS)
    const locate = (endpoint: Endpoint): Promise<Target[]> =>
      locateServers(endpoint, names, random, transports)
    const reach = (target: Target): Promise<void> => this.#reach(target)
    const localAddressTowards = (target: Target): Address => this.#addressTowards(target)
    const places = { localAddress, localAddressTowards, locate, reach }
    this.#context = { ...given, timers, layer, dialogs, ...places }
    const auth = options.requireAuth
    this.#guard = auth === undefined ? undefined : new DigestGuard({ ...auth, clock, random })
  }

  /** Rejects `sip-bind-failed`. */
  async start(): Promise<void> {
    await this.#transports.start()
    this.#running = true
  }

  /** Takes registrations back and closes the sockets. Calls still open are not ended on the wire: hang them up first. */
  async stop(): Promise<void> {
    this.#running = false
    for (const watch of this.#watches) watch.stop()
    await this.#unregister()
    const reason = 'the user agent stopped'
    for (const call of this.#outgoing.values()) call.abandon(reason)
    for (const dialog of [...this.#context.dialogs.values()]) dialog.abandon(reason)
    this.#context.layer.stop()
    await this.#transports.stop()
  }

  /** After `start`: where others reach this user agent. */
  get localAddress(): { readonly host: string; readonly port: number } {
    return this.#address('udp')
  }

  /** Where TLS is taken; port 0 where there is no certificate. */
  get localTlsAddress(): { readonly host: string; readonly port: number } {
    return this.#address('tls')
  }

  /**
   * RFC 3263: the servers of a trunk, in the order in which to try them: the first is for the trunk of
   * `prepareInvite`, the rest are its alternates. Rejects `sip-name-unresolved`.
   */
  locate(trunk: Endpoint): Promise<Target[]> {
    return this.#context.locate(trunk)
  }

  /**
   * Before `prepareInvite`: opens the connection that the call will take, so that its Contact can name it.
   * Resolves after some seconds as well where there is none yet. Never rejects.
   */
  reach(target: Target): Promise<void> {
    return this.#reach(target)
  }

  /** Ids fixed before sending, to be stored as the intent. Throws `sip-not-started`. */
  prepareInvite(target: InviteTarget): InviteIdentity {
    this.#assertRunning()
    const local = this.#addressTowards(target.trunk)
    const identity = createIdentity(target, local, this.#context.random)
    const { username, password } = target.trunk
    if (username !== undefined) {
      this.#credentials.set(identity, { username, password: password ?? '' })
    }
    return identity
  }

  /** Throws `sip-not-started`, or `sip-unsafe-value` where a text cannot stand in a message. */
  invite(identity: InviteIdentity, options: InviteOptions): OutgoingCall {
    this.#assertRunning()
    const credentials = options.credentials ?? this.#credentials.get(identity)
    const call = new OutgoingInvite(this.#context, identity, options, credentials)
    const key = `${identity.callId}|${identity.fromTag}`
    assert(!this.#outgoing.has(key), 'an identity is used for one call only')
    this.#outgoing.set(key, call)
    void call.outcome.then(() => this.#outgoing.delete(key))
    call.start()
    return call
  }

  /**
   * Registers, and keeps registered until it is stopped, or the user agent is. Throws `sip-not-started`
   * or `sip-invalid-uri`.
   */
  register(setting: RegistrationSetting): Registration {
    this.#assertRunning()
    const registration = new RegistrationSession(this.#context, setting)
    this.#registrations.add(registration)
    registration.start()
    return registration
  }

  /** Asks a target from time to time whether it is there. Throws as `register` does. */
  watch(setting: HealthWatchSetting): HealthWatch {
    this.#assertRunning()
    const watch = new HealthWatchSession(this.#context, setting)
    this.#watches.add(watch)
    void watch.ask()
    return watch
  }

  /** After a restart: ends a call that an earlier process may have left ringing. Never rejects. */
  async endOrphanedInvite(identity: InviteIdentity): Promise<void> {
    this.#assertRunning()
    await endOrphanedInvite(this.#context, identity)
  }

  /** After a restart: hangs up a call that an earlier process left. 481 counts as done. */
  async endOrphanedDialog(state: DialogState, credentials?: Credentials): Promise<void> {
    this.#assertRunning()
    await endOrphanedDialog(this.#context, state, credentials)
  }

  /** Headers that only some methods have are read late: 400 where they cannot be. */
  #answerFaults(request: SipRequest, transaction: ServerTransaction): void {
    try {
      this.#receive(request, transaction)
    } catch (thrown) {
      if (!(thrown instanceof SipParseError)) throw thrown
      this.#respond(transaction, 400)
    }
  }

  /** §8.2: what is no retransmission and no ACK. */
  #receive(request: SipRequest, transaction: ServerTransaction): void {
    if (request.method === 'CANCEL') return this.#receiveCancel(request, transaction)
    const required = request.headers.list('Require')
    const unknown = required.filter((tag) => !SUPPORTED.includes(tag.toLowerCase()))
    if (unknown.length > 0) {
      return this.#respond(transaction, 420, [['Unsupported', unknown.join(', ')]])
    }
    if (tagOf(request.headers.get('To') ?? '', 'To') !== '') {
      return this.#receiveInDialog(request, transaction)
    }
    if (request.method === 'INVITE') return this.#receiveInvite(request, transaction)
    if (request.method === 'OPTIONS') {
      return this.#respond(transaction, 200, [ALLOW, ACCEPT, ['Supported', SUPPORTED.join(', ')]])
    }
    if (request.method === 'BYE') return this.#respond(transaction, 481)
    this.#respond(transaction, unsupportedMethodStatus(request.method), [ALLOW])
  }

  #receiveInvite(request: SipRequest, transaction: ServerTransaction): void {
    const { onInvite } = this.#options
    if (onInvite === undefined) return this.#respond(transaction, 480)
    const challenge = this.#guard?.challenge(request)
    if (challenge !== undefined) return this.#respond(transaction, 401, challenge)
    const contentType = request.headers.get('Content-Type') ?? 'application/sdp'
    const readable = /^(application\/sdp|multipart\/[a-z]+)\s*(;|$)/i.test(contentType)
    if (request.body.length > 0 && !readable) return this.#respond(transaction, 415, [ACCEPT])
    if (!acceptsSdp(request)) return this.#respond(transaction, 406)
    const tooShort = refuseTerms(request, this.#context.sessionTimer.minSeconds)
    if (tooShort !== undefined) return this.#respond(transaction, 422, tooShort)
    const call = new IncomingInvite(this.#context, transaction)
    this.#incoming.set(transaction, call)
    transaction.onEnd = () => this.#incoming.delete(transaction)
    this.#context.log.debug('sip invite received', { callId: call.request.callId })
    try {
      onInvite(call)
    } catch (thrown) {
      call.refuse(500)
      throw thrown
    }
  }

  /** §9.2: 200 for the CANCEL itself, 487 for the INVITE where it has no final response yet. */
  #receiveCancel(request: SipRequest, transaction: ServerTransaction): void {
    const invite = this.#context.layer.findInvite(request)
    if (invite === undefined) return this.#respond(transaction, 481)
    const call = this.#incoming.get(invite)
    transaction.respond(createResponse(request, 200, call ? { toTag: call.toTag } : {}))
    call?.cancel()
  }

  #receiveInDialog(request: SipRequest, transaction: ServerTransaction): void {
    const dialog = this.#findDialog(request)
    if (dialog !== undefined) return dialog.receive(request, transaction)
    const callId = request.headers.get('Call-ID') ?? ''
    const tag = tagOf(request.headers.get('To') ?? '', 'To')
    if (request.method === 'BYE') {
      const outgoing = this.#outgoing.get(`${callId}|${tag}`)
      if (outgoing !== undefined) return outgoing.receiveBye(request, transaction)
    }
    for (const call of this.#incoming.values()) {
      if (call.toTag !== tag || call.request.callId !== callId) continue
      return this.#receiveEarly(call, request, transaction)
    }
    this.#respond(transaction, 481)
  }

  /** What the caller says before it has its answer. */
  #receiveEarly(call: IncomingInvite, request: SipRequest, transaction: ServerTransaction): void {
    switch (request.method) {
      case 'BYE':
        // §15: the caller may end an early dialog with BYE.
        this.#respond(transaction, 200)
        return call.cancel()
      case 'PRACK':
        return call.receivePrack(request, transaction)
      case 'UPDATE':
        return this.#respond(transaction, request.body.length > 0 ? 488 : 200, [ALLOW])
      default:
        return this.#respond(transaction, 481)
    }
  }

  #findDialog(request: SipRequest): DialogSession | undefined {
    const { headers } = request
    const localTag = tagOf(headers.get('To') ?? '', 'To')
    const remoteTag = tagOf(headers.get('From') ?? '', 'From')
    const key = dialogKey(headers.get('Call-ID') ?? '', localTag, remoteTag)
    return this.#context.dialogs.get(key)
  }

  #respond(
    transaction: ServerTransaction,
    status: number,
    headers: readonly HeaderLine[] = [],
  ): void {
    const toTag = randomHex(this.#context.random, 8)
    transaction.respond(createResponse(transaction.request, status, { toTag, headers }))
  }

  #tap(
    direction: 'in' | 'out',
    bytes: Uint8Array,
    { transport, remote }: { transport: Target['transport']; remote: Address },
  ): void {
    const { onMessage } = this.#options
    if (onMessage === undefined) return
    const { host, port } = remote
    const local = this.#address(transport)
    onMessage({ direction, bytes, transport, local, remote: { host, port } })
  }

  /** A fault in a handler must not close the socket that the bytes came from. */
  #guarded(handle: () => void): void {
    try {
      handle()
    } catch (thrown) {
      this.#context.log.error('sip handler failed', { reason: errorMessage(thrown) })
    }
  }

  /** A registrar that is gone does not hold up the end. */
  async #unregister(): Promise<void> {
    const stopped = [...this.#registrations].map((registration) => registration.stop())
    this.#registrations.clear()
    if (stopped.length === 0) return
    const patience = new AbortController()
    const longest = sleep(this.#context.clock, UNREGISTER_MS, patience.signal)
    await Promise.race([Promise.allSettled(stopped), longest])
    patience.abort()
  }

  #address(transport: Target['transport']): Address {
    const { advertisedHost, bind } = this.#options
    const { port: plainPort, tlsPort } = this.#transports
    const port = transport === 'tls' ? tlsPort : plainPort
    return { host: advertisedHost ?? reachableHost(bind.host), port }
  }

  #addressTowards(target: Target): Address {
    return { ...this.#address(target.transport), port: this.#transports.portTowards(target) }
  }

  async #reach(target: Target): Promise<void> {
    if (target.transport !== 'tls') return
    const { clock } = this.#context
    const over = new AbortController()
    const opened = this.#transports.open(target).then(() => over.abort())
    await Promise.race([opened, sleep(clock, REACH_MS, over.signal)])
  }

  #assertRunning(): void {
    if (this.#running) return
    throw new OutdialError('sip-not-started', 'The SIP user agent is not running.')
  }
}

/** §20.1: without Accept, SDP is accepted. */
function acceptsSdp(request: SipRequest): boolean {
  if (!request.headers.has('Accept')) return true
  const types = request.headers
    .list('Accept')
    .map((type) => type.split(';')[0]?.trim().toLowerCase())
  return types.some((type) => ['application/sdp', 'application/*', '*/*'].includes(type ?? ''))
}

const ALLOW: HeaderLine = ['Allow', ALLOWED.join(', ')]
const ACCEPT: HeaderLine = ['Accept', 'application/sdp']
