import { z } from 'zod'

/** Kinds of fields that edits of campaigns and of accounts have. */
export const whole = (least: number, greatest: number): z.ZodInt =>
  z
    .int(`is not a whole number; send ${least} to ${greatest}`)
    .min(least, `is out of its range; send ${least} to ${greatest}`)
    .max(greatest, `is out of its range; send ${least} to ${greatest}`)
export const positive = z.number('is not a number; send one above 0').positive('must be above 0')
export const yesOrNo = z.boolean('is neither true nor false; send one of them')
export const lines = whole(1, 1_000_000)
export const callsPerSecond = positive.max(100_000, 'must be at most 100000')

/** What stands alone for a folder in an address cannot be asked for there. */
export const profileName = z
  .string('is not a text; send a name')
  .regex(
    /^(?!\.{1,2}$)\P{Cc}{1,128}$/u,
    'must have 1 to 128 characters, none of them a control, and be more than dots',
  )

export const url = z
  .string()
  .max(255, 'is too long; send at most 255 characters')
  .regex(
    /^https?:\/\/[^\u0000-\u0020\u007f]+$/i,
    'is not an http or https URL; send a complete one',
  )
