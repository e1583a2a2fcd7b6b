/** The caller's side of RFC 3262 §4: reliable provisional responses of one early dialog, in order. */
import { parseCSeq } from './headers/cseq.ts'
import { formatRAck, parseRSeq } from './headers/rack.ts'
import type { SipResponse } from './message.ts'
import { SipParseError } from './parse-error.ts'

export class ProgressReceiver {
  #last: number | undefined

  /**
   * `rack`: it is the next one, to be acknowledged with this RAck. `ignored`: seen before, or one before
   * it is missing, which the callee repeats until it arrives.
   */
  take(response: SipResponse): 'unreliable' | 'ignored' | { readonly rack: string } {
    if (response.status === 100 || !isReliable(response)) return 'unreliable'
    const rseq = rseqOf(response)
    if (rseq === undefined) return 'ignored'
    if (this.#last !== undefined && rseq !== this.#last + 1) return 'ignored'
    this.#last = rseq
    const cseq = parseCSeq(response.headers.get('CSeq') ?? '')
    return { rack: formatRAck({ rseq, cseq }) }
  }
}

export function isReliable(response: SipResponse): boolean {
  return response.headers.list('Require').some((tag) => tag.toLowerCase() === '100rel')
}

function rseqOf(response: SipResponse): number | undefined {
  try {
    return parseRSeq(response.headers.get('RSeq') ?? '')
  } catch (thrown) {
    if (thrown instanceof SipParseError) return undefined
    throw thrown
  }
}
