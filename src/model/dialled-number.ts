import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { NumberFormat, Trunk } from './trunk.ts'

const HOME = 'US'

/** A number as the trunk wants it dialled. `number`: E.164, `+16175551212`. */
export function dialledNumber(number: string, trunk: Trunk): string {
  const { numberFormat = 'e164', country = HOME, stripPrefix = '', prefix = '' } = trunk
  const formatted = formatNumber(number, numberFormat, country)
  const bare = formatted.startsWith(stripPrefix) ? formatted.slice(stripPrefix.length) : formatted
  return prefix + bare
}

/** The number shown to the callee as the trunk wants it; a national one is of the trunk's country. */
export function shownNumber(number: string, trunk: Trunk): string {
  const { callerIdFormat, country = HOME } = trunk
  if (callerIdFormat === undefined) return number
  // An extension of the house is no number of the country.
  const e164 = callerNumber(number, trunk)
  return e164 === undefined ? number : formatNumber(e164, callerIdFormat, country)
}

/** E.164, `+16175550100`, of a caller ID; undefined where it is no number of the world's. */
export function callerNumber(number: string, { country = HOME }: Trunk): string | undefined {
  const found = parsePhoneNumberFromString(number, country as CountryCode)
  return found?.isPossible() ? found.number : undefined
}

function formatNumber(e164: string, format: NumberFormat, country: string): string {
  if (format === 'e164') return e164
  if (format === 'digits') return e164.replace(/^\+/, '')
  const number = parsePhoneNumberFromString(e164)
  if (number === undefined) return e164
  const home = number.country === country
  const text = home
    ? number.format('NATIONAL')
    : number.format('IDD', { fromCountry: country as CountryCode })
  return text.replace(/\D/g, '')
}
