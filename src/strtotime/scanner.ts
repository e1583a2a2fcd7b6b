import { Automaton } from './automaton.ts'
import { MACHINE_FORMATS } from './combined-formats.ts'
import { DATE_FORMATS, readMonthName } from './date-formats.ts'
import { Draft } from './draft.ts'
import { type Format, MONTH_NAME, SPACE, YEAR_4 } from './format.ts'
import { quoted, refusal } from './refusal.ts'
import {
  DAY_OF_MONTH_FORMATS,
  KEYWORD_FORMATS,
  RELATIVE_NUMBER_FORMATS,
  RELATIVE_WORD_FORMATS,
} from './relative-formats.ts'
import { TextReader, wordsAround } from './text-reader.ts'
import { QUARTER_FORMATS, SHORT_DATE_WITH_TIME_FORMATS, TIME_FORMATS } from './time-formats.ts'
import { TIMESTAMP_FORMATS, ZONE_FORMATS } from './zone-formats.ts'

/**
 * Cuts a text into the longest parts that any format matches, as PHP's scanner does, and collects
 * what they say. Parts need nothing between them: `+3 dayz` is three days, in zone Z.
 *
 * @throws OutdialError `unparsable-time`: the sentence names the part that is not understood
 */
export function scanTime(text: string): Draft {
  const trimmed = trim(text)
  const draft = new Draft()
  let at = 0
  while (at < trimmed.length) {
    const match = AUTOMATON.longest(trimmed, at)
    if (match === undefined) {
      throw refusal(`${quoted(wordsAround(trimmed, at, at + 1))} is not understood`)
    }
    FORMATS[match.rule]!.read(new TextReader(trimmed, at, match.end), draft)
    at = match.end
  }
  return draft
}

/** Of blanks alone, one remains, which says nothing: PHP takes that for now. */
function trim(text: string): string {
  if (text === '') throw refusal('it is empty')
  return text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '') || text.slice(-1)
}

/** A month or a year alone, to which other parts add. */
const PARTIAL_DATE_FORMATS: readonly Format[] = [
  {
    name: 'year4',
    pattern: YEAR_4,
    read: (reader, draft) => {
      draft.year = reader.number(4)
    },
  },
  {
    name: 'monthfull | monthabbr',
    pattern: MONTH_NAME,
    read: (reader, draft) => {
      draft.claimDate(reader.text)
      draft.month = readMonthName(reader)
    },
  },
]

/** In this order: where two match the same, the first one is meant. */
const FORMATS: readonly Format[] = [
  ...KEYWORD_FORMATS,
  ...TIMESTAMP_FORMATS,
  ...DAY_OF_MONTH_FORMATS,
  ...QUARTER_FORMATS,
  ...TIME_FORMATS,
  ...DATE_FORMATS,
  ...MACHINE_FORMATS,
  ...PARTIAL_DATE_FORMATS,
  ...RELATIVE_WORD_FORMATS,
  ...ZONE_FORMATS,
  ...SHORT_DATE_WITH_TIME_FORMATS,
  ...RELATIVE_NUMBER_FORMATS,
  { name: 'separator', pattern: `[.,\n] | ${SPACE}`, read: () => {} },
]

const AUTOMATON = new Automaton(FORMATS.map(({ pattern }) => pattern))
