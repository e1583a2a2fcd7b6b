import { daysOf, weekdayOf } from './calendar.ts'
import { readMonthDay, readMonthName, setYearMonthDay } from './date-formats.ts'
import type { Format } from './format.ts'
import * as piece from './format.ts'
import { readZone } from './zone-text.ts'

const { DAY, DAY_LZ, HOUR_24, HOUR_24_LZ, MINUTE, MINUTE_LZ, MONTH, MONTH_ABBREVIATION } = piece
const { MONTH_LZ, SECOND, SECOND_LZ, SPACE, YEAR, YEAR_4, ZONE_CORRECTION } = piece

/** Date and time in one, as machines write them. */
export const MACHINE_FORMATS: readonly Format[] = [
  {
    name: 'xmlrpc | xmlrpcnocolon | soap | wddx | exif',
    pattern: `
      ${YEAR_4} ${MONTH_LZ} ${DAY_LZ} T ${HOUR_24} : ${MINUTE_LZ} : ${SECOND_LZ} |
      ${YEAR_4} ${MONTH_LZ} ${DAY_LZ} t ${HOUR_24} ${MINUTE_LZ} ${SECOND_LZ} |
      ${YEAR_4} - ${MONTH_LZ} - ${DAY_LZ} T ${HOUR_24_LZ} : ${MINUTE_LZ} : ${SECOND_LZ}
        ${piece.FRACTION} ${ZONE_CORRECTION}? |
      ${YEAR_4} - ${MONTH} - ${DAY} T ${HOUR_24} : ${MINUTE} : ${SECOND} |
      ${YEAR_4} : ${MONTH_LZ} : ${DAY_LZ} [ ] ${HOUR_24_LZ} : ${MINUTE_LZ} : ${SECOND_LZ}`,
    read: (reader, draft) => {
      setYearMonthDay(reader, draft, reader.number(4))
      const [hour, minute, second] = [reader.number(2), reader.number(2), reader.number(2)]
      const microsecond = reader.isAt('.') ? reader.fraction() : 0
      draft.setTime(reader.text, { hour, minute, second, microsecond })
      const rest = reader.rest()
      if (rest !== '') draft.setZone(reader.words, readZone(rest))
    },
  },
  {
    name: 'pgydotd',
    pattern: `${YEAR_4} [.-]? (00[1-9] | 0[1-9][0-9] | [1-2][0-9][0-9] | 3[0-5][0-9] | 36[0-6])`,
    read: (reader, draft) => {
      draft.setDate(reader.text, { year: reader.number(4), month: 1, day: reader.number(3) })
    },
  },
  {
    name: 'isoweekday | isoweek',
    pattern: `${YEAR_4} -? W (0[1-9] | [1-4][0-9] | 5[0-3]) (-? [0-7])?`,
    read: (reader, draft) => {
      const [year, week, weekday] = [reader.number(4), reader.number(2), reader.optionalNumber(1)]
      draft.setDate(reader.text, { year, month: 1, day: 1 })
      draft.shift.day = daysFromNewYear(year, week, weekday ?? 1)
    },
  },
  {
    name: 'pgtextshort',
    pattern: `${MONTH_ABBREVIATION} - ${DAY_LZ} - ${YEAR}`,
    read: (reader, draft) => {
      draft.setDate(reader.text, { ...readMonthDay(reader), year: reader.year() })
    },
  },
  {
    name: 'pgtextreverse',
    pattern: `${YEAR} - ${MONTH_ABBREVIATION} - ${DAY_LZ}`,
    read: (reader, draft) => {
      const year = reader.year()
      draft.setDate(reader.text, { year, ...readMonthDay(reader) })
    },
  },
  {
    name: 'clf',
    pattern: `${DAY} / ${MONTH_ABBREVIATION} / ${YEAR_4} : ${HOUR_24_LZ} : ${MINUTE_LZ} :
      ${SECOND_LZ} ${SPACE} ${ZONE_CORRECTION}`,
    read: (reader, draft) => {
      const day = reader.number(2)
      draft.setDate(reader.text, { day, month: readMonthName(reader), year: reader.number(4) })
      const [hour, minute, second] = [reader.number(2), reader.number(2), reader.number(2)]
      draft.setTime(reader.text, { hour, minute, second })
      draft.setZone(reader.words, readZone(reader.restAfterSpace()))
    },
  },
]

/** From the first of January: ISO week 1 is the one with the year's first Thursday. */
function daysFromNewYear(year: number, week: number, weekday: number): number {
  const newYearsWeekday = weekdayOf(daysOf(year, 1, 1))
  const beforeMonday = newYearsWeekday > 4 ? newYearsWeekday - 7 : newYearsWeekday
  return (week - 1) * 7 + weekday - beforeMonday
}
