import { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/max'
import { z } from 'zod'
import type { DispatchVerdict } from './dispatch-verdict.ts'
import { isKnownCountry } from './phone-number.ts'
import { readRule, ruleError } from './rule-error.ts'

/**
 * Which numbers an account may call: countries, ISO 3166 alpha-2 (`US`), and beginnings of E.164 numbers
 * (`+44`); with a leading `!` those that it may not.
 */
export type Destinations = readonly string[]

const MOST_ENTRIES = 500

/**
 * Reads destinations as text (`US, +44, !+4490`) or as the list that is kept.
 *
 * @throws OutdialError `rule-invalid`, field `field`
 */
export function readDestinations(value: unknown, field = 'destinations'): Destinations {
  const listed =
    typeof value === 'string'
      ? value.split(/[\s,]+/).filter((entry) => entry !== '')
      : readRule(LIST_SHAPE, value, field)
  const entries = [...new Set(listed)]
  if (entries.length === 0) {
    throw ruleError(field, `${field} names none; send countries or prefixes, or null for all.`)
  }
  if (entries.length > MOST_ENTRIES) {
    throw ruleError(field, `${field} has more than ${MOST_ENTRIES} entries; send shorter prefixes.`)
  }
  for (const entry of entries) refuseBadEntry(entry, field)
  const contradiction = entries.find((entry) => entries.includes(`!${entry}`))
  if (contradiction === undefined) return entries
  const both = `both ${contradiction} and !${contradiction}`
  throw ruleError(field, `${field} has ${both}; send one of them.`)
}

const LIST_SHAPE = z.array(
  z.string('write each as text, for example US or !+4490'),
  'write a list, for example ["US", "+44", "!+4490"]',
)

function refuseBadEntry(entry: string, field: string): void {
  const place = entry.replace(/^!/, '')
  if (/^\+[1-9][0-9]{0,14}$/.test(place) || isKnownCountry(place)) return
  // Who sent it sees it, and nothing that is no text gets through.
  const shown = JSON.stringify(entry.slice(0, 20))
  throw ruleError(
    field,
    `${field}: ${shown} is neither a country like US nor a prefix like +44, perhaps after one !.`,
  )
}

/** A number, and its country, which is only asked for where it makes a difference. */
export interface Destination {
  /** E.164 */
  readonly destination: string
  readonly country: () => string
}

interface Entry {
  readonly text: string
  readonly allows: boolean
}

/**
 * Asks the destinations of one account about many numbers: the longest entry that a number is under decides.
 * A country is as long as its calling code, and goes before that code.
 */
export class DestinationRuling {
  readonly #countries = new Map<string, Entry>()
  readonly #prefixes = new Map<string, Entry>()
  readonly #longest: number
  /** Where only some are refused, all others are allowed. */
  readonly #allowsOthers: boolean

  constructor(destinations: Destinations) {
    for (const text of destinations) {
      const place = text.replace(/^!/, '')
      const entry = { text, allows: place === text }
      if (place.startsWith('+')) this.#prefixes.set(place, entry)
      else this.#countries.set(place, entry)
    }
    this.#longest = Math.max(0, ...[...this.#prefixes.keys()].map(({ length }) => length))
    this.#allowsOthers = destinations.every((text) => text.startsWith('!'))
  }

  verdict(number: Destination): DispatchVerdict {
    const rule = 'destinations'
    const entry = this.#entryOf(number)
    const allows = entry?.allows ?? this.#allowsOthers
    const may = `the account ${allows ? 'may' : 'may not'} call`
    const detail =
      entry === undefined
        ? `${may} numbers that are under none of its destinations`
        : `${may} numbers of ${entry.text.replace(/^!/, '')}`
    return { rule, allows, detail }
  }

  #entryOf({ destination, country }: Destination): Entry | undefined {
    const prefix = this.#prefixOf(destination)
    if (this.#countries.size === 0) return prefix?.entry
    const code = country()
    const ofCountry = this.#countries.get(code)
    if (ofCountry === undefined) return prefix?.entry
    // With the plus.
    const length = 1 + getCountryCallingCode(code as CountryCode).length
    return prefix !== undefined && prefix.length > length ? prefix.entry : ofCountry
  }

  #prefixOf(destination: string): { entry: Entry; length: number } | undefined {
    for (let length = Math.min(this.#longest, destination.length); length > 1; length--) {
      const entry = this.#prefixes.get(destination.slice(0, length))
      if (entry !== undefined) return { entry, length }
    }
    return undefined
  }
}
