import { trimSpace } from './grammar.ts'

/**
 * RFC 3261 §7.3.1: values of one header separated by commas, where a comma inside a quoted string or
 * inside angle brackets is part of its value. Empty values are left out.
 */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return value === '' ? [] : [value]
  const values: string[] = []
  let begin = 0
  let quoted = false
  let angled = false
  for (let at = 0; at < value.length; at++) {
    const char = value[at]
    if (quoted) {
      if (char === '\\') at++
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '<') angled = true
    else if (char === '>') angled = false
    else if (char === ',' && !angled) {
      values.push(trimSpace(value.slice(begin, at)))
      begin = at + 1
    }
  }
  values.push(trimSpace(value.slice(begin)))
  return values.filter((each) => each !== '')
}
