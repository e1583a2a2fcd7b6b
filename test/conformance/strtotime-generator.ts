import { randomFraction, seededRandom } from '#base'

/** What PHP is asked: a time in words, what now means, and the zone where none is named. */
export type TimeQuestion = readonly [expression: string, nowSeconds: number, timeZone: string]

/**
 * Times in words as people, machines and mistakes write them: all formats, several relative parts,
 * zones, the hours around changes of the clock, and damaged ones. The same seed gives the same ones.
 * Places and years are such that the editions of the time zone data agree on them.
 */
export function generateTimes(seed: string, count: number): TimeQuestion[] {
  const random = seededRandom(seed)
  const writer = new TimeWriter(() => randomFraction(random))
  const questions: TimeQuestion[] = []
  while (questions.length < count) {
    const expression = writer.expression()
    if ([...expression].length > 80) continue
    questions.push([expression, writer.now(), writer.pick(DEFAULT_ZONES)])
  }
  return questions
}

const DEFAULT_ZONES = [
  ...['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Sydney'],
  ...['Europe/London', 'Europe/Dublin', 'America/Los_Angeles', 'Australia/Lord_Howe'],
]
const NAMED_ZONES = [
  ...DEFAULT_ZONES,
  ...['GMT', 'Z', 'EST', 'EDT', '(PST)', 'CET', 'cest', 'BST', 'IST', 'A', 'Japan', 'Etc/GMT'],
  ...['+02:00', '-0800', '+5', '-3:30', 'GMT+2', '+053015', '+05:30:15', 'UTC+3', 'XYZ', 'No/Such'],
]
/** Days on which clocks change, in several of these places. */
const CHANGES = [
  ...['2025-03-09', '2025-03-30', '2025-04-06', '2025-10-05', '2025-10-26', '2025-11-02'],
  ...['2026-10-25', '2026-11-01', '2027-03-14', '2027-03-28'],
]
const MONTHS = [
  ...['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'sept', 'oct', 'nov', 'dec'],
  ...['January', 'June', 'September', 'December', 'III', 'VIII', 'XI'],
]
const WEEKDAYS = [
  ...['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'monday', 'Saturday', 'sunday', 'fridays'],
  ...['weekday', 'weekdays', 'tues'],
]
const UNITS = [
  ...['sec', 'secs', 'second', 'min', 'minutes', 'hour', 'hours', 'day', 'days', 'week', 'weeks'],
  ...['fortnight', 'forthnights', 'month', 'months', 'year', 'years', 'msec', 'µs', 'usecs', 'ms'],
  ...['weekday', 'weekdays', 'monday', 'sat', 'sundays'],
]
const ORDINALS = [
  ...['first', 'second', 'third', 'fourth', 'fifth', 'eighth', 'twelfth'],
  ...['next', 'last', 'previous', 'this'],
]
const KEYWORDS = ['now', 'today', 'tomorrow', 'yesterday', 'midnight', 'noon', 'ago']
const GAPS = [' ', ' ', ' ', ' ', '  ', ', ', '', '\t', '\n', '. ']

class TimeWriter {
  private readonly fraction: () => number

  constructor(fraction: () => number) {
    this.fraction = fraction
  }

  expression(): string {
    const kind = this.integer(0, 9)
    if (kind === 0)
      return this.join([this.pick(CHANGES), this.clock(0, 4), this.maybe(0.5, 'zone')])
    if (kind <= 2) return this.damaged(this.sentence())
    return this.sentence()
  }

  now(): number {
    if (this.fraction() < 0.3) return this.pick([1_700_000_000, 1_774_000_000, 1_793_500_000])
    return this.integer(0, 2_100_000_000)
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.fraction() * items.length)]!
  }

  private sentence(): string {
    const parts = this.pick([
      () => [this.date(), this.time(), this.maybe(0.4, 'zone')],
      () => [this.machineTime(), this.maybe(0.2, 'zone'), this.maybe(0.2, 'relative')],
      () => [this.relative(), this.maybe(0.5, 'relative'), this.maybe(0.5, 'time')],
      () => [this.weekdayOf(), this.monthName(), this.maybe(0.5, 'time')],
      () => [this.pick(['first day of', 'last day of']), this.monthName(), this.maybe(0.5, 'time')],
      () => [this.pick(WEEKDAYS), this.pick(['next week', 'last week', 'this week'])],
      () => [this.maybe(0.5, 'time'), this.maybe(0.5, 'date'), this.relative(), this.relative()],
    ])()
    return this.join(parts)
  }

  private join(parts: readonly string[]): string {
    return parts.filter((part) => part !== '').join(this.pick(GAPS))
  }

  private damaged(text: string): string {
    const at = this.integer(0, text.length)
    const stray = this.pick([...' .,:-/+@()WTt0159adnsé\u00A0_[]#'])
    const after = this.fraction() < 0.5 ? at : at + 1
    return text.slice(0, at) + (this.fraction() < 0.7 ? stray : '') + text.slice(after)
  }

  private maybe(chance: number, what: 'zone' | 'time' | 'date' | 'relative'): string {
    return this.fraction() < chance ? this[what]() : ''
  }

  private zone(): string {
    return this.pick(NAMED_ZONES)
  }

  private date(): string {
    const [year, month, day] = [this.year(), this.two(1, 12), this.two(1, 31)]
    const [plainMonth, plainDay] = [this.integer(1, 12), this.integer(0, 31)]
    const [name, gap] = [this.pick(MONTHS), this.pick([' ', '-', '.', '', '. ', '\t'])]
    const ordinalDay = `${plainDay}${this.pick(['', '', 'st', 'nd', 'rd', 'th'])}`
    return this.pick([
      `${plainMonth}/${plainDay}`,
      `${plainMonth}/${plainDay}/${year}`,
      `${year}-${month}-${day}`,
      `${year}/${month}/${day}`,
      `${year}-${plainMonth}-${plainDay}`,
      `${this.two(0, 99)}-${month}-${day}`,
      `${year}-${plainMonth}`,
      `${plainDay}.${plainMonth}.${year}`,
      `${plainDay}.${plainMonth}.${this.two(0, 99)}`,
      `${ordinalDay}${gap}${name}${gap}${year}`,
      `${name}${gap}${ordinalDay}, ${year}`,
      `${name}${gap}${ordinalDay}`,
      `${ordinalDay}${gap}${name}`,
      `${name}${gap}${year}`,
      `${year}${gap}${name}`,
      `${year}${month}${day}`,
      `${year}.${String(this.integer(0, 370)).padStart(3, '0')}`,
      `${year}-W${this.two(0, 54)}-${this.integer(0, 7)}`,
      `${year}W${this.two(1, 53)}`,
      `${name}-${day}-${year}`,
      `${year}`,
      name,
    ])
  }

  private time(): string {
    const meridian = this.pick(['am', 'pm', 'AM', 'a.m.', 'p.m.', ' PM', ' a.m.'])
    const hour12 = this.integer(0, 13)
    return this.pick([
      `${hour12}${meridian}`,
      `${hour12}:${this.two(0, 59)}${meridian}`,
      `${hour12}:${this.two(0, 59)}:${this.two(0, 59)}${meridian}`,
      `${hour12}:${this.two(0, 59)}:${this.two(0, 59)}:${this.integer(0, 99_999)}${meridian}`,
      this.clock(0, 24),
      this.clock(0, 24),
      `${this.integer(0, 24)}.${this.two(0, 59)}`,
      `${this.two(0, 24)}${this.two(0, 59)}`,
      `t${this.two(0, 23)}${this.two(0, 59)}${this.two(0, 60)}`,
      `T${this.integer(0, 24)}`,
      `${this.pick(['back', 'front', 'Back'])} of ${hour12}${this.pick(['', meridian])}`,
      this.pick(['noon', 'midnight']),
    ])
  }

  private clock(firstHour: number, lastHour: number): string {
    const seconds = this.pick(['', '', `:${this.two(0, 60)}`, `:${this.two(0, 59)}.25`])
    return `${this.two(firstHour, lastHour)}:${this.two(0, 59)}${seconds}`
  }

  private machineTime(): string {
    const [year, month, day, clock] = [
      this.year(),
      this.two(1, 12),
      this.two(1, 31),
      this.clock(0, 23),
    ]
    const zone = this.pick(['', 'Z', '+02:00', '-0800'])
    return this.pick([
      `${year}-${month}-${day}T${clock}${zone}`,
      `${year}${month}${day}T${clock}`,
      `${year}${month}${day}t${this.two(0, 23)}${this.two(0, 59)}${this.two(0, 59)}`,
      `${year}:${month}:${day} ${clock}`,
      `${day}/${this.pick(MONTHS)}/${year}:${clock} -0700`,
      `${this.pick(MONTHS)} ${this.integer(1, 31)} ${clock}${zone}`,
      `@${this.pick(['', '-'])}${this.integer(0, 2_000_000_000)}${this.pick(['', '.5', '.125'])}`,
    ])
  }

  private relative(): string {
    const sign = this.pick(['+', '-', '', '+', '-', '--', '- '])
    const unit = this.pick(UNITS)
    return this.pick([
      `${sign}${this.integer(0, 40)}${this.pick([' ', ' ', ''])}${unit}`,
      `${sign}${this.integer(0, 40)} ${unit}${this.pick(['', '', ' ago'])}`,
      `${this.pick(ORDINALS)} ${unit}`,
      this.pick(['next week', 'last week', 'this week']),
      this.pick(WEEKDAYS),
      this.pick(KEYWORDS),
    ])
  }

  private weekdayOf(): string {
    return `${this.pick(ORDINALS)} ${this.pick(WEEKDAYS)} of`
  }

  private monthName(): string {
    return this.pick([`${this.pick(MONTHS)} ${this.year()}`, 'next month', 'last year', ''])
  }

  private year(): string {
    return String(this.fraction() < 0.9 ? this.integer(1971, 2037) : this.integer(2038, 2400))
  }

  private two(from: number, to: number): string {
    return String(this.integer(from, to)).padStart(2, '0')
  }

  private integer(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1))
  }
}
