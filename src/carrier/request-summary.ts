/** What a judge needs to know of a SIP request (RFC 3261 section 7.1), read straight off the wire. */
export interface RequestSummary {
  readonly method: string
  /** The user part of the Request-URI. */
  readonly number: string
  readonly callId: string
  readonly fromTag: string
  /** The number only. */
  readonly cseq: string
  /** Of the topmost Via: equal for retransmissions, and for a CANCEL and its INVITE. */
  readonly branch: string
}

/**
 * Undefined for responses, keep-alives and what is no SIP. On purpose not the product's parser: a judge
 * does not borrow the eyes of whom it judges.
 */
export function summarizeRequest(bytes: Uint8Array): RequestSummary | undefined {
  const text = Buffer.from(bytes).toString('latin1').split('\r\n\r\n', 1)[0]!
  const [start = '', ...lines] = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(start)
  if (request === null) return undefined
  const header = (names: RegExp): string => {
    const line = lines.find((candidate) => names.test(candidate.split(':', 1)[0]!.trim()))
    return line === undefined ? '' : line.slice(line.indexOf(':') + 1).trim()
  }
  return {
    method: request[1]!,
    number: safeDecode(/^[a-z]+:([^@;?]+)@/i.exec(request[2]!)?.[1] ?? ''),
    callId: header(/^(?:call-id|i)$/i),
    fromTag: tagOf(header(FROM)),
    cseq: /^\d+/.exec(header(/^cseq$/i))?.[0] ?? '',
    branch: /;\s*branch=([^;,\s]+)/i.exec(header(/^(?:via|v)$/i))?.[1] ?? '',
  }
}

/** The tag of a From or To value; empty without one. */
export function tagOf(value: string): string {
  return /;\s*tag=([^;,\s]+)/i.exec(value.replace(/^.*>/, ''))?.[1] ?? ''
}

const FROM = /^(?:from|f)$/i

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
