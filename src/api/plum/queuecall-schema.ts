import type { QueueCall } from '#calls'
import type { FormFields } from './form.ts'
import { integer, required, spelling, text, time, url } from './form-field.ts'

/** The fields of queuecall.php in the order of its documentation, each with its other spelling. */
export const QUEUECALL_FIELDS = [
  'login',
  'pin',
  'phone_number',
  'start_url',
  'result_url',
  'message_reference',
  'call_parameters',
  'max_retries',
  'max_retry',
  'retry_interval',
  'scheduled_timestamp',
  'scheduled_time',
  'expiration_timestamp',
  'expiration_time',
] as const

/**
 * All rules of the request; unknown fields are passed over. The first fault in the order of the table is
 * the one told.
 *
 * @throws OutdialError `missing-field`, `field-too-long`, `field-given-twice`, `field-is-file`,
 *   `invalid-character`, `invalid-url`, `not-an-integer`, `number-out-of-range`, with their field
 */
export function parseQueuecall(form: FormFields): QueueCall {
  const call = {
    asker: {
      login: required(form, 'login', { longest: 128 }),
      pin: required(form, 'pin', { longest: 16 }),
    },
    phoneNumber: required(form, 'phone_number', { longest: 128 }),
    startUrl: url(required(form, 'start_url', { longest: 255 }), 'start_url'),
  }
  const resultUrl = text(form, 'result_url', { longest: 255 })
  return {
    ...call,
    ...(resultUrl === undefined ? {} : { resultUrl: url(resultUrl, 'result_url') }),
    messageReference: text(form, 'message_reference', { longest: 255 }) ?? '',
    callParameters: text(form, 'call_parameters', { longest: 255 }) ?? '',
    maxRetries: integer(form, spelling(form, 'max_retries', 'max_retry'), [0, 10]) ?? 0,
    retryIntervalSeconds: integer(form, 'retry_interval', [60, 172_800]) ?? 300,
    scheduled: time(form, 'scheduled_timestamp', 'scheduled_time'),
    expiration: time(form, 'expiration_timestamp', 'expiration_time'),
  }
}
