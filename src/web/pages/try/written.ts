import { OutdialApiError, type Trial } from '#client'
import type { Form } from '../../read-form.ts'

/** The form of a document and of the call that it is to think it is in, as somebody has filled it in. */
export interface Written {
  readonly from: 'text' | 'url'
  readonly document: string
  readonly document_url: string
  readonly phone_number: string
  readonly message_reference: string
  readonly call_parameters: string
  /** Lines of name=value. */
  readonly columns: string
  /** The trial in the place of which this one comes; empty: none. */
  readonly ends: string
}

/** What the interface is asked for. */
export interface Asked {
  readonly named: { readonly document_url: string } | { readonly document: string }
  readonly fields: Readonly<Record<string, string>>
  readonly trace: boolean
}

/** By the interface's name of the field. */
export const DOCUMENT_LABELS = {
  document: 'Text of the document',
  document_url: 'Address of the document',
  columns: 'Further columns',
} as const

const EXAMPLE = `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="en-US">
  <form>
    <field name="reply">
      <prompt>This is your dentist. You have an appointment tomorrow at nine.
        Press 1 or say yes to confirm it, press 2 or say no to cancel it.</prompt>
      <option dtmf="1" value="confirmed">yes</option>
      <option dtmf="2" value="canceled">no</option>
      <noinput>Nothing was heard. <reprompt/></noinput>
      <nomatch>That was neither. <reprompt/></nomatch>
      <filled>
        <prompt>Your appointment is <value expr="reply"/>. Goodbye.</prompt>
        <exit namelist="reply"/>
      </filled>
    </field>
  </form>
</vxml>
`

const NOTHING_WRITTEN: Written = {
  ...{ from: 'text', document: '', document_url: '', columns: '', ends: '' },
  ...{ phone_number: '', message_reference: '', call_parameters: '' },
}

/** Of whoever comes for the first time. */
export const FIRST: Written = { ...NOTHING_WRITTEN, document: EXAMPLE }

const NAMES = Object.keys(NOTHING_WRITTEN) as (keyof Written)[]
const FIELDS = ['phone_number', 'message_reference', 'call_parameters'] as const

export function readWritten(form: Form): Written {
  const fields = Object.fromEntries(NAMES.map((name) => [name, form.text(name)]))
  const from = form.text('from') === 'url' ? 'url' : 'text'
  return { ...NOTHING_WRITTEN, ...fields, from }
}

/** The form of a trial that has been begun. */
export function writtenOf(
  { document_url, document, fields = {} }: Trial['asked'],
  ends: string,
): Written {
  const own = FIELDS.map((name) => [name, fields[name] ?? ''] as const)
  const columns = Object.entries(fields).filter(([name]) => !isField(name))
  return {
    ...NOTHING_WRITTEN,
    ...Object.fromEntries(own),
    from: document_url === undefined ? 'text' : 'url',
    document: document ?? '',
    document_url: document_url ?? '',
    columns: columns.map(([name, value]) => `${name}=${value}\n`).join(''),
    ends,
  }
}

/** @throws OutdialApiError, as the interface does: a column that is none */
export function askedOf(written: Written): Asked {
  const { from, document, document_url } = written
  const own = FIELDS.filter((name) => written[name] !== '').map((name) => [name, written[name]])
  const fields = { ...Object.fromEntries(own), ...columnsOf(written.columns) }
  const named = from === 'url' ? { document_url: document_url.trim() } : { document }
  return { named, fields, trace: true }
}

function columnsOf(text: string): Record<string, string> {
  const columns = new Map<string, string>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(line) ?? []
    const key = name.trim()
    if (key === '') throw columnFault(index, 'is not name=value; write it so')
    if (isField(key))
      throw columnFault(index, `is ${key}, which has a field of its own; fill that in`)
    if (columns.has(key)) throw columnFault(index, `names ${key} again; leave one of them out`)
    columns.set(key, value)
  }
  return Object.fromEntries(columns)
}

function columnFault(index: number, sentence: string): OutdialApiError {
  const detail = `columns, line ${index + 1}, ${sentence}.`
  return new OutdialApiError(
    422,
    { code: 'parameter-invalid', detail, field: 'columns' },
    undefined,
  )
}

function isField(name: string): boolean {
  return (FIELDS as readonly string[]).includes(name)
}
