/** Asking the peer to call somebody else: REFER, RFC 3515, with RFC 3891 (Replaces) and RFC 3892. */
import { type Clock, sleep } from '#base'
import type { DialogClient } from './dialog-client.ts'
import type { DialogState } from './dialog-state.ts'
import type { HeaderLine } from './header-fields.ts'
import { utf8Text } from './headers/grammar.ts'
import { parseNameAddress } from './headers/name-address.ts'
import { formatUserToUser } from './headers/user-to-user.ts'
import type { SipRequest } from './message.ts'
import { parseUri } from './uri.ts'

export interface TransferSetting {
  /** Whom the peer is to call: a sip: or tel: URI. Not needed with `replaces`. */
  readonly uri?: string
  /** Consultation: our own call to that party, which the peer's call takes the place of. */
  readonly replaces?: DialogState
  /** RFC 7433 §4.1: what the peer is to tell that party's application; more than 128 octets of UTF-8 are not sent. */
  readonly userToUser?: string
  /** From the 202 to the peer's last word about its call; default 120 000. */
  readonly timeoutMs?: number
  /** What the peer hears of its call: 100, 180 … */
  readonly onProgress?: (status: number) => void
}

export type TransferOutcome =
  /** The other party answered the peer: our call may be hung up. */
  | { readonly kind: 'transferred'; readonly status: number }
  /** The peer's call failed; ours goes on. */
  | { readonly kind: 'failed'; readonly status: number }
  /** The peer would not even try. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** The peer agreed and then hung up, or said nothing more, or nothing at all. */
  | { readonly kind: 'unknown'; readonly reason: string }

export class Transfer {
  readonly #clock: Clock
  readonly #client: DialogClient
  readonly #setting: TransferSetting
  readonly #notified = Promise.withResolvers<TransferOutcome>()
  readonly #settled = new AbortController()

  /** Throws `sip-invalid-uri`. */
  constructor(clock: Clock, client: DialogClient, setting: TransferSetting) {
    this.#clock = clock
    this.#client = client
    this.#setting = setting
    const uri = setting.replaces?.remoteTarget ?? setting.uri ?? ''
    parseUri(uri)
  }

  async run(): Promise<TransferOutcome> {
    const { localUri } = this.#client.state
    const headers: HeaderLine[] = [
      ['Refer-To', referTo(this.#setting)],
      ['Referred-By', `<${parseNameAddress(localUri, 'From').uri}>`],
    ]
    // NOTIFY may overtake the 202 (RFC 3515 §2.4.4), so it is listened to from now on.
    const reply = await this.#client.request('REFER', { headers })
    if (reply.kind !== 'response') return this.#settle({ kind: 'unknown', reason: 'no answer' })
    const { status } = reply
    if (status >= 300) {
      return this.#settle({ kind: 'refused', status, reason: utf8Text(reply.reason) })
    }
    const { timeoutMs = 120_000 } = this.#setting
    const silence = sleep(this.#clock, timeoutMs, this.#settled.signal).then(
      (): TransferOutcome => ({ kind: 'unknown', reason: 'the peer told nothing more' }),
    )
    return this.#settle(await Promise.race([this.#notified.promise, silence]))
  }

  /** §2.4.5: a NOTIFY with the peer's news as `message/sipfrag`. */
  receiveNotify(notify: SipRequest): void {
    const state = notify.headers.get('Subscription-State') ?? ''
    const line = /^SIP\/2\.0 ([1-6][0-9]{2})/.exec(Buffer.from(notify.body).toString('latin1'))
    const status = Number(line?.[1] ?? 0)
    if (status >= 200) {
      return this.#notified.resolve({ kind: status < 300 ? 'transferred' : 'failed', status })
    }
    if (status >= 100) this.#setting.onProgress?.(status)
    if (/^terminated\b/i.test(state)) this.end('the peer tells nothing more')
  }

  /** The dialog is over. */
  end(reason: string): void {
    this.#notified.resolve({ kind: 'unknown', reason })
  }

  #settle(outcome: TransferOutcome): TransferOutcome {
    this.#settled.abort()
    return outcome
  }
}

/** RFC 3891 §3: the tags as the party that gets the Replaces sees them: its own first. */
function replacesValue({ callId, remoteTag, localTag }: DialogState): string {
  return `${callId};to-tag=${remoteTag};from-tag=${localTag}`
}

/** RFC 3261 §19.1.1: headers of the call that it asks for, escaped. */
function referTo({ uri = '', replaces, userToUser = '' }: TransferSetting): string {
  const target = replaces?.remoteTarget ?? uri
  const told = formatUserToUser(userToUser)
  const headers = [
    ...(replaces === undefined ? [] : [`Replaces=${encodeURIComponent(replacesValue(replaces))}`]),
    ...(told === undefined ? [] : [`User-to-User=${encodeURIComponent(told)}`]),
  ]
  if (headers.length === 0) return `<${target}>`
  return `<${target}${target.includes('?') ? '&' : '?'}${headers.join('&')}>`
}
