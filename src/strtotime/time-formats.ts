import { DATE_NO_YEAR, readMonthDay } from './date-formats.ts'
import type { Draft } from './draft.ts'
import type { Format } from './format.ts'
import * as piece from './format.ts'
import type { TextReader } from './text-reader.ts'
import { readZone } from './zone-text.ts'

const { HOUR_12, HOUR_24, HOUR_24_LZ, MERIDIAN, MINUTE, MINUTE_LZ, SECOND_LZ, SPACE } = piece
const { ZONE_CORRECTION, ZONE_NAME } = piece

/** Times of day. */
export const TIME_FORMATS: readonly Format[] = [
  {
    name: 'timetiny12 | timeshort12 | timelong12',
    pattern: `${HOUR_12} ${SPACE}? ${MERIDIAN} | ${piece.TIME_SHORT_12} | ${piece.TIME_LONG_12}`,
    read: readTime12,
  },
  {
    name: 'mssqltime',
    pattern: `${HOUR_12} : ${MINUTE_LZ} : ${SECOND_LZ} [:.] [0-9]+ ${MERIDIAN}`,
    read: readTime12,
  },
  {
    name: 'timetiny24 | timeshort24 | timelong24 | iso8601long',
    pattern: `t ${HOUR_24} | ${piece.TIME_SHORT_24} | ${piece.TIME_LONG_24} ${piece.FRACTION}?`,
    read: readTime24,
  },
  {
    name: 'gnunocolon',
    pattern: `t? ${HOUR_24_LZ} ${MINUTE_LZ}`,
    read: readTimeOrYear,
  },
  {
    name: 'iso8601nocolon',
    pattern: `t? ${HOUR_24_LZ} ${MINUTE_LZ} ${SECOND_LZ}`,
    read: (reader, draft) => {
      const [hour, minute, second] = [reader.number(2), reader.number(2), reader.number(2)]
      draft.setTime(reader.text, { hour, minute, second })
    },
  },
]

/** A date without a year and the time after it, which might else be taken for the year. */
export const SHORT_DATE_WITH_TIME_FORMATS: readonly Format[] = [
  {
    name: 'dateshortwithtimeshort12 | dateshortwithtimelong12',
    pattern: `${DATE_NO_YEAR} (${piece.TIME_SHORT_12} | ${piece.TIME_LONG_12})`,
    read: (reader, draft) => {
      draft.setDate(reader.text, { ...readMonthDay(reader), year: draft.year })
      readTime12(reader, draft)
    },
  },
  {
    name: 'dateshortwithtimeshort | dateshortwithtimelong | dateshortwithtimelongtz',
    pattern: `${DATE_NO_YEAR} (${piece.TIME_SHORT_24} | ${piece.TIME_LONG_24} |
      t? ${HOUR_24} [:.] ${MINUTE} [:.] ${SECOND_LZ} ${SPACE}? (${ZONE_CORRECTION} | ${ZONE_NAME}))`,
    read: (reader, draft) => {
      draft.setDate(reader.text, { ...readMonthDay(reader), year: draft.year })
      draft.setTime(reader.text, readClock(reader, { beforeSecond: ':', beforeFraction: '.' }))
      const rest = reader.rest()
      if (rest !== '') draft.setZone(reader.words, readZone(rest))
    },
  },
]

/** `back of 7pm` is a quarter past it, `front of 7pm` a quarter to. */
export const QUARTER_FORMATS: readonly Format[] = [
  {
    name: 'backof | frontof',
    pattern: `(back[ ]of[ ] | front[ ]of[ ]) ${HOUR_24} (${SPACE}? ${MERIDIAN})?`,
    read: (reader, draft) => {
      // Written with a capital, PHP takes “Back” for “front”.
      const isBack = reader.text.startsWith('b')
      const named = reader.number(2)
      const hour = isBack ? named : named - 1
      draft.clearTime()
      const shift = reader.rest() === '' ? 0 : meridianShift(reader, hour)
      draft.setTime(reader.text, { hour: hour + shift, minute: isBack ? 15 : 45 })
    },
  },
]

function readTime12(reader: TextReader, draft: Draft): void {
  const time = readClock(reader, { beforeSecond: ':.', beforeFraction: ':.' })
  draft.setTime(reader.text, { ...time, hour: time.hour + meridianShift(reader, time.hour) })
}

function readTime24(reader: TextReader, draft: Draft): void {
  draft.setTime(reader.text, readClock(reader, { beforeSecond: ':.', beforeFraction: '.' }))
}

/** Hour, minutes, seconds and their fraction, as far as they are there after one of these signs. */
function readClock(
  reader: TextReader,
  signs: { readonly beforeSecond: string; readonly beforeFraction: string },
): { hour: number; minute: number; second: number; microsecond: number } {
  const time = { hour: reader.number(2), minute: 0, second: 0, microsecond: 0 }
  if (!reader.isAt(':.')) return time
  time.minute = reader.number(2)
  if (!reader.isAt(signs.beforeSecond)) return time
  time.second = reader.number(2)
  if (reader.isAt(signs.beforeFraction)) time.microsecond = reader.fraction()
  return time
}

function meridianShift(reader: TextReader, hour: number): number {
  if (reader.word().startsWith('a')) return hour === 12 ? -12 : 0
  return hour === 12 ? 0 : 12
}

/** Four digits are a time; after a time they are a year. */
function readTimeOrYear(reader: TextReader, draft: Draft): void {
  if (draft.timeCount === 1) {
    draft.year = reader.number(4)
    draft.timeCount = 2
    return
  }
  const [hour, minute] = [reader.number(2), reader.number(2)]
  const { microsecond } = draft
  draft.setTime(reader.text, { hour, minute, microsecond })
}
