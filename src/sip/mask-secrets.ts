/**
 * A SIP message with all that must not be kept made unreadable, octet for octet, so that lengths still
 * fit: what proves credentials (RFC 7616 §3.4), keys that were pressed (INFO, RFC 6086), and SRTP keys
 * in SDP (RFC 4568 §9.1).
 */
export function maskSecrets(text: string): string {
  const [end = text.length, width = 0] = endOfHeaders(text)
  const head = text.slice(0, end)
  const body = text.slice(end + width)
  const isInfo = /^INFO /i.test(head) || /^(?:cseq)[ \t]*:[ \t]*\d+[ \t]+INFO/im.test(head)
  return maskHead(head) + text.slice(end, end + width) + (isInfo ? maskKeys(body) : maskSdp(body))
}

function endOfHeaders(text: string): [end: number, width: number] | [] {
  const found = /\r?\n\r?\n/.exec(text)
  return found === null ? [] : [found.index, found[0].length]
}

/** `response` and its like also where a header goes on in the next line. */
function maskHead(head: string): string {
  return head
    .replace(/(\b(?:response|rspauth)[ \t]*=[ \t]*)("[^"]*"|[^\s,]+)/gi, (_, name, value) =>
      value.startsWith('"') ? `${name}"${crossed(value.slice(1, -1))}"` : name + crossed(value),
    )
    .replace(
      /^((?:proxy-)?authorization[ \t]*:[ \t]*(?!digest\b)\S+[ \t]+)([^\r\n]*)/gim,
      (_, name, value) => name + crossed(value),
    )
}

/** Of `application/dtmf-relay`, of `application/dtmf`, and of others that write a key after = or : */
function maskKeys(body: string): string {
  return body.replace(
    /^(?![ \t]*duration)(.*[=:][ \t]*|[ \t]*)([0-9a-d*#,!]+)[ \t]*$/gim,
    (_, before, keys) => before + crossed(keys),
  )
}

function maskSdp(body: string): string {
  return body.replace(/^(a=crypto:.*)$/gim, (line: string) =>
    line.replace(/(inline:)([^|\s;]+)/gi, (_, name, key) => name + crossed(key)),
  )
}

function crossed(secret: string): string {
  return 'x'.repeat(secret.length)
}
