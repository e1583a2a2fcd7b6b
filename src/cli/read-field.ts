import { argument } from './argument.ts'
import type { Fields, Form } from './fields.ts'

export type Field = readonly [name: string, value: unknown]

/**
 * Reads `lines=20`, as an argument of commander that may come many times. The field says how its value is meant, as in a
 * query of the JSON interface; what does not look like it goes as text, and is refused by whoever is asked, as a field that
 * is none is. Nothing after the = is null.
 */
export function fieldCollector(
  fields: Fields,
): (text: string, earlier?: readonly Field[]) => readonly Field[] {
  const read = argument((text) => readField(fields, text))
  return (text, earlier = []) => [...earlier, read(text)]
}

function readField(fields: Fields, text: string): Field {
  const [, name, value] = /^([a-z_]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new Error(`"${text}" is not field=value, for example lines=20.`)
  }
  const form = Object.hasOwn(fields, name) ? fields[name] : undefined
  return [name, value === '' ? null : readValue(form ?? 'text', value)]
}

function readValue(form: Form, text: string): unknown {
  switch (form) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
    case 'truth':
      return /^(true|false)$/.test(text) ? text === 'true' : text
    case 'text-or-json':
      return /^\s*[{[]/.test(text) ? readJson(text) : text
    case 'text':
      return text
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('It begins like JSON, and is not well-formed; mend it.')
  }
}
