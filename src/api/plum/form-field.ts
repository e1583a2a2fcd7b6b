import { OutdialError } from '#base'
import type { TimeChoice } from '#calls'
import type { FormFields } from './form.ts'

// One field of a form each: its length, its kind and its range. Lengths are in characters; an optional
// field that is empty counts as not sent.

/** 9999-12-31T23:59:59Z. */
const LAST_SECOND = 253_402_300_799

export interface Length {
  readonly longest: number
}

export function required(form: FormFields, field: string, length: Length): string {
  const value = text(form, field, length)
  if (value !== undefined) return value
  throw fault('missing-field', field, `is missing; send 1 to ${length.longest} characters`)
}

/** Undefined where the field was not sent, or is empty. */
export function text(form: FormFields, field: string, { longest }: Length): string | undefined {
  const value = single(form, field)
  if (value === undefined || value === '') return undefined
  if ([...value].length > longest) {
    throw fault('field-too-long', field, `is too long; send at most ${longest} characters`)
  }
  // PostgreSQL cannot store it, and nothing means anything by it.
  if (value.includes('\0')) {
    throw fault('invalid-character', field, 'has a NUL character; send it without')
  }
  return value
}

export function single(form: FormFields, field: string): string | undefined {
  const values = form.get(field) ?? []
  if (values.length > 1) {
    throw fault('field-given-twice', field, `was sent ${values.length} times; send it once`)
  }
  if (values.length === 1 && values[0] === undefined) {
    throw fault('field-is-file', field, 'was sent as a file; send it as plain text')
  }
  return values[0]
}

/** Which of the two spellings was sent; both are one field sent twice. */
export function spelling(form: FormFields, field: string, other: string): string {
  if (!form.has(other)) return field
  if (!form.has(field)) return other
  throw fault('field-given-twice', field, `was also sent as ${other}; send one of them`)
}

/** The traps of URL parsers: blanks and line ends they drop, and schemes without slashes. */
const URL_SHAPE = /^https?:\/\/[^\u0000-\u0020\u007f]+$/i

export function url(value: string, field: string): string {
  if (URL_SHAPE.test(value) && URL.canParse(value)) return value
  throw fault('invalid-url', field, 'is not an http or https URL; send a complete one')
}

export function integer(
  form: FormFields,
  field: string,
  [least, greatest]: readonly [number, number],
): number | undefined {
  const value = single(form, field)
  if (value === undefined || value === '') return undefined
  if (!/^-?[0-9]+$/.test(value)) {
    throw fault('not-an-integer', field, `is not a whole number; send ${least} to ${greatest}`)
  }
  const number = Number(value)
  if (number >= least && number <= greatest) return number
  throw fault('number-out-of-range', field, `is out of its range; send ${least} to ${greatest}`)
}

export function time(form: FormFields, timestamp: string, words: string): TimeChoice {
  const timestampSeconds = integer(form, timestamp, [0, LAST_SECOND])
  const value = text(form, words, { longest: 80 })
  return {
    ...(timestampSeconds === undefined ? {} : { timestampSeconds }),
    ...(value === undefined ? {} : { text: value }),
  }
}

export function fault(code: string, field: string, sentence: string): OutdialError {
  return new OutdialError(code, `${field} ${sentence}.`, { field })
}

/** One of a few words; undefined where the field was not sent, or is empty. */
export function oneOf<const Choice extends string>(
  form: FormFields,
  field: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = single(form, field)
  if (value === undefined || value === '') return undefined
  const choice = choices.find((one) => one === value)
  if (choice !== undefined) return choice
  throw fault('invalid-choice', field, `is none of its values; send ${choices.join(' or ')}`)
}
