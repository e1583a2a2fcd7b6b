import type { Draft } from './draft.ts'
import { DAY_NAME, DAY_TEXT, type Format, SPACE } from './format.ts'
import { DIRECTIONS, ORDINALS, UNITS, WEEKDAYS, WORKDAYS } from './words.ts'

const ORDINAL = `(first | second | third | fourth | fifth | sixth | seventh | eight | eighth | ninth |
  tenth | eleventh | twelfth)`
const DIRECTION = '(next | last | previous | this)'
const UNIT = `(ms | µs | (msec | millisecond | µsec | microsecond | usec | sec | second | min |
  minute | hour | day | fortnight | forthnight | month | year) s? | weeks | ${DAY_TEXT})`

/** Words that stand for a day or a time of today. */
export const KEYWORD_FORMATS: readonly Format[] = [
  {
    name: 'yesterday',
    pattern: 'yesterday',
    read: (_, draft) => {
      draft.clearTime()
      draft.shift.day = -1
    },
  },
  { name: 'now', pattern: 'now', read: () => {} },
  {
    name: 'noon',
    pattern: 'noon',
    read: (reader, draft) => {
      draft.clearTime()
      draft.setTime(reader.text, { hour: 12 })
    },
  },
  { name: 'midnight | today', pattern: 'midnight | today', read: (_, draft) => draft.clearTime() },
  {
    name: 'tomorrow',
    pattern: 'tomorrow',
    read: (_, draft) => {
      draft.clearTime()
      draft.shift.day = 1
    },
  },
]

/** Days of a month, to be found when the month is known. */
export const DAY_OF_MONTH_FORMATS: readonly Format[] = [
  {
    name: 'firstdayof | lastdayof',
    pattern: '(first | last) [ ]day[ ]of',
    read: (reader, draft) => {
      draft.monthEdge = reader.word() === 'last' ? 'last-day' : 'first-day'
    },
  },
  {
    name: 'weekdayof',
    // A no-break space before “of” makes PHP forget the day: that is not understood here.
    pattern: `(${ORDINAL} | ${DIRECTION}) ${SPACE} ${DAY_NAME} [ \t]+ of`,
    read: (reader, draft) => {
      const word = reader.word()
      const count = countOf(word)
      draft.special = { kind: count > 0 ? 'weekday-of-month' : 'last-weekday-of-month' }
      shiftBy(draft, reader.word(), {
        count,
        mode: count > 0 || word === 'this' ? 'today-or-after' : 'after-today',
        keepsTime: false,
      })
    },
  },
]

export const RELATIVE_WORD_FORMATS: readonly Format[] = [
  { name: 'ago', pattern: 'ago', read: (_, draft) => turnBack(draft) },
  {
    name: 'daytext',
    pattern: DAY_TEXT,
    read: (reader, draft) => {
      draft.clearTime()
      draft.hasWeekday = true
      // Standing alone, PHP takes “weekday” for Monday.
      draft.weekday = WEEKDAYS.get(reader.word()) ?? 1
      if (draft.weekdayMode !== 'this-week') draft.weekdayMode = 'today-or-after'
    },
  },
  {
    name: 'relativetextweek',
    pattern: `${DIRECTION} ${SPACE} week`,
    read: (reader, draft) => {
      draft.addShift('day', countOf(reader.word()) * 7)
      draft.weekdayMode = 'this-week'
      if (!draft.hasWeekday) draft.weekday = MONDAY
      draft.hasWeekday = true
    },
  },
  {
    name: 'relativetext',
    pattern: `(${ORDINAL} | ${DIRECTION}) ${SPACE} ${UNIT}`,
    read: (reader, draft) => {
      const word = reader.word()
      const mode = word === 'this' ? 'today-or-after' : 'after-today'
      shiftBy(draft, reader.word(), { count: countOf(word), mode, keepsTime: false })
    },
  },
]

export const RELATIVE_NUMBER_FORMATS: readonly Format[] = [
  {
    name: 'relative',
    pattern: `[+-]* [ \t]* [0-9]{1,13} ${SPACE}? (${UNIT} | week)`,
    read: (reader, draft) => {
      const count = reader.signedNumber(13)
      shiftBy(draft, reader.word(), { count, mode: 'today-or-after', keepsTime: true })
    },
  },
]

const MONDAY = 1

function countOf(word: string): number {
  return ORDINALS.get(word) ?? DIRECTIONS.get(word)!
}

interface ShiftOptions {
  readonly count: number
  readonly mode: Draft['weekdayMode']
  /** `+2 mondays` keeps the time of day, `second monday` does not. */
  readonly keepsTime: boolean
}

function shiftBy(draft: Draft, unitWord: string, { count, mode, keepsTime }: ShiftOptions): void {
  const unit = UNITS.get(unitWord)
  if (unit !== undefined) {
    draft.addShift(unit[1], count * unit[0])
    return
  }
  if (!keepsTime) draft.clearTime()
  if (WORKDAYS.has(unitWord)) {
    draft.special = { kind: 'workdays', count }
    return
  }
  draft.hasWeekday = true
  draft.weekday = WEEKDAYS.get(unitWord)!
  draft.weekdayMode = mode
  draft.addShift('day', (count > 0 ? count - 1 : count) * 7)
}

/** `ago` turns round all that stands before it, but for microseconds, as in PHP. */
function turnBack(draft: Draft): void {
  for (const unit of ['year', 'month', 'day', 'hour', 'minute', 'second'] as const) {
    draft.shift[unit] = 0 - draft.shift[unit]
  }
  draft.weekday = draft.weekday === 0 ? -7 : -draft.weekday
  if (draft.special?.kind === 'workdays') {
    draft.special = { kind: 'workdays', count: 0 - draft.special.count }
  }
}
