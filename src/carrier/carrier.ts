import { type Clock, errorMessage, type Logger, type Random, type Service, sleep } from '#base'
import { MediaEngine, type MediaEngineOptions } from '#rtp'
import { type IncomingCall, type TappedMessage, UserAgent } from '#sip'
import { FliteSynthesizer } from '#speech'
import { type Behaviour, type CarrierScript, parseCarrierScript } from './behaviour.ts'
import { tableBehaviour } from './behaviour-table.ts'
import type { CarrierCall, CarrierEvent } from './carrier-events.ts'
import { CarrierJournal } from './carrier-journal.ts'
import { answersChallenge, type ChallengeCredentials, createChallenge } from './digest-challenge.ts'
import {
  type CallName,
  type CallRecord,
  type EventBody,
  type Network,
  stamp,
  type Visit,
} from './network.ts'
import { endRecord } from './record-end.ts'
import { summarizeRequest, tagOf } from './request-summary.ts'
import { type Say, Sounds } from './sounds.ts'
import { takeCall } from './take-call.ts'

const PLAYOUT_DELAY_MS = 200

export interface CarrierOptions {
  /** Port 0: any. */
  readonly bind: { readonly host: string; readonly port: number }
  /** Default both. */
  readonly transports?: readonly ('udp' | 'tcp')[]
  /** Where RTP is received; default the host of `bind`. */
  readonly rtpHost?: string
  readonly rtpPorts?: MediaEngineOptions['ports']
  readonly rtpDriver?: MediaEngineOptions['driver']
  /** Gets `carrier-log.jsonl`, and a WAV file of what was heard for each call. */
  readonly outputFolder?: string
  /** Goes before the table. Checked here: `carrier-invalid-script`. */
  readonly script?: CarrierScript
  /** Asked for by numbers that challenge. Default `outdial` and `outdial`. */
  readonly credentials?: ChallengeCredentials
  /** How callees speak. Default: flite, started and stopped with the carrier. */
  readonly say?: Say
  readonly onEvent?: (event: CarrierEvent) => void
  readonly log: Logger
  readonly clock: Clock
  readonly random: Random
}

/** 64*T1: who has credentials has sent them by then. */
const CREDENTIALS_WAIT_MS = 32_000

/** Older calls are forgotten; the log has them all. */
const CALLS_KEPT = 100_000

/**
 * A telephone network to practise on: a SIP and RTP endpoint on real sockets whose callees behave by the
 * number dialled, and which keeps what it saw and heard, so that it can judge.
 */
export class Carrier implements Service {
  /** In the order of arrival. */
  readonly calls: CarrierCall[] = []
  readonly #options: CarrierOptions
  readonly #script: ReadonlyMap<string, Behaviour>
  readonly #userAgent: UserAgent
  readonly #media: MediaEngine
  readonly #synthesizer: FliteSynthesizer | undefined
  readonly #journal: CarrierJournal | undefined
  readonly #closing = new AbortController()
  readonly #network: Network
  readonly #dials = new Map<string, number>()
  readonly #challenged = new Map<string, { readonly visit: Visit; readonly nonce: string }>()
  readonly #underway = new Set<Promise<void>>()

  constructor(options: CarrierOptions) {
    const { bind, log, clock, random, outputFolder } = options
    this.#options = options
    this.#script = byDigits(parseCarrierScript(options.script ?? {}))
    this.#journal = outputFolder === undefined ? undefined : new CarrierJournal(outputFolder)
    this.#synthesizer = options.say === undefined ? new FliteSynthesizer({ clock, log }) : undefined
    this.#userAgent = new UserAgent({
      clock,
      random,
      log,
      bind,
      transports: options.transports ?? ['udp', 'tcp'],
      userAgentName: 'Outdial-simulated-carrier',
      onInvite: (call) => this.#receive(call),
      onMessage: (message) => this.#witness(message),
    })
    this.#media = new MediaEngine({
      // What the callees heard is kept and judged: a machine that stalls must not spoil it.
      playoutDelayMs: PLAYOUT_DELAY_MS,
      log,
      clock,
      random,
      host: options.rtpHost ?? bind.host,
      ...(options.rtpPorts !== undefined && { ports: options.rtpPorts }),
      ...(options.rtpDriver !== undefined && { driver: options.rtpDriver }),
    })
    this.#network = {
      clock,
      random,
      log,
      media: this.#media,
      sounds: new Sounds(options.say ?? ((text) => this.#speak(text))),
      credentials: options.credentials ?? { username: 'outdial', password: 'outdial' },
      journal: this.#journal,
      closing: this.#closing.signal,
      note: (call, event) => this.#note(call, event),
    }
  }

  /** Where it listens, after `start`. */
  get address(): { readonly host: string; readonly port: number } {
    return this.#userAgent.localAddress
  }

  async start(): Promise<void> {
    await this.#journal?.open()
    await this.#synthesizer?.start()
    await this.#media.start()
    await this.#userAgent.start()
    // Most callees say hello: made before the first one has to.
    const { says } = tableBehaviour('00')
    for (const codec of ['PCMU', 'PCMA'] as const) {
      this.#network.sounds
        .speech(says ?? '', codec)
        .catch((thrown: unknown) =>
          this.#options.log.warn('carrier-cannot-speak', { reason: errorMessage(thrown) }),
        )
    }
  }

  /** Hangs up what talks, refuses what rings, and writes what was heard. */
  async stop(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#underway)
    await this.#userAgent.stop()
    await this.#media.stop()
    await this.#synthesizer?.stop()
    await this.#journal?.close()
  }

  #receive(call: IncomingCall): void {
    const challenged = this.#challenged.get(call.request.callId)
    const life = challenged === undefined ? this.#welcome(call) : this.#admit(call, challenged)
    this.#underway.add(life)
    void life.finally(() => this.#underway.delete(life))
  }

  async #welcome(call: IncomingCall): Promise<void> {
    const visit = this.#open(call)
    const { callerId, assertedIdentity } = visit.record
    this.#note(visit.record, { kind: 'called', callerId, assertedIdentity })
    if (visit.behaviour.challenge === undefined) return takeCall(this.#network, call, visit)
    const { nonce, value } = createChallenge(this.#options.random)
    this.#challenged.set(call.request.callId, { visit, nonce })
    call.refuse(407, undefined, { 'Proxy-Authenticate': value })
    this.#note(visit.record, { kind: 'challenged' })
    await sleep(this.#options.clock, CREDENTIALS_WAIT_MS, this.#closing.signal)
    if (!this.#challenged.delete(call.request.callId)) return
    visit.record.status = 407
    await endRecord(this.#network, visit, 'carrier')
  }

  /** The INVITE again, this time with credentials: the same call. */
  async #admit(
    call: IncomingCall,
    { visit, nonce }: { readonly visit: Visit; readonly nonce: string },
  ): Promise<void> {
    this.#challenged.delete(call.request.callId)
    const authorization = headerOf(call, 'proxy-authorization')
    if (answersChallenge(authorization, nonce, this.#network.credentials)) {
      return takeCall(this.#network, call, visit)
    }
    call.refuse(403)
    visit.record.status = 403
    this.#note(visit.record, { kind: 'refused', status: 403 })
    await endRecord(this.#network, visit, 'carrier')
  }

  #open(call: IncomingCall): Visit {
    const { number, callId, from } = call.request
    const key = digitsOf(number)
    const dials = (this.#dials.get(key) ?? 0) + 1
    this.#dials.set(key, dials)
    const record: CallRecord = {
      number,
      callId,
      fromTag: tagOf(headerOf(call, 'from', 'f')),
      callerId: from,
      assertedIdentity: headerOf(call, 'p-asserted-identity'),
      at: this.#options.clock.monotonic(),
      heardMs: 0,
      digitsHeard: '',
      digitsPressed: '',
    }
    this.calls.push(record)
    if (this.calls.length > CALLS_KEPT) this.calls.shift()
    return { record, behaviour: this.#script.get(key) ?? tableBehaviour(number), dials }
  }

  #witness({ direction, bytes }: TappedMessage): void {
    if (direction === 'out') return
    const request = summarizeRequest(bytes)
    if (request === undefined) return
    const { method, cseq, branch } = request
    this.#note(request, { kind: 'request', method, cseq, branch })
  }

  #note(call: CallName, event: EventBody): void {
    const stamped: CarrierEvent = { ...stamp(this.#options.clock, call), ...event }
    this.#journal?.write(stamped)
    this.#options.onEvent?.(stamped)
  }

  async #speak(text: string): Promise<Int16Array> {
    const voice = this.#synthesizer!.chooseVoice({ gender: 'male' })
    return this.#synthesizer!.synthesize(text, voice)
  }
}

function byDigits(script: CarrierScript): ReadonlyMap<string, Behaviour> {
  return new Map(Object.entries(script).map(([number, way]) => [digitsOf(number), way]))
}

function digitsOf(number: string): string {
  return number.replace(/\D/g, '')
}

/** All values of a header, joined; empty where it is absent. `names` in lower case. */
function headerOf(call: IncomingCall, ...names: readonly string[]): string {
  return call.request.headers
    .filter(([name]) => names.includes(name.toLowerCase()))
    .map(([, value]) => value)
    .join(', ')
}
