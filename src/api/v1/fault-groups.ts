/** What may be wrong with times, with the URLs of calls, with an Idempotency-Key: for the document. */
export const TIME_FAULTS: readonly string[] = [
  ...['unparsable-time', 'conflicting-times'],
  ...['expiration-in-past', 'expiration-not-after-scheduled'],
]
export const URL_FAULTS: readonly string[] = [
  ...['start-url-unreachable', 'start-url-timeout', 'start-url-status'],
  ...['start-url-blocked', 'start-url-not-voicexml', 'result-url-unreachable'],
  ...['result-url-timeout', 'result-url-status', 'result-url-blocked'],
]
/** What may be wrong with a list as a whole, and with what is said of its columns. */
export const LIST_FAULTS: readonly string[] = [
  ...['list-not-utf-8', 'list-has-nul', 'list-row-too-long', 'list-quote-not-closed'],
  ...['list-quote-misplaced', 'list-without-destination', 'list-column-count'],
]
export const KEY_FAULTS: readonly string[] = ['invalid-idempotency-key', 'idempotency-key-reused']
