/** Is this side on hold? RFC 3264 §8.4 and §6.1, read from an offer without taking part in it. */
export type SessionDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

/**
 * What the sender of this SDP does with its first audio stream, `sendrecv` where nothing is said. A
 * sender that holds us says `sendonly` or `inactive`, or, as RFC 2543 had it, the address 0.0.0.0. A
 * stream that is switched off by port 0 is `inactive`.
 */
export function sessionDirection(sdp: Uint8Array): SessionDirection {
  const lines = Buffer.from(sdp).toString('latin1').split(/\r?\n/)
  const begin = lines.findIndex((line) => line.startsWith('m=audio '))
  if (begin < 0) return 'inactive'
  const next = lines.findIndex((line, at) => at > begin && line.startsWith('m='))
  const media = lines.slice(begin, next < 0 ? lines.length : next)
  const firstMedia = lines.findIndex((line) => line.startsWith('m='))
  const session = lines.slice(0, firstMedia)
  if (/^m=audio 0[ /]/.test(media[0] ?? '')) return 'inactive'
  const address = find(media, /^c=IN IP[46] (.*)$/) ?? find(session, /^c=IN IP[46] (.*)$/)
  if (address === '0.0.0.0') return 'inactive'
  const said = find(media, DIRECTION) ?? find(session, DIRECTION) ?? 'sendrecv'
  return said === 'sendonly' || said === 'recvonly' || said === 'inactive' ? said : 'sendrecv'
}

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)$/

function find(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.flatMap((line) => pattern.exec(line.trimEnd())?.[1] ?? [])[0]
}
