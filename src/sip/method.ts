/** The methods of the IANA registry that are not served here: refused with 405 rather than 501. */
const KNOWN = new Set([
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'PRACK',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'INFO',
  'REFER',
  'MESSAGE',
  'UPDATE',
])

/** RFC 3261 §8.2.1 and §21.5.2: known but not allowed here, or never heard of. */
export function unsupportedMethodStatus(method: string): 405 | 501 {
  return KNOWN.has(method) ? 405 : 501
}
