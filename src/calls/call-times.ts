import { OutdialError } from '#base'
import { strtotime } from '#strtotime'

/** One time, as a client may give it: as a number, in words, or both. */
export interface TimeChoice {
  /** UNIX seconds; 0 means now (scheduled) or never (expiration). */
  readonly timestampSeconds?: number
  /** In the language of `strtotime`. */
  readonly text?: string
}

export interface CallTimes {
  /** Absent: now. */
  readonly scheduledAt?: Date
  /** Absent: never. */
  readonly expiresAt?: Date
}

/**
 * When a call is to be made. A scheduled time in the past means now.
 *
 * @throws OutdialError `unparsable-time`, `conflicting-times`, `expiration-in-past`,
 *   `expiration-not-after-scheduled`, each with its field
 */
export function readCallTimes(
  choices: { readonly scheduled: TimeChoice; readonly expiration: TimeChoice },
  reference: { readonly now: Date; readonly timeZone: string },
): CallTimes {
  const nowSeconds = Math.floor(reference.now.getTime() / 1000)
  const read = (choice: TimeChoice, field: TimeField): number | undefined =>
    readChoice(choice, { field, nowSeconds, timeZone: reference.timeZone })
  const scheduled = read(choices.scheduled, 'scheduled')
  const expiration = read(choices.expiration, 'expiration')
  if (expiration !== undefined && expiration <= nowSeconds) {
    throw new OutdialError(
      'expiration-in-past',
      'The expiration has passed already; send a later one, or none.',
      { field: fieldOf(choices.expiration, 'expiration') },
    )
  }
  if (expiration !== undefined && scheduled !== undefined && expiration <= scheduled) {
    throw new OutdialError(
      'expiration-not-after-scheduled',
      'The expiration is not after the scheduled time; send a later one, or none.',
      { field: fieldOf(choices.expiration, 'expiration') },
    )
  }
  return {
    ...(scheduled === undefined ? {} : { scheduledAt: new Date(scheduled * 1000) }),
    ...(expiration === undefined ? {} : { expiresAt: new Date(expiration * 1000) }),
  }
}

type TimeField = 'scheduled' | 'expiration'

interface ReadOptions {
  readonly field: TimeField
  readonly nowSeconds: number
  readonly timeZone: string
}

/** Undefined: now, or never. */
function readChoice(
  { timestampSeconds, text }: TimeChoice,
  options: ReadOptions,
): number | undefined {
  const stamped = timestampSeconds === undefined ? undefined : meaning(timestampSeconds, options)
  const worded = text === undefined ? undefined : meaning(readText(text, options), options)
  if (timestampSeconds === undefined) return worded
  if (text === undefined || stamped === worded) return stamped
  throw new OutdialError(
    'conflicting-times',
    `${options.field}_timestamp and ${options.field}_time mean different times; send one of them.`,
    { field: `${options.field}_time` },
  )
}

/** A past schedule is now; a timestamp of 0 is now or never. */
function meaning(seconds: number, { field, nowSeconds }: ReadOptions): number | undefined {
  if (field === 'scheduled') return seconds <= nowSeconds ? undefined : seconds
  return seconds === 0 ? undefined : seconds
}

function readText(text: string, { field, ...reference }: ReadOptions): number {
  try {
    return strtotime(text, reference)
  } catch (error) {
    if (!(error instanceof OutdialError)) throw error
    throw new OutdialError(error.code, error.message, { field: `${field}_time`, cause: error })
  }
}

function fieldOf(choice: TimeChoice, field: TimeField): string {
  return choice.text === undefined ? `${field}_timestamp` : `${field}_time`
}
