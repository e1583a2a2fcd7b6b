import { childElements, type XmlElement } from '#xml'
import type { Expression, Fetching, Place, Sending, Written } from './vxml-document.ts'

export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return childElements(element).filter((child) => child.local === name && !isForeign(child))
}

/** The words directly in `element`, trimmed. */
export function ownText(element: XmlElement): string {
  return element.children
    .map((child) => (child.kind === 'text' ? child.text : ''))
    .join('')
    .trim()
}

/** Elements of other vendors: prefixed, and not of a namespace that VoiceXML embeds. */
export function isForeign(element: XmlElement): boolean {
  if (element.prefix === '') return false
  return !EMBEDDED_NAMESPACES.has(element.namespace)
}

const EMBEDDED_NAMESPACES = new Set([
  'http://www.w3.org/2001/vxml',
  'http://www.w3.org/2001/06/grammar',
  'http://www.w3.org/2001/10/synthesis',
])

export function placeOf(element: XmlElement): Place {
  return { line: element.line, column: element.column }
}

export function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.get(name)
}

/** `{[key]: value}` where the attribute is there, nothing where it is not. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [name in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [name in Key]: Value })
}

export function expression(element: XmlElement, name: string): Expression | undefined {
  const code = element.attributes.get(name)
  return code === undefined ? undefined : { code, ...placeOf(element) }
}

/** A value written in attribute `literal` or computed by attribute `computed`. */
export function written(
  element: XmlElement,
  literal: string,
  computed: string,
): Written | undefined {
  const text = element.attributes.get(literal)
  if (text !== undefined) return { kind: 'literal', text }
  const found = expression(element, computed)
  return found === undefined ? undefined : { kind: 'expression', expression: found }
}

/** As `written`; where both are missing (an error reported elsewhere) an empty literal. */
export function requiredWritten(element: XmlElement, literal: string, computed: string): Written {
  return written(element, literal, computed) ?? { kind: 'literal', text: '' }
}

export function wordList(element: XmlElement, name: string): string[] {
  return splitWords(attribute(element, name) ?? '')
}

export function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

export function truth(element: XmlElement, name: string): boolean | undefined {
  const text = element.attributes.get(name)?.trim()
  return text === undefined ? undefined : text === 'true'
}

export function sending(element: XmlElement): Sending {
  const post = element.attributes.get('method')?.trim().toLowerCase() === 'post'
  return {
    method: post ? 'POST' : 'GET',
    ...optional('enctype', element.attributes.get('enctype')?.trim()),
  }
}

export function fetching(element: XmlElement): Fetching {
  return {
    ...optional('timeout', element.attributes.get('fetchtimeout')),
    ...optional('audio', element.attributes.get('fetchaudio')),
    ...optional('hint', element.attributes.get('fetchhint')),
    ...optional('maxAge', element.attributes.get('maxage')),
    ...optional('maxStale', element.attributes.get('maxstale')),
  }
}
