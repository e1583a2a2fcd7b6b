import type { Draft } from './draft.ts'
import type { TextReader } from './text-reader.ts'

/** One way to write a part of a time. */
export interface Format {
  /** PHP's name for it (its manual, “Supported Date and Time Formats”). */
  readonly name: string
  /** In the notation of `parsePattern`. */
  readonly pattern: string
  readonly read: (reader: TextReader, draft: Draft) => void
}

// The pieces of which the patterns are made.

export const SPACE = '([ \t]+ | \u00A0+ | \u202F+)'

export const HOUR_24 = '([01]?[0-9] | 2[0-4])'
export const HOUR_24_LZ = '([01][0-9] | 2[0-4])'
export const HOUR_12 = '(0?[1-9] | 1[0-2])'
export const MINUTE = '([0-5]?[0-9])'
export const MINUTE_LZ = '([0-5][0-9])'
export const SECOND = `(${MINUTE} | 60)`
export const SECOND_LZ = `(${MINUTE_LZ} | 60)`
export const FRACTION = '(.[0-9]+)'
export const MERIDIAN = '([AaPp] .? [Mm] .? ($ | [ \t]))'

export const TIME_SHORT_12 = `${HOUR_12} [:.] ${MINUTE_LZ} ${SPACE}? ${MERIDIAN}`
export const TIME_LONG_12 = `${HOUR_12} [:.] ${MINUTE} [:.] ${SECOND_LZ} ${SPACE}? ${MERIDIAN}`
export const TIME_SHORT_24 = `t? ${HOUR_24} [:.] ${MINUTE}`
export const TIME_LONG_24 = `t? ${HOUR_24} [:.] ${MINUTE} [:.] ${SECOND}`

export const ZONE_CORRECTION = `((GMT)? [+-] (
  ${HOUR_24} (:? ${MINUTE})? |
  ${HOUR_24_LZ} ${MINUTE_LZ} ${SECOND_LZ} |
  ${HOUR_24_LZ} : ${MINUTE_LZ} : ${SECOND_LZ}))`
export const ZONE_NAME = '([(]? [A-Za-z]{1,6} [)]? | [A-Z][a-z]+ ([_/-] [A-Za-z]+)+)'

export const YEAR = '([0-9]{1,4})'
export const YEAR_4 = '([0-9]{4})'
export const MONTH = '(0?[0-9] | 1[0-2])'
export const MONTH_LZ = '(0[0-9] | 1[0-2])'
export const DAY = '(([0-2]?[0-9] | 3[01]) ([s][t] | [n][d] | [r][d] | [t][h])?)'
export const DAY_LZ = '(0[0-9] | [1-2][0-9] | 3[01])'
export const MONTH_ABBREVIATION =
  '(jan | feb | mar | apr | may | jun | jul | aug | sep | sept | oct | nov | dec)'
export const MONTH_NAME = `(january | february | march | april | may | june | july | august |
  september | october | november | december | ${MONTH_ABBREVIATION})`
export const MONTH_TEXT = `(${MONTH_NAME} |
  I | II | III | IV | V | VI | VII | VIII | IX | X | XI | XII)`

const DAY_FULL = '(sunday | monday | tuesday | wednesday | thursday | friday | saturday)'
const DAY_SHORT = '(sun | mon | tue | wed | thu | fri | sat)'
export const DAY_NAME = `(${DAY_FULL} s? | ${DAY_SHORT})`
export const DAY_TEXT = `(${DAY_NAME} | weekdays?)`
