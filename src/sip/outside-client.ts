/** Requests outside any call, RFC 3261 §8.1 and §10.2: one Call-ID, CSeq counting up, challenges answered. */
import { errorMessage, randomHex } from '#base'
import { type AgentContext, newBranch } from './agent-context.ts'
import type { DialogReply } from './dialog-client.ts'
import { DigestSession } from './digest-session.ts'
import { HeaderFields, type HeaderLine } from './header-fields.ts'
import type { Credentials, Target } from './invite.ts'
import { MAX_ROUNDS } from './invite-identity.ts'
import type { Endpoint } from './locate-servers.ts'
import { EMPTY_BODY, type SipRequest } from './message.ts'
import { viaValue } from './request.ts'
import { uriHost } from './uri.ts'

export interface OutsideSetting {
  readonly endpoint: Endpoint
  readonly requestUri: string
  /** The URI of From and To. */
  readonly address: string
  readonly credentials?: Credentials | undefined
}

export class OutsideClient {
  readonly #context: AgentContext
  readonly #setting: OutsideSetting
  readonly #callId: string
  readonly #fromTag: string
  #cseq = 0

  constructor(context: AgentContext, setting: OutsideSetting) {
    const { random } = context
    const { host } = context.localAddress(setting.endpoint.transport ?? 'udp')
    this.#context = context
    this.#setting = setting
    this.#callId = `${randomHex(random, 16)}@${uriHost(host)}`
    this.#fromTag = randomHex(random, 8)
  }

  /**
   * RFC 3263 §4.3: asks the servers one after the other, until one of them has an answer of its own.
   * Never rejects.
   */
  async request(
    method: string,
    headersFor: (target: Target) => readonly HeaderLine[],
  ): Promise<DialogReply> {
    let reply: DialogReply = { kind: 'transport', definite: true, reason: 'no server' }
    try {
      for (const target of await this.#context.locate(this.#setting.endpoint)) {
        await this.#context.reach(target)
        reply = await this.#ask(method, headersFor(target), target)
        if (reply.kind === 'response' && reply.status !== 503) break
      }
    } catch (thrown) {
      return { kind: 'transport', definite: true, reason: errorMessage(thrown) }
    }
    return reply
  }

  async #ask(method: string, headers: readonly HeaderLine[], target: Target): Promise<DialogReply> {
    const { requestUri, credentials } = this.#setting
    const digest = new DigestSession(credentials, this.#context.random)
    for (let round = 1; ; round++) {
      const authorization = digest.headers(method, requestUri, EMPTY_BODY)
      const reply = await this.#send(method, [...headers, ...authorization], target)
      const again = reply.kind === 'response' && round < MAX_ROUNDS && digest.take(reply)
      if (!again) return reply
    }
  }

  #send(method: string, headers: readonly HeaderLine[], target: Target): Promise<DialogReply> {
    return new Promise((resolve) =>
      this.#context.layer.request(this.#create(method, headers, target), target, {
        onResponse: (response) => response.status >= 200 && resolve(response),
        onFailure: resolve,
      }),
    )
  }

  #create(method: string, more: readonly HeaderLine[], target: Target): SipRequest {
    const { requestUri: uri, address } = this.#setting
    const { random, localAddressTowards, userAgentName } = this.#context
    this.#cseq++
    const headers = new HeaderFields([
      ['Via', viaValue(target.transport, localAddressTowards(target), newBranch(random))],
      ['Max-Forwards', '70'],
      ['From', `<${address}>;tag=${this.#fromTag}`],
      ['To', `<${address}>`],
      ['Call-ID', this.#callId],
      ['CSeq', `${this.#cseq} ${method}`],
      ...more,
      ['User-Agent', userAgentName],
    ])
    return { kind: 'request', method, uri, version: 'SIP/2.0', headers, body: EMPTY_BODY }
  }
}
