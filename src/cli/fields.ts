/**
 * How the value of a field is written: a number, yes or no as true or false, text whatever it looks like, or
 * text that may be JSON instead.
 */
export type Form = 'number' | 'truth' | 'text' | 'text-or-json'

/** By the name of the field in the JSON interface. A test compares them with it. */
export type Fields = Readonly<Record<string, Form>>

const HOURS: Fields = { calling_window: 'text-or-json', holidays: 'text-or-json' }

export const SCHEDULE_FIELDS: Fields = HOURS

export const PACING_FIELDS: Fields = {
  lines: 'number',
  calls_per_second: 'number',
  weight: 'number',
}

/** Every field that an edit of a campaign may have. */
export const CAMPAIGN_FIELDS: Fields = {
  start_url: 'text',
  start_method: 'text',
  result_url: 'text',
  events_url: 'text',
  max_retries: 'number',
  retry_interval: 'number',
  expiration_time: 'text',
  expiration_timestamp: 'number',
  caller_id: 'text',
  ...PACING_FIELDS,
  ...HOURS,
  retry_policy: 'text-or-json',
  schedule: 'text',
  pacing_profile: 'text',
}

/** Of a campaign that is made: those of an edit, and how its list is written. */
export const NEW_CAMPAIGN_FIELDS: Fields = {
  ...CAMPAIGN_FIELDS,
  campaign_parameters: 'text',
  scheduled_time: 'text',
  columns: 'text-or-json',
  has_header: 'truth',
  separator: 'text',
}

export const ACCOUNT_FIELDS: Fields = {
  time_zone: 'text',
  country: 'text',
  detect_callee_type: 'truth',
  lines: 'number',
  calls_per_second: 'number',
  ...HOURS,
  destinations: 'text-or-json',
  attempts_per_day: 'number',
  minutes_per_day: 'number',
  number_gap: 'number',
  number_cap: 'number',
  serialize_numbers: 'truth',
  retry_policy: 'text-or-json',
  events_url: 'text',
}

/** For the help of a command. */
export function namesOf(fields: Fields): string {
  return Object.keys(fields).join(', ')
}
