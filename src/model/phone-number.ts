import {
  type CountryCode,
  isSupportedCountry,
  Metadata,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import { OutdialError } from '#base'

/** A phone number as a client may write it, taken apart. */
export interface PhoneNumber {
  readonly submitted: string
  /** E.164, `+16177123000`. */
  readonly destination: string
  /** ISO 3166 alpha-2; `001` where the number belongs to no country. */
  readonly country: string
  /** `ani`, where it is ten digits. */
  readonly callerId?: string
  /** `ani` as written, where it is digits but not ten: the trunk's `invalidCallerId` decides. */
  readonly invalidCallerId?: string
  /** `postd`: 0–9 * # A–D, p = 1 s, w = 0.5 s. */
  readonly postDial?: string
}

export const LONGEST_PHONE_NUMBER = 128

/**
 * Reads `6177123000`, `16177123000`, `+16177123000` and `tel:` before any of them, with the
 * parameters `;ani=` and `;postd=` in any order. National forms are those of `country`.
 * The grammar is strict and our own (RFC 3966 section 3, without its context and extension
 * parameters); a library that finds numbers in running text only says whether the result exists.
 *
 * @throws OutdialError `invalid-phone-number`, field `phone_number`
 */
export function parsePhoneNumber(text: string, options: { country: string }): PhoneNumber {
  if ([...text].length > LONGEST_PHONE_NUMBER) {
    throw refusal(`is longer than ${LONGEST_PHONE_NUMBER} characters; send one number`)
  }
  refuseForeignCharacters(text)
  const [subscriber = '', ...parameters] = text.split(';')
  const { destination, country } = classify(readDigits(subscriber), options.country)
  return { submitted: text, destination, country, ...readParameters(parameters) }
}

/** Whether national numbers of this ISO 3166 alpha-2 country can be read. */
export function isKnownCountry(code: string): boolean {
  return isSupportedCountry(code)
}

/** What a number, its parameters and the visual separators of RFC 3966 are made of. */
const PERMITTED = /^[0-9A-Za-z+*#=;:\-. ()]$/

function refuseForeignCharacters(text: string): void {
  let position = 0
  for (const character of text) {
    position += 1
    if (PERMITTED.test(character)) continue
    throw refusal(
      `has ${describeCharacter(character)} as its character ${position}; only digits, a leading +, ` +
        'the separators - . ( ) and blank, and the parameters ;postd= and ;ani= are allowed',
    )
  }
}

/** Never the raw character where it could harm the line it is written to. */
function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const name = 'U+' + code.toString(16).toUpperCase().padStart(4, '0')
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `the control character ${name}`
  return code < 0x7f && !'"\'<>&'.includes(character) ? `“${character}”` : `the character ${name}`
}

const SCHEME = /^ *([A-Za-z][A-Za-z0-9+.-]*):/
const SEPARATORS = /[-. ()]/g

/** The subscriber part without scheme and separators: digits, perhaps after one `+`. */
function readDigits(subscriber: string): string {
  const scheme = SCHEME.exec(subscriber)
  if (scheme && scheme[1]?.toLowerCase() !== 'tel') {
    throw refusal(`has the scheme “${scheme[1]}:”; write tel: or no scheme`)
  }
  const digits = subscriber.slice(scheme?.[0].length ?? 0).replaceAll(SEPARATORS, '')
  if (/^\+?[0-9]+$/.test(digits)) return digits
  if (digits.replaceAll('+', '') === '')
    throw refusal('has no digits; send for example +16177123000')
  if (digits.includes('+', 1))
    throw refusal('has a + that is not its first character; send only one')
  const stray = /[^0-9+]/.exec(digits)?.[0] ?? ''
  throw refusal(
    `has “${stray}” among its digits; send digits, and parameters only after a semicolon`,
  )
}

function classify(digits: string, country: string): { destination: string; country: string } {
  if (!isSupportedCountry(country)) {
    throw refusal('cannot be read, since the account’s country is unknown; mend the account')
  }
  const found = parsePhoneNumberFromString(digits, country)
  if (found?.isValid() && isWrittenInFull(digits, country, found)) {
    return { destination: found.number, country: found.country ?? '001' }
  }
  throw refusal(
    digits.startsWith('+')
      ? 'is not a valid international number; send + , country code and number'
      : `is not a valid number of ${country}; send it in the national form, or with + and country code`,
  )
}

/** The library also strips dialling prefixes of other kinds, which are not among the forms we read. */
function isWrittenInFull(
  digits: string,
  country: CountryCode,
  found: { number: string; nationalNumber: string; countryCallingCode: string },
): boolean {
  if (digits.startsWith('+')) return found.number === digits
  const metadata = new Metadata()
  metadata.selectNumberingPlan(country)
  const plan = metadata.numberingPlan as
    | { callingCode(): string; nationalPrefix(): string | undefined }
    | undefined
  return (
    found.countryCallingCode === plan?.callingCode() &&
    [found.nationalNumber, (plan.nationalPrefix() ?? '') + found.nationalNumber].includes(digits)
  )
}

function readParameters(
  parameters: readonly string[],
): Pick<PhoneNumber, 'callerId' | 'invalidCallerId' | 'postDial'> {
  const values = new Map<string, string>()
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=')
    const name = parameter
      .slice(0, equals < 0 ? undefined : equals)
      .trim()
      .toLowerCase()
    if (equals < 0 || (name !== 'ani' && name !== 'postd')) {
      throw refusal(`has the parameter “${name}”; only ;postd= and ;ani= are known`)
    }
    if (values.has(name)) throw refusal(`has the parameter “${name}” twice; send it once`)
    values.set(name, parameter.slice(equals + 1).replaceAll(SEPARATORS, ''))
  }
  return { ...readCallerId(values.get('ani')), ...readPostDial(values.get('postd')) }
}

function readCallerId(ani: string | undefined): { callerId?: string; invalidCallerId?: string } {
  if (ani === undefined) return {}
  if (!/^\+?[0-9]*$/.test(ani)) throw refusal('has an ;ani= that is not digits; send ten digits')
  return /^[0-9]{10}$/.test(ani) ? { callerId: ani } : { invalidCallerId: ani }
}

function readPostDial(postd: string | undefined): { postDial?: string } {
  if (postd === undefined) return {}
  if (/^[0-9*#A-Dpw]+$/.test(postd)) return { postDial: postd }
  throw refusal('has a ;postd= that is not made of 0–9 * # A–D p w; send for example ;postd=p1234')
}

function refusal(fault: string): OutdialError {
  return new OutdialError('invalid-phone-number', `phone_number ${fault}.`, {
    field: 'phone_number',
  })
}
