/** The words of the language, in small letters. */

export const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
    ...['august', 'september', 'october', 'november', 'december'],
  ].flatMap((name, index) => [
    [name, index + 1] as const,
    [name.slice(0, 3), index + 1] as const,
    ...(name === 'september' ? [['sept', 9] as const] : []),
  ]),
)

export const ROMAN_MONTHS: ReadonlyMap<string, number> = new Map(
  ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'].map(
    (name, index) => [name, index + 1] as const,
  ),
)

/** Sunday is 0. Also in the plural, as in `2 mondays`. */
export const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].flatMap(
    (name, index) => [name, `${name}s`, name.slice(0, 3)].map((word) => [word, index] as const),
  ),
)

/** Days from Monday to Friday. */
export const WORKDAYS: ReadonlySet<string> = new Set(['weekday', 'weekdays'])

export const ORDINALS: ReadonlyMap<string, number> = new Map([
  ...(
    ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'] as const
  ).map((word, index) => [word, index + 1] as const),
  ['eight', 8],
  ['tenth', 10],
  ['eleventh', 11],
  ['twelfth', 12],
])

export const DIRECTIONS: ReadonlyMap<string, number> = new Map([
  ['next', 1],
  ['last', -1],
  ['previous', -1],
  ['this', 0],
])

export type ShiftUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'microsecond'

/** How many of a base unit; PHP knows “forthnight” as well. */
export const UNITS: ReadonlyMap<string, readonly [count: number, unit: ShiftUnit]> = new Map(
  (
    [
      [['ms', 'msec', 'msecs', 'millisecond', 'milliseconds'], 1000, 'microsecond'],
      [['µs', 'µsec', 'µsecs', 'usec', 'usecs', 'microsecond', 'microseconds'], 1, 'microsecond'],
      [['sec', 'secs', 'second', 'seconds'], 1, 'second'],
      [['min', 'mins', 'minute', 'minutes'], 1, 'minute'],
      [['hour', 'hours'], 1, 'hour'],
      [['day', 'days'], 1, 'day'],
      [['week', 'weeks'], 7, 'day'],
      [['fortnight', 'fortnights', 'forthnight', 'forthnights'], 14, 'day'],
      [['month', 'months'], 1, 'month'],
      [['year', 'years'], 1, 'year'],
    ] as const
  ).flatMap(([words, count, unit]) => words.map((word) => [word, [count, unit]] as const)),
)
