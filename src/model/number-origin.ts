import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { NUMBER_ZONE_TABLE } from './number-zone-table.ts'

/** Where the owner of a number may be. */
export interface NumberOrigin {
  /** ISO 3166 alpha-2; `001` where the number belongs to no country. */
  readonly country: string
  /** IANA names: all that are possible; none where nothing is known. */
  readonly timeZones: readonly string[]
}

/**
 * Country and possible time zones of an E.164 number. The prefix of a number that is tied to a place
 * names its zone; any other (most mobile numbers, toll-free ones) may be anywhere in its country.
 */
export function numberOrigin(destination: string): NumberOrigin {
  const digits = destination.replace(/^\+/, '')
  const number = parsePhoneNumberFromString(destination)
  const callingCode = number?.countryCallingCode ?? ''
  const tied = number !== undefined && isTiedToPlace(number.getType(), callingCode)
  const timeZones = (tied ? zonesOf(digits) : zoneTable().get(callingCode)) ?? []
  return { country: number?.country ?? '001', timeZones }
}

/** Mexico, Argentina, Brazil, Indonesia and China: mobile numbers have area codes too. */
const AREA_CODED_MOBILES: readonly string[] = ['52', '54', '55', '62', '86']

function isTiedToPlace(type: string | undefined, callingCode: string): boolean {
  if (type === 'MOBILE') return AREA_CODED_MOBILES.includes(callingCode)
  return type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE'
}

/** Of the longest prefix that the table knows. */
function zonesOf(digits: string): readonly string[] | undefined {
  for (let length = digits.length; length > 0; length--) {
    const zones = zoneTable().get(digits.slice(0, length))
    if (zones !== undefined) return zones
  }
  return undefined
}

let table: ReadonlyMap<string, readonly string[]> | undefined

/** Read when it is first asked for: most commands never do. */
function zoneTable(): ReadonlyMap<string, readonly string[]> {
  table ??= new Map(
    NUMBER_ZONE_TABLE.trim()
      .split('\n')
      .flatMap((line) => {
        const [prefixes = '', zones = ''] = line.split('=')
        const list = zones.split(' ')
        return prefixes.split(' ').map((prefix) => [prefix, list] as const)
      }),
  )
  return table
}
