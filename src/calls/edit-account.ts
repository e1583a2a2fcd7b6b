import { z } from 'zod'
import { OutdialError } from '#base'
import {
  isKnownCountry,
  isTimeZone,
  readCallingWindow,
  readDestinations,
  readHolidays,
  readRetryPolicy,
} from '#model'
import { type AccountSettings, findAccountSettings, updateAccountSettings } from '#store'
import { checkUrls } from './check-urls.ts'
import type { CallsContext } from './context.ts'
import { callsPerSecond, lines, url, whole, yesOrNo } from './edit-fields.ts'
import { accountNotFound } from './find-account.ts'
import { readEdit } from './read-edit.ts'
import { wakePutOffCalls } from './wake-put-off-calls.ts'

/** In the words of the interface. Null takes a value away, or sets it back to what it is without one. */
export const ACCOUNT_EDIT = z.strictObject({
  time_zone: z
    .string('is not a text')
    .refine(isTimeZone, 'is unknown; send an IANA name like America/New_York')
    .optional(),
  country: z
    .string('is not a text')
    .refine(isKnownCountry, 'is unknown; send two capital letters like US')
    .optional(),
  detect_callee_type: yesOrNo.optional(),
  lines: lines.nullish(),
  calls_per_second: callsPerSecond.nullish(),
  calling_window: z.unknown().optional(),
  holidays: z.unknown().optional(),
  destinations: z.unknown().optional(),
  attempts_per_day: whole(1, 1_000_000_000).nullish(),
  minutes_per_day: whole(1, 1_000_000_000).nullish(),
  number_gap: whole(0, 31_536_000).nullish(),
  number_cap: whole(1, 32_767).nullish(),
  serialize_numbers: yesOrNo.nullish(),
  retry_policy: z.unknown().optional(),
  events_url: url.nullish(),
})

/** Every field that an edit of an account may have. */
export const ACCOUNT_FIELDS: readonly string[] = Object.keys(ACCOUNT_EDIT.shape)

/**
 * Changes settings of an account, from the next claim on. Returns them as they are then.
 *
 * @throws OutdialError `account-not-found`, `account-invalid`, `rule-invalid`, with the field; those of the
 *   URL check
 */
export async function editAccount(
  context: CallsContext,
  { accountId, fields }: { readonly accountId: number; readonly fields: unknown },
): Promise<AccountSettings> {
  const changes = readChanges(fields)
  await checkUrls(context, changes)
  const edited = await context.db.transaction(async (tx) => {
    const settings = await findAccountSettings(tx, accountId, { forUpdate: true })
    if (settings === undefined) throw accountNotFound()
    const merged = { ...settings, ...changes } as AccountSettings
    await updateAccountSettings(tx, accountId, merged)
    return (await findAccountSettings(tx, accountId)) ?? merged
  })
  if (PUT_OFF_BY.some((name) => name in changes)) await wakePutOffCalls(context, { accountId })
  return edited
}

/** Settings by which calls are put off. */
const PUT_OFF_BY: readonly (keyof AccountSettings)[] = [
  'timeZone',
  'accountWindow',
  'holidays',
  'gapSeconds',
  'cap',
  'serializesNumbers',
]

/** @throws OutdialError `account-not-found` */
export async function accountSettings(
  { db }: CallsContext,
  accountId: number,
): Promise<AccountSettings> {
  const settings = await findAccountSettings(db, accountId)
  if (settings === undefined) throw accountNotFound()
  return settings
}

type Changes = { readonly [Name in keyof AccountSettings]?: AccountSettings[Name] | undefined }

/** Undefined values are taken away. */
function readChanges(fields: unknown): Changes {
  const data = readEdit(ACCOUNT_EDIT, fields, 'account-invalid')
  const changes = {
    time_zone: { timeZone: data.time_zone },
    country: { country: data.country },
    detect_callee_type: { detectsCalleeType: data.detect_callee_type },
    lines: { lines: data.lines ?? undefined },
    calls_per_second: { callsPerSecond: data.calls_per_second ?? undefined },
    calling_window: { accountWindow: orNone(data.calling_window, readCallingWindow) },
    holidays: { holidays: orNone(data.holidays, readHolidays) },
    destinations: { destinations: orNone(data.destinations, readDestinations) },
    attempts_per_day: { attemptsPerDay: data.attempts_per_day ?? undefined },
    minutes_per_day: { minutesPerDay: data.minutes_per_day ?? undefined },
    number_gap: { gapSeconds: data.number_gap ?? 0 },
    number_cap: { cap: data.number_cap ?? undefined },
    serialize_numbers: { serializesNumbers: data.serialize_numbers ?? true },
    retry_policy: { retryPolicy: orNone(data.retry_policy, readRetryPolicy) },
    events_url: { eventsUrl: data.events_url ?? undefined },
  } satisfies Record<keyof typeof data, Changes>
  const given = Object.entries(changes).filter(([field]) => Object.hasOwn(data, field))
  if (given.length > 0) return Object.assign({}, ...given.map(([, change]) => change)) as Changes
  const sentence = `The edit changes nothing; send at least one of ${ACCOUNT_FIELDS.join(', ')}.`
  throw new OutdialError('account-invalid', sentence)
}

function orNone<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value)
}
