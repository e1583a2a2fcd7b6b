import { z } from 'zod'
import { OutdialError } from '#base'

/**
 * What a schema makes of a request's fields. Unknown ones are refused: nothing is left out unseen.
 *
 * @throws OutdialError `parameter-invalid` with the field
 */
export function readFields<Schema extends z.ZodType>(
  schema: Schema,
  fields: unknown,
): z.infer<Schema> {
  const read = schema.safeParse(fields)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const [field = ''] = issue.keys
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
    const takes = known.length === 0 ? 'no parameters' : known.join(', ')
    throw invalid(field, `is nothing that this request takes; it takes ${takes}`)
  }
  const field = String(issue?.path[0] ?? '')
  // A rule about several fields has its own sentence.
  const isMissing =
    issue?.code !== 'custom' && issue?.path.length === 1 && !Object.hasOwn(Object(fields), field)
  throw invalid(field, isMissing ? 'is missing; send it' : sentenceOf(issue?.message ?? ''))
}

/**
 * The parameters of a query, each as its schema wants it: numbers and truth values as they are written, what
 * may be an object as JSON, all else as text.
 *
 * @throws OutdialError `parameter-invalid` with the parameter
 */
export function readQuery<Schema extends z.ZodObject>(
  schema: Schema,
  url: string,
): z.infer<Schema> {
  const fields: Record<string, unknown> = {}
  for (const [name, text] of new URL(url).searchParams) {
    if (Object.hasOwn(fields, name)) throw invalid(name, 'was sent more than once; send it once')
    const wanted = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined
    const value = wanted === undefined ? text : fieldValue(wanted as z.ZodType, name, text)
    Object.defineProperty(fields, name, { value, enumerable: true })
  }
  return readFields(schema, fields)
}

function fieldValue(schema: z.ZodType, name: string, text: string): unknown {
  const kind = innermost(schema)
  if (kind instanceof z.ZodNumber) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (kind instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text
  if (!(kind instanceof z.ZodUnknown) || !/^\s*[{[]/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(name, 'is not well-formed JSON; mend it')
  }
}

function innermost(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return innermost(schema.unwrap() as z.ZodType)
  }
  return schema
}

/** Where a schema has no sentence of its own. */
function sentenceOf(message: string): string {
  return /^(Invalid|Too|Unrecognized)/.test(message)
    ? 'has a form that it may not have; see /v1/openapi.json'
    : message
}

function invalid(field: string, fault: string): OutdialError {
  return new OutdialError('parameter-invalid', `${field} ${fault}.`, { field })
}
