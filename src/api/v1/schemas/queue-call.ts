import { z } from 'zod'
import type { QueueCall, TimeChoice } from '#calls'

const tooLong = (longest: number) => `is too long; send at most ${longest} characters`
/** In characters, as JSON Schema counts them. PostgreSQL stores no NUL, and nothing means anything by it. */
const text = (longest: number) =>
  z
    .string('is not a text')
    .refine((value) => [...value].length <= longest, tooLong(longest))
    .refine((value) => !value.includes('\0'), 'has a NUL character; send it without')
    .meta({ maxLength: longest })
const NO_URL = 'is not an http or https URL; send a complete one'
export const url = z
  .string('is not a text')
  .regex(/^https?:\/\/[^\u0000-\u0020\u007f]+$/i, NO_URL)
  .refine(URL.canParse, NO_URL)
  .refine((value) => [...value].length <= 255, tooLong(255))
  .meta({ maxLength: 255 })
const whole = (least: number, most: number) =>
  z
    .int(`is not a whole number; send ${least} to ${most}`)
    .min(least, `is out of its range; send ${least} to ${most}`)
    .max(most, `is out of its range; send ${least} to ${most}`)
const LAST_SECOND = 253_402_300_799

/** When; what is not given is now, or never. */
export const SCHEDULED = {
  scheduled_time: text(80)
    .optional()
    .meta({ description: 'RFC 3339, or natural language: docs/reference/times.md. Default: now.' }),
  scheduled_timestamp: whole(0, LAST_SECOND)
    .optional()
    .meta({ description: 'UNIX seconds; 0 is now.' }),
}
export const EXPIRATION = {
  expiration_time: text(80)
    .optional()
    .meta({ description: 'As `scheduled_time`. Default: never.' }),
  expiration_timestamp: whole(0, LAST_SECOND)
    .optional()
    .meta({ description: 'UNIX seconds; 0 is never.' }),
}

export const QUEUE_CALL = z
  .strictObject({
    phone_number: text(128).meta({
      description: 'In any form of docs/reference/http-api.md#phone_number.',
    }),
    start_url: url.meta({ description: 'What returns the VoiceXML of the call.' }),
    result_url: url
      .optional()
      .meta({ description: 'Where the result is posted. Default: nowhere.' }),
    message_reference: text(255).optional(),
    call_parameters: text(255).optional(),
    max_retries: whole(0, 10)
      .optional()
      .meta({ description: 'Attempts beyond the first; default 0.' }),
    retry_interval: whole(60, 172_800)
      .optional()
      .meta({ description: 'Seconds from one attempt to the next, at the least; default 300.' }),
    ...SCHEDULED,
    ...EXPIRATION,
  })
  .meta({ id: 'QueueCall' })

export function queuedTerms(
  asked: z.infer<typeof QUEUE_CALL>,
): Omit<QueueCall, 'asker' | 'idempotency'> {
  return {
    phoneNumber: asked.phone_number,
    startUrl: asked.start_url,
    ...(asked.result_url === undefined ? {} : { resultUrl: asked.result_url }),
    messageReference: asked.message_reference ?? '',
    callParameters: asked.call_parameters ?? '',
    maxRetries: asked.max_retries ?? 0,
    retryIntervalSeconds: asked.retry_interval ?? 300,
    scheduled: timeChoice(asked.scheduled_timestamp, asked.scheduled_time),
    expiration: timeChoice(asked.expiration_timestamp, asked.expiration_time),
  }
}

export function timeChoice(
  timestampSeconds: number | undefined,
  words: string | undefined,
): TimeChoice {
  return {
    ...(timestampSeconds === undefined ? {} : { timestampSeconds }),
    ...(words === undefined ? {} : { text: words }),
  }
}
