import type { XmlElement } from '#xml'
import { parseExecutables } from './parse-executable.ts'
import { parseItemPrompts } from './parse-prompt.ts'
import { parseCatches, parseGrammar, parseLink, parseProperties } from './parse-scoped.ts'
import type { FormItem, OptionNode, ParamNode } from './vxml-document.ts'
import {
  attribute,
  childrenNamed,
  expression,
  fetching,
  optional,
  ownText,
  placeOf,
  requiredWritten,
  sending,
  truth,
  wordList,
  written,
} from './xml-reading.ts'

export const FORM_ITEM_ELEMENTS: ReadonlySet<string> = new Set([
  'block',
  'field',
  'initial',
  'object',
  'record',
  'subdialog',
  'transfer',
])

/** A form item (VoiceXML 2.0 section 2.3). */
export function parseFormItem(element: XmlElement): FormItem {
  const base = {
    ...placeOf(element),
    ...optional('name', attribute(element, 'name')?.trim()),
    ...optional('expr', expression(element, 'expr')),
    ...optional('cond', expression(element, 'cond')),
    prompts: element.local === 'block' ? [] : parseItemPrompts(element),
    catches: parseCatches(element),
    properties: parseProperties(element),
    grammars: childrenNamed(element, 'grammar').map((grammar) => parseGrammar(grammar)),
    links: childrenNamed(element, 'link').map(parseLink),
    modal: truth(element, 'modal') ?? (element.local === 'record' || element.local === 'transfer'),
  }
  switch (element.local) {
    case 'block':
      return { ...base, kind: 'block', content: parseExecutables(element) }
    case 'initial':
      return { ...base, kind: 'initial' }
    case 'field':
      return {
        ...base,
        kind: 'field',
        ...optional('slot', attribute(element, 'slot')),
        ...optional('type', attribute(element, 'type')),
        options: childrenNamed(element, 'option').map(parseOption),
      }
    case 'record':
      return {
        ...base,
        kind: 'record',
        beep: truth(element, 'beep') ?? false,
        ...optional('maxTime', attribute(element, 'maxtime')),
        ...optional('finalSilence', attribute(element, 'finalsilence')),
        dtmfTerm: truth(element, 'dtmfterm') ?? true,
        ...optional('type', attribute(element, 'type')),
      }
    case 'transfer':
      return {
        ...base,
        kind: 'transfer',
        dest: requiredWritten(element, 'dest', 'destexpr'),
        type: transferType(element),
        ...optional('connectTimeout', attribute(element, 'connecttimeout')),
        ...optional('maxTime', attribute(element, 'maxtime')),
        ...optional('aai', written(element, 'aai', 'aaiexpr')),
        ...optional('audio', attribute(element, 'transferaudio')),
      }
    case 'subdialog':
      return {
        ...base,
        kind: 'subdialog',
        src: requiredWritten(element, 'src', 'srcexpr'),
        ...sending(element),
        namelist: wordList(element, 'namelist'),
        params: childrenNamed(element, 'param').map(parseParam),
        fetching: fetching(element),
      }
    default:
      return { ...base, kind: 'object' }
  }
}

/** An `<option>` (section 2.3.1.3): its value is `value`, else the words, else the keys. */
function parseOption(element: XmlElement): OptionNode {
  const text = ownText(element).replace(/\s+/g, ' ')
  const dtmf = attribute(element, 'dtmf')
  return {
    ...placeOf(element),
    ...optional('dtmf', dtmf),
    accept: attribute(element, 'accept') === 'approximate' ? 'approximate' : 'exact',
    value: attribute(element, 'value') ?? (text === '' ? (dtmf ?? '') : text),
    text,
  }
}

function parseParam(element: XmlElement): ParamNode {
  return {
    ...placeOf(element),
    name: attribute(element, 'name')?.trim() ?? '',
    value: requiredWritten(element, 'value', 'expr'),
  }
}

/** VoiceXML 2.1 section 7 has `type`; 2.0 had `bridge`. */
function transferType(element: XmlElement): 'bridge' | 'blind' | 'consultation' {
  const type = attribute(element, 'type')
  if (type === 'bridge' || type === 'blind' || type === 'consultation') return type
  return truth(element, 'bridge') === true ? 'bridge' : 'blind'
}
