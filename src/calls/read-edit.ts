import type { z } from 'zod'
import { OutdialError } from '#base'

/**
 * The fields of an edit, in the words of the interface. Unknown ones are refused: nothing is left out
 * unseen. `code`: of what is wrong with a field.
 */
export function readEdit<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  fields: unknown,
  code: string,
): z.infer<z.ZodObject<Shape>> {
  const read = schema.safeParse(fields)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const [field = ''] = issue.keys
    const known = Object.keys(schema.shape).join(', ')
    const sentence = `${field} is nothing that an edit changes; it changes ${known}.`
    throw new OutdialError(code, sentence, { field })
  }
  const field = String(issue?.path[0] ?? '')
  if (field === '') throw new OutdialError(code, 'An edit is an object of fields; send one.')
  const fault = issue?.code === 'invalid_type' ? typeFault(issue) : issue?.message
  throw new OutdialError(code, `${field} ${fault}.`, { field })
}

/** Where a schema has no sentence of its own. */
function typeFault({ message, expected }: z.core.$ZodIssueInvalidType): string {
  return message.startsWith('Invalid input') ? `has the wrong type; send a ${expected}` : message
}
