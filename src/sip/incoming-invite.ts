/** One incoming call until its final response, RFC 3261 §13.3 and §9.2. */
import { OutdialError, randomHex } from '#base'
import type { AgentContext } from './agent-context.ts'
import type { Dialog } from './dialog.ts'
import { DialogSession } from './dialog-session.ts'
import { dialogOfRequest } from './dialog-state.ts'
import type { HeaderLine } from './header-fields.ts'
import { parseCSeq } from './headers/cseq.ts'
import { utf8Text } from './headers/grammar.ts'
import { parseNameAddress } from './headers/name-address.ts'
import { parseRAck } from './headers/rack.ts'
import type { IncomingCall, IncomingRequest } from './incoming-call.ts'
import type { SipRequest, SipResponse } from './message.ts'
import { ProgressSender } from './progress-sender.ts'
import { ALLOWED, contactValue, SUPPORTED } from './request.ts'
import { createResponse } from './response.ts'
import type { ServerTransaction } from './transactions/server-transaction.ts'
import { parseUri } from './uri.ts'

export class IncomingInvite implements IncomingCall {
  readonly request: IncomingRequest
  readonly canceled: Promise<void>
  readonly toTag: string
  readonly #context: AgentContext
  readonly #invite: SipRequest
  readonly #transaction: ServerTransaction
  readonly #markCanceled: () => void
  readonly #progress: ProgressSender
  readonly #reliable: boolean
  /** The answer waits for a PRACK: nothing but the caller can end the call now. */
  #answering = false
  #over = false

  constructor(context: AgentContext, transaction: ServerTransaction) {
    this.#context = context
    this.#invite = transaction.request
    this.#transaction = transaction
    this.toTag = randomHex(context.random, 8)
    this.request = describe(transaction.request)
    const asked = (name: string): boolean =>
      transaction.request.headers.list(name).some((tag) => tag.toLowerCase() === '100rel')
    this.#reliable = asked('Require') || (context.reliableProgress && asked('Supported'))
    this.#progress = new ProgressSender({
      ...context,
      send: (response) => transaction.respond(response),
      onTimeout: () => this.#refuse(504),
    })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.canceled = promise
    this.#markCanceled = resolve
  }

  ring(status = 180, body?: Uint8Array, contentType = 'application/sdp'): void {
    if (this.#over || this.#answering || status <= 100 || status >= 200) return
    const parts = body === undefined ? {} : { body, contentType }
    const create = (reliable: readonly HeaderLine[]): SipResponse => {
      const headers = [...this.#headers(), ...reliable]
      return createResponse(this.#invite, status, { toTag: this.toTag, headers, ...parts })
    }
    if (this.#reliable) this.#progress.send(create)
    else this.#transaction.respond(create([]))
  }

  answer(body: Uint8Array, contentType: string): Promise<Dialog> {
    const dialog = this.#answer(body, contentType)
    // Who does not wait for the ACK need not hear that none came.
    dialog.catch(() => undefined)
    return dialog
  }

  refuse(status: number, reason?: string, headers: Readonly<Record<string, string>> = {}): void {
    if (!this.#answering) this.#refuse(status, reason, headers)
  }

  #refuse(status: number, reason?: string, headers: Readonly<Record<string, string>> = {}): void {
    if (this.#over) return
    this.#over = true
    this.#progress.stop()
    const toTag = this.toTag
    const parts = {
      toTag,
      headers: Object.entries(headers),
      ...(reason === undefined ? {} : { reason }),
    }
    this.#transaction.respond(createResponse(this.#invite, Math.max(300, status), parts))
  }

  drop(): void {
    if (this.#over || this.#answering) return
    this.#over = true
    this.#progress.stop()
    this.#transaction.drop()
  }

  /** §9.2 and §15.1.2: CANCEL, or a BYE before the answer. No effect after a final response. */
  cancel(): void {
    if (this.#over) return
    this.#refuse(487)
    this.#markCanceled()
  }

  /** RFC 3262 §3: 481 for a PRACK that confirms nothing. Offers are made with UPDATE and re-INVITE. */
  receivePrack(prack: SipRequest, transaction: ServerTransaction): void {
    const { rseq, cseq } = parseRAck(prack.headers.get('RAck') ?? '')
    const { number } = parseCSeq(this.#invite.headers.get('CSeq') ?? '')
    const matches = cseq.method === 'INVITE' && cseq.number === number
    const known = matches && this.#progress.acknowledge(rseq)
    transaction.respond(createResponse(prack, known ? 200 : 481))
  }

  async #answer(body: Uint8Array, contentType: string): Promise<Dialog> {
    const first = !this.#answering
    this.#answering = true
    // RFC 3262 §3: a 2xx does not overtake what still waits for its PRACK.
    if (!this.#over && first) await this.#progress.settled
    if (this.#over || !first) {
      throw new OutdialError('sip-call-over', 'The call is over and cannot be answered any more.')
    }
    this.#over = true
    const target = { ...this.#transaction.flow.remote, transport: this.#transaction.flow.transport }
    const local = this.#context.localAddressTowards(target)
    const state = dialogOfRequest(this.#invite, this.toTag, target, local)
    const session = { body, contentType }
    const dialog = new DialogSession(this.#context, state, { caller: false, session })
    await dialog.answer(this.#transaction, session, this.#headers())
    return dialog
  }

  /** §12.1.1: what makes a dialog besides our tag: our Contact, the Record-Route as it came. */
  #headers(): HeaderLine[] {
    const { transport, remote } = this.#transaction.flow
    const local = this.#context.localAddressTowards({ ...remote, transport })
    const headers: HeaderLine[] = this.#invite.headers
      .all('Record-Route')
      .map((value) => ['Record-Route', value] as const)
    headers.push(['Contact', contactValue(transport, local)])
    headers.push(['Allow', ALLOWED.join(', ')], ['Supported', SUPPORTED.join(', ')])
    headers.push(['Server', this.#context.userAgentName])
    return headers
  }
}

function describe(invite: SipRequest): IncomingRequest {
  const from = parseNameAddress(invite.headers.get('From') ?? '', 'From')
  return {
    uri: invite.uri,
    number: userOf(invite.uri),
    from: userOf(from.uri),
    displayName: from.displayName,
    callId: utf8Text(invite.headers.get('Call-ID') ?? ''),
    headers: [...invite.headers].map(([name, value]) => [name, utf8Text(value)] as const),
    contentType: invite.headers.get('Content-Type') ?? '',
    body: Uint8Array.from(invite.body),
  }
}

/** tel:+1617… has its number where sip: has a user part. */
function userOf(uri: string): string {
  const sip = parseUri(uri)
  return sip === undefined ? (/^tel:([^;]*)/i.exec(uri)?.[1] ?? '') : (sip.user ?? '')
}
