import type { CalendarDate, Draft } from './draft.ts'
import type { Format } from './format.ts'
import * as piece from './format.ts'
import { refusal } from './refusal.ts'
import type { TextReader } from './text-reader.ts'
import { MONTHS, ROMAN_MONTHS } from './words.ts'

const { DAY, DAY_LZ, MONTH, MONTH_LZ, MONTH_TEXT, YEAR, YEAR_4 } = piece
const GAP = '[ .\t-]*'

/** `oct 14th`, and what parts it from what follows. */
export const DATE_NO_YEAR = `${MONTH_TEXT} ${GAP} ${DAY} ([,.stndrh\t ]+ | $)`

/** Dates in the calendar. */
export const DATE_FORMATS: readonly Format[] = [
  {
    name: 'americanshort | american',
    pattern: `${MONTH} / ${DAY} (/ ${YEAR})?`,
    read: (reader, draft) => {
      const [month, day] = [reader.number(2), reader.number(2)]
      // Without a year, one that was written before stays.
      const year = reader.isAt('/') ? reader.year() : draft.year
      draft.setDate(reader.text, { year, month, day })
    },
  },
  {
    name: 'iso8601date4 | iso8601dateslash | dateslash',
    pattern: `[+-]? ${YEAR_4} - ${MONTH_LZ} - ${DAY_LZ} |
      ${YEAR_4} / ${MONTH_LZ} / ${DAY_LZ} /? | ${YEAR_4} / ${MONTH} / ${DAY}`,
    read: (reader, draft) => setYearMonthDay(reader, draft, readSignedYear(reader, 4)),
  },
  {
    name: 'iso8601date2',
    pattern: `[0-9]{2} - ${MONTH_LZ} - ${DAY_LZ}`,
    read: (reader, draft) => setYearMonthDay(reader, draft, reader.year()),
  },
  {
    name: 'iso8601datex',
    pattern: `[+-][0-9]{5,19} - ${MONTH_LZ} - ${DAY_LZ}`,
    read: (reader, draft) => setYearMonthDay(reader, draft, readSignedYear(reader, 19)),
  },
  {
    name: 'gnudateshorter',
    pattern: `${YEAR_4} - ${MONTH}`,
    read: (reader, draft) => {
      draft.setDate(reader.text, { year: reader.year(), month: reader.number(2), day: 1 })
    },
  },
  {
    name: 'gnudateshort',
    pattern: `${YEAR} - ${MONTH} - ${DAY}`,
    read: (reader, draft) => setYearMonthDay(reader, draft, reader.year()),
  },
  {
    name: 'datefull',
    pattern: `${DAY} [ \t.-]* ${MONTH_TEXT} [ \t.-]* ${YEAR}`,
    read: (reader, draft) => {
      const day = readDay(reader)
      draft.setDate(reader.text, { day, month: readMonthName(reader), year: reader.year() })
    },
  },
  {
    name: 'pointeddate4 | pointeddate2',
    pattern: `${DAY} [.\t-] ${MONTH} [.-] ${YEAR_4} | ${DAY} [.\t] ${MONTH} . [0-9]{2}`,
    read: (reader, draft) => {
      const [day, month] = [reader.number(2), reader.number(2)]
      draft.setDate(reader.text, { day, month, year: reader.year() })
    },
  },
  {
    name: 'datenoday',
    pattern: `${MONTH_TEXT} ${GAP} ${YEAR_4}`,
    read: (reader, draft) => {
      const month = readMonthName(reader)
      draft.setDate(reader.text, { day: 1, month, year: reader.year() })
    },
  },
  {
    name: 'datenodayrev',
    pattern: `${YEAR_4} ${GAP} ${MONTH_TEXT}`,
    read: (reader, draft) => {
      const year = reader.year()
      draft.setDate(reader.text, { day: 1, month: readMonthName(reader), year })
    },
  },
  {
    name: 'datetextual | datenoyear',
    pattern: `${MONTH_TEXT} ${GAP} ${DAY} [,.stndrh\t ]+ ${YEAR} | ${DATE_NO_YEAR}`,
    read: (reader, draft) => {
      draft.setDate(reader.text, { ...readMonthDay(reader), year: reader.year() })
    },
  },
  {
    name: 'datenoyearrev',
    pattern: `${DAY} ${GAP} ${MONTH_TEXT}`,
    read: (reader, draft) => {
      const day = readDay(reader)
      draft.setDate(reader.text, { day, month: readMonthName(reader), year: draft.year })
    },
  },
  {
    name: 'datenocolon',
    pattern: `${YEAR_4} ${MONTH_LZ} ${DAY_LZ}`,
    read: (reader, draft) => setYearMonthDay(reader, draft, reader.number(4)),
  },
]

export function readMonthDay(reader: TextReader): { month: number; day: number } {
  const month = readMonthName(reader)
  return { month, day: reader.number(2) }
}

export function readMonthName(reader: TextReader): number {
  const word = reader.word()
  return MONTHS.get(word) ?? ROMAN_MONTHS.get(word)!
}

export function setYearMonthDay(
  reader: TextReader,
  draft: Draft,
  year: CalendarDate['year'],
): void {
  draft.setDate(reader.text, { year, month: reader.number(2), day: reader.number(2) })
}

function readDay(reader: TextReader): number {
  const day = reader.number(2)
  reader.daySuffix()
  return day
}

function readSignedYear(reader: TextReader, maxDigits: number): number {
  const year = reader.signedNumber(maxDigits)
  // Far beyond what can be answered, and still exact when multiplied out.
  if (Math.abs(year) > 1e9) throw refusal('it lies too far from now')
  return year
}
