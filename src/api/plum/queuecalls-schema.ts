import { OutdialError } from '#base'
import type { QueueCalls, UploadedCampaign } from '#calls'
import type { FormFields } from './form.ts'
import { fault, integer, oneOf, required, spelling, text, time, url } from './form-field.ts'

/** The field that carries the file. */
export const FILE_FIELD = 'phone_list'

/** What a campaign has already when calls are added to it. */
const CAMPAIGN_FIELDS = [
  'campaign_name',
  'start_url',
  'start_method',
  'result_url',
  'campaign_parameters',
  'max_retries',
  'max_retry',
  'retry_interval',
] as const

/** The fields of queuecalls.php in the order of its documentation, each with its other spelling. */
export const QUEUECALLS_FIELDS = [
  'login',
  'pin',
  'add_to_campaign',
  ...CAMPAIGN_FIELDS,
  'scheduled_timestamp',
  'scheduled_time',
  'expiration_timestamp',
  'expiration_time',
  'duplicates',
  'on_error',
] as const

/**
 * All rules of the fields; unknown ones are passed over. The first fault in the order of the table is
 * the one told.
 *
 * @throws OutdialError `missing-field`, `field-too-long`, `field-given-twice`, `field-is-file`,
 *   `field-is-text`, `field-not-for-adding`, `invalid-character`, `invalid-choice`, `invalid-url`,
 *   `not-an-integer`, `number-out-of-range`, with their field
 */
export function parseQueuecalls(form: FormFields): Omit<QueueCalls, 'idempotency'> {
  const request = {
    asker: parseLogin(form),
    target: parseTarget(form),
    scheduled: time(form, 'scheduled_timestamp', 'scheduled_time'),
    expiration: time(form, 'expiration_timestamp', 'expiration_time'),
    duplicates: oneOf(form, 'duplicates', ['keep', 'drop']) ?? 'keep',
    onError: oneOf(form, 'on_error', ['skip', 'abort']) ?? 'skip',
  }
  refuseMissingFile(form)
  return request
}

export function parseLogin(form: FormFields): { login: string; pin: string } {
  return {
    login: required(form, 'login', { longest: 128 }),
    pin: required(form, 'pin', { longest: 16 }),
  }
}

function parseTarget(form: FormFields): QueueCalls['target'] {
  const addTo = text(form, 'add_to_campaign', { longest: 128 })
  if (addTo === undefined) return parseCampaign(form)
  for (const field of CAMPAIGN_FIELDS) {
    if ((form.get(field) ?? []).every((value) => value === '')) continue
    throw new OutdialError(
      'field-not-for-adding',
      `${field} is the campaign’s own and cannot be sent with add_to_campaign; leave it out.`,
      { field },
    )
  }
  return { addTo }
}

function parseCampaign(form: FormFields): UploadedCampaign {
  const campaign = {
    name: campaignName(form),
    startUrl: url(required(form, 'start_url', { longest: 255 }), 'start_url'),
    startMethod: oneOf(form, 'start_method', ['post', 'get']) ?? 'post',
  }
  const resultUrl = text(form, 'result_url', { longest: 255 })
  return {
    ...campaign,
    ...(resultUrl === undefined ? {} : { resultUrl: url(resultUrl, 'result_url') }),
    campaignParameters: text(form, 'campaign_parameters', { longest: 255 }) ?? '',
    maxRetries: integer(form, spelling(form, 'max_retries', 'max_retry'), [0, 10]) ?? 0,
    retryIntervalSeconds: integer(form, 'retry_interval', [60, 172_800]) ?? 300,
  }
}

/** People read it in lists, and pass it on the command line. */
function campaignName(form: FormFields): string {
  const name = required(form, 'campaign_name', { longest: 128 })
  if (!/\p{Cc}/u.test(name)) return name
  throw fault('invalid-character', 'campaign_name', 'has a control character; send it without')
}

function refuseMissingFile(form: FormFields): void {
  const values = form.get(FILE_FIELD) ?? []
  if (values.length === 0) {
    throw fault('missing-field', FILE_FIELD, 'is missing; send the list as an uploaded file')
  }
  if (values.length > 1) {
    throw fault('field-given-twice', FILE_FIELD, `was sent ${values.length} times; send one file`)
  }
  if (values[0] === undefined) return
  throw new OutdialError(
    'field-is-text',
    `${FILE_FIELD} was sent as text; send it as an uploaded file.`,
    { field: FILE_FIELD },
  )
}
