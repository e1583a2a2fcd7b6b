import type { z } from 'zod'
import { OutdialError } from '#base'

/**
 * What `schema` makes of a rule that somebody wrote (a calling window, holidays, a retry policy).
 *
 * @throws OutdialError `rule-invalid` for the first thing that is wrong, with its field and place
 */
export function readRule<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const place = [field, ...(issue?.path ?? []).map(String)].join('.')
  throw ruleError(field, `${place}: ${issue?.message ?? 'it cannot be read'}.`)
}

export function ruleError(field: string, sentence: string): OutdialError {
  return new OutdialError('rule-invalid', sentence, { field })
}
