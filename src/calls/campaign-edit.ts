import { z } from 'zod'
import { OutdialError } from '#base'
import { type Account, readCallingWindow, readHolidays, readRetryPolicy } from '#model'
import type { CampaignSettings } from '#store'
import { readCallTimes, type TimeChoice } from './call-times.ts'
import { callsPerSecond, lines, positive, profileName, url, whole } from './edit-fields.ts'
import { readEdit } from './read-edit.ts'

/** What changes; null: the campaign shall have no value of its own any more. */
export type CampaignChanges = {
  readonly [Name in keyof CampaignSettings]?: CampaignSettings[Name] | null
}

const timeText = z
  .string('is not a text; send one like +3 days')
  .max(80, 'is too long; send at most 80 characters')

/** In the words of the interface. Null takes a value away. */
export const CAMPAIGN_EDIT = z.strictObject({
  start_url: url.nullish(),
  start_method: z.enum(['post', 'get'], 'is neither post nor get; send one of them').nullish(),
  result_url: url.nullish(),
  events_url: url.nullish(),
  max_retries: whole(0, 10).nullish(),
  retry_interval: whole(60, 172_800).nullish(),
  expiration_time: timeText.nullish(),
  expiration_timestamp: whole(0, 253_402_300_799).nullish(),
  caller_id: z
    .string()
    .regex(/^\d{10}$/, 'is not ten digits; send them without the leading 1')
    .nullish(),
  lines: lines.nullish(),
  calls_per_second: callsPerSecond.nullish(),
  weight: positive.max(1_000_000, 'must be at most 1000000').nullish(),
  calling_window: z.unknown().optional(),
  holidays: z.unknown().optional(),
  retry_policy: z.unknown().optional(),
  schedule: profileName.nullish(),
  pacing_profile: profileName.nullish(),
})

/** Every field that an edit of a campaign may have. */
export const CAMPAIGN_FIELDS: readonly string[] = Object.keys(CAMPAIGN_EDIT.shape)

/**
 * Reads an edit in the words of the interface. Unknown fields are refused: nothing is left out unseen.
 *
 * @throws OutdialError `campaign-edit-invalid`, `rule-invalid`, those of `readCallTimes`, with the field
 */
export function readCampaignEdit(
  fields: unknown,
  { now, account }: { readonly now: Date; readonly account: Pick<Account, 'timeZone'> },
): CampaignChanges {
  const data = readEdit(CAMPAIGN_EDIT, fields, 'campaign-edit-invalid')
  const expiresAt = readExpiration(data, { now, timeZone: account.timeZone })
  const { retry_policy: policy } = data
  const changes = {
    startUrl: data.start_url,
    startMethod: data.start_method,
    resultUrl: data.result_url,
    eventsUrl: data.events_url,
    maxRetries: data.max_retries,
    retryIntervalSeconds: data.retry_interval,
    expiresAt,
    callerId: data.caller_id,
    ...hoursAndPace(data),
    retryPolicy: policy === undefined || policy === null ? policy : readRetryPolicy(policy),
    schedule: data.schedule,
    pacingProfile: data.pacing_profile,
  }
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  if (given.length > 0) return Object.fromEntries(given)
  const sentence = `The edit changes nothing; send at least one of ${CAMPAIGN_FIELDS.join(', ')}.`
  throw new OutdialError('campaign-edit-invalid', sentence)
}

type Fields = z.infer<typeof CAMPAIGN_EDIT>

type HoursAndPace = Partial<
  Pick<Fields, 'calling_window' | 'holidays' | 'lines' | 'calls_per_second' | 'weight'>
>

/** What schedules and pacing profiles may say as well. @throws OutdialError `rule-invalid` */
export function hoursAndPace({ calling_window: window, holidays, ...pace }: HoursAndPace) {
  return {
    callingWindow: window === undefined || window === null ? window : readCallingWindow(window),
    holidays: holidays === undefined || holidays === null ? holidays : readHolidays(holidays),
    lines: pace.lines,
    callsPerSecond: pace.calls_per_second,
    weight: pace.weight,
  }
}

/** Undefined: unchanged. A timestamp of 0 is never, as where calls are queued. */
function readExpiration(
  { expiration_time: text, expiration_timestamp: timestamp }: Fields,
  reference: { readonly now: Date; readonly timeZone: string },
): Date | null | undefined {
  if (text === undefined && timestamp === undefined) return undefined
  const expiration: TimeChoice = {
    ...(typeof timestamp === 'number' ? { timestampSeconds: timestamp } : {}),
    ...(typeof text === 'string' ? { text } : {}),
  }
  return readCallTimes({ scheduled: {}, expiration }, reference).expiresAt ?? null
}
