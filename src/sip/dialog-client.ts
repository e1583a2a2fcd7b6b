/** The requests of this side inside a dialog, RFC 3261 §12.2.1, challenges answered. */
import { type AgentContext, newBranch } from './agent-context.ts'
import { createDialogRequest, type DialogState, refreshTarget } from './dialog-state.ts'
import { DigestSession } from './digest-session.ts'
import type { HeaderLine } from './header-fields.ts'
import { parseCSeq } from './headers/cseq.ts'
import type { Credentials, Target } from './invite.ts'
import { MAX_ROUNDS } from './invite-identity.ts'
import { EMPTY_BODY, type SipRequest, type SipResponse } from './message.ts'
import type { ClientFailure } from './transactions/client-transaction.ts'

/** The final response, or why none will come. */
export type DialogReply = SipResponse | ClientFailure

export interface DialogRequestContent {
  readonly headers?: readonly HeaderLine[]
  readonly body?: Uint8Array
  readonly contentType?: string
}

export class DialogClient {
  /** As of now. */
  state: DialogState
  readonly #context: AgentContext
  readonly #credentials: Credentials | undefined

  constructor(context: AgentContext, state: DialogState, credentials?: Credentials) {
    this.#context = context
    this.state = state
    this.#credentials = credentials
  }

  async request(method: string, content: DialogRequestContent = {}): Promise<DialogReply> {
    const digest = new DigestSession(this.#credentials, this.#context.random)
    for (let round = 1; ; round++) {
      const reply = await this.#send(method, content, digest)
      const again = reply.kind === 'response' && round < MAX_ROUNDS && digest.take(reply)
      if (!again) return reply
    }
  }

  /** §13.2.2.4: the ACK for a 2xx, the same for each retransmission. */
  createAck(invite: SipRequest): () => void {
    const { request, target } = createDialogRequest(this.state, {
      ...this.#parts('ACK'),
      cseq: parseCSeq(invite.headers.get('CSeq') ?? '').number,
      headers: authorizationOf(invite),
    })
    return () => this.#context.layer.sendDirect(request, target)
  }

  #send(
    method: string,
    content: DialogRequestContent,
    digest: DigestSession,
  ): Promise<DialogReply> {
    const { request, target } = this.#create(method, content, digest)
    let acknowledge: (() => void) | undefined
    return new Promise((resolve) =>
      this.#context.layer.request(request, target, {
        onResponse: (response) => {
          if (response.status < 200) return
          if (method === 'INVITE' && response.status < 300) {
            this.state = refreshTarget(this.state, response)
            acknowledge ??= this.createAck(request)
            acknowledge()
          }
          resolve(response)
        },
        onFailure: resolve,
      }),
    )
  }

  #create(
    method: string,
    { headers = [], body = EMPTY_BODY, contentType = '' }: DialogRequestContent,
    digest: DigestSession,
  ): { request: SipRequest; target: Target } {
    this.state = { ...this.state, localCseq: this.state.localCseq + 1 }
    const parts = { ...this.#parts(method), cseq: this.state.localCseq, body }
    const typed: readonly HeaderLine[] =
      body.length === 0 ? headers : [...headers, ['Content-Type', contentType]]
    const { uri } = createDialogRequest(this.state, parts).request
    const authorization = digest.headers(method, uri, body)
    return createDialogRequest(this.state, { ...parts, headers: [...authorization, ...typed] })
  }

  #parts(method: string): { method: string; branch: string; userAgentName: string } {
    const { random, userAgentName } = this.#context
    return { method, branch: newBranch(random), userAgentName }
  }
}

/** §22.1: the ACK carries the credentials of its INVITE. */
function authorizationOf(invite: SipRequest): HeaderLine[] {
  const names = ['Authorization', 'Proxy-Authorization']
  return names.flatMap((name) => invite.headers.all(name).map((value) => [name, value] as const))
}
