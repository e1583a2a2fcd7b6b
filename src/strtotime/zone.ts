/** Where a time is: so many seconds east of UTC, or by the rules of a place. */
export type Zone =
  | { readonly kind: 'offset'; readonly seconds: number }
  | { readonly kind: 'place'; readonly name: string }

/** Beyond, `Temporal` has no instants: some 273,000 years from now. */
export const FARTHEST_SECONDS = 8.64e12

/** An IANA name, in capitals or not. */
export function isPlace(name: string): boolean {
  if (periodsOfPlaces.has(name)) return true
  try {
    instant(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}

/** Seconds east of UTC at a UNIX time. */
export function offsetAt(unixSeconds: number, place: string): number {
  return periodAt(unixSeconds, place).offset
}

/** Whether they do so on the day before or after. */
export function clocksChangeNear(unixSeconds: number, zone: Zone): boolean {
  if (zone.kind === 'offset') return false
  const { since, until } = periodAt(unixSeconds, zone.name)
  return unixSeconds - since < 86_400 || until - unixSeconds < 86_400
}

/**
 * The UNIX time at which a wall clock in `zone` shows `localSeconds` (counted as if it were UTC).
 * Where the clock jumps, the answer is PHP's (timelib, do_adjust_timezone), which is not always the
 * first of two: it takes the offset that holds when the local time is read as UTC, then the one that
 * holds at the moment so found. Where the text names the place, an hour that comes twice is the first.
 */
export function toUnixSeconds(localSeconds: number, zone: Zone, isNamed: boolean): number {
  if (zone.kind === 'offset') return localSeconds - zone.seconds
  const current = periodAt(localSeconds, zone.name)
  const after = periodAt(localSeconds - current.offset, zone.name)
  let actual = after
  if (isNamed && current.offset === after.offset && current.offset >= 0) {
    const earlier = periodAt(localSeconds - current.offset - 7200, zone.name)
    const isEarlierHour =
      earlier.offset > after.offset && localSeconds - earlier.offset < after.since
    if (isEarlierHour && !isBackIntoSummerTime(zone.name, localSeconds)) actual = earlier
  }
  const moment = localSeconds - actual.offset
  const inTransition =
    moment >= actual.since + (current.offset - actual.offset) && moment < actual.since
  return localSeconds - (inTransition ? current.offset : actual.offset)
}

/**
 * Where turning the clock back leads into what the time zone data call summer time, since law or
 * custom there calls the later time the standard one; PHP then takes the second of the two hours.
 */
const BACK_INTO_SUMMER_TIME: readonly (readonly [places: string, from: string, until: string])[] = [
  ['europe/dublin eire', '1968-10-27', '9999-12-31'],
  ['africa/casablanca africa/el_aaiun', '2018-10-28', '9999-12-31'],
  ['africa/windhoek', '1994-03-20', '2017-10-24'],
  ['europe/chisinau europe/tiraspol', '1990-05-05', '1990-05-08'],
  ['europe/kyiv europe/kiev europe/uzhgorod europe/zaporozhye', '1990-06-30', '1990-07-03'],
  ['asia/novosibirsk', '1993-05-22', '1993-05-25'],
  ['atlantic/azores', '1993-06-16', '1993-06-19'],
  ['asia/barnaul', '1995-05-27', '1995-05-30'],
  ['asia/tomsk', '2002-04-30', '2002-05-03'],
  ['asia/tbilisi', '2004-06-26', '2004-06-29'],
]

function isBackIntoSummerTime(place: string, localSeconds: number): boolean {
  const name = place.toLowerCase()
  return BACK_INTO_SUMMER_TIME.some(([places, from, until]) => {
    const [start, end] = [Date.parse(from) / 1000, Date.parse(until) / 1000]
    return places.split(' ').includes(name) && localSeconds >= start && localSeconds < end
  })
}

/** UNIX times between which a place keeps one offset. */
interface Period {
  readonly since: number
  readonly until: number
  readonly offset: number
}

/** What was asked lately, since looking it up costs some twenty times the rest of a reading. */
const periodsOfPlaces = new Map<string, Period[]>()
const MOST_PLACES = 64
const MOST_PERIODS = 16

function periodAt(unixSeconds: number, place: string): Period {
  let periods = periodsOfPlaces.get(place)
  const known = periods?.find(({ since, until }) => unixSeconds >= since && unixSeconds < until)
  if (known !== undefined) return known
  const period = findPeriod(unixSeconds, place)
  if (periods === undefined) {
    if (periodsOfPlaces.size >= MOST_PLACES) periodsOfPlaces.clear()
    periods = []
    periodsOfPlaces.set(place, periods)
  }
  if (periods.length >= MOST_PERIODS) periods.pop()
  periods.unshift(period)
  return period
}

function findPeriod(unixSeconds: number, place: string): Period {
  const moment = instant(unixSeconds).toZonedDateTimeISO(place)
  // One second on, since a transition at this very moment has happened.
  const since = instant(unixSeconds + 1)
    .toZonedDateTimeISO(place)
    .getTimeZoneTransition('previous')
  const until = moment.getTimeZoneTransition('next')
  return {
    since: since === null ? Number.NEGATIVE_INFINITY : since.epochMilliseconds / 1000,
    until: until === null ? Number.POSITIVE_INFINITY : until.epochMilliseconds / 1000,
    offset: moment.offsetNanoseconds / 1e9,
  }
}

function instant(unixSeconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(unixSeconds * 1000)
}
