import type { FormVisit } from '../dialog/form-visit.ts'
import type { Written } from '../document/vxml-document.ts'
import { VxmlEvent } from './vxml-event.ts'

/** The name of an event that is to be thrown; an `eventexpr` must come to one (VoiceXML 2.0 section 5.2.1). */
export function eventName(visit: FormVisit, written: Written): string {
  if (written.kind === 'literal') return written.text
  const value = visit.evaluate(written.expression)
  if (typeof value === 'string' && value !== '') return value
  const { code } = written.expression
  const found = value === '' ? 'an empty text' : String(value)
  throw new VxmlEvent('error.semantic', `eventexpr="${code}" is no name of an event, but ${found}.`)
}
