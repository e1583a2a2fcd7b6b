import { argument } from './argument.ts'

export type Field = readonly [name: string, value: unknown]

/** `lines=20`: numbers and JSON as they are written, all else as text; nothing after the = is null. */
export function readField(text: string): Field {
  const [, name, value] = /^([a-z_]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new Error(`"${text}" is not field=value, for example lines=20.`)
  }
  if (value === '') return [name, null]
  const isJson = /^(-?\d+(\.\d+)?|true|false|\{.*\})$/s.test(value) && name !== 'caller_id'
  return [name, isJson ? JSON.parse(value) : value]
}

/** The same of an argument of commander that may come many times. */
export function collectFields(text: string, earlier: readonly Field[] = []): readonly Field[] {
  return [...earlier, argument(readField)(text)]
}
