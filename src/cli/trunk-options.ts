/**
 * Options of `outdial trunk add`, as parameters of a trunk's URI: what each is called, and what its value may be. A test compares
 * them with what is read.
 */
export const TRUNK_OPTIONS: readonly (readonly [name: string, may: string])[] = [
  ['transport', 'udp, tcp or tls'],
  ['tls_ca', 'the absolute path of a PEM file'],
  ['tls_certificate', 'the absolute path of a PEM file'],
  ['tls_key', 'the absolute path of a PEM file'],
  ['register', 'off, or seconds from 60 to 86400'],
  ['ping', 'off, or seconds from 1 to 3600'],
  ['session_timer', 'off, or seconds from 90 to 86400'],
  ['prack', 'off, supported or required'],
  [
    'codecs',
    'some of PCMU, PCMA, G722, OPUS, each once, the preferred one first, with commas between',
  ],
  ['srtp', 'off or sdes'],
  ['dtmf', 'rfc4733, info or inband'],
  ['caller_id', '3 to 15 digits'],
  ['invalid_caller_id', 'decline or default'],
  ['caller_id_format', 'e164, digits or national'],
  ['privacy', 'on or off'],
  ['asserted_identity', 'on or off'],
  ['stir_key', 'the absolute path of a PEM file'],
  ['stir_certificate', 'the absolute path of a PEM file'],
  ['stir_x5u', 'an https URL without user and fragment'],
  ['stir_attest', 'A, B or C'],
  ['stir_numbers', 'beginnings of numbers such as +1617555, with commas between'],
  ['number_format', 'e164, digits or national'],
  ['country', 'a country code of two letters such as US'],
  ['strip', '1 to 15 of + 0–9 * #'],
  ['prefix', '1 to 15 of + 0–9 * #'],
  ['priority', 'a whole number from 0 to 65535'],
  ['weight', 'a whole number from 0 to 65535'],
  ['failover', 'off, or SIP statuses from 500 to 699 with commas between, such as 500,503'],
  ['lines', 'a whole number from 1 to 999999'],
  ['cps', 'a number above 0'],
]
