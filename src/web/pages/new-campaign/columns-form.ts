import { OWN_COLUMNS } from '#api'
import type { Problem } from '../../parts/field.ts'
import type { Form } from '../../read-form.ts'
import { visible } from '../../shown-text.ts'
import type { Draft } from './drafts.ts'
import {
  isOwnColumn,
  type Layout,
  type ListHead,
  SEPARATORS,
  type SeparatorName,
} from './layout-guess.ts'

/** What a column may be used as, as people are asked. */
export const USES: readonly (readonly [value: string, text: string])[] = [
  ['', 'leave out'],
  ['destination', 'the phone number'],
  ['variable', 'a variable'],
  ['message_reference', 'your reference'],
  ['call_parameters', 'call parameters'],
  ['scheduled_time', 'when to call'],
  ['expiration_time', 'when to give up'],
  ['time_zone', 'time zone'],
  ['caller_id', 'caller ID'],
]

const LONGEST_CELL = 120
const SHOWN_ROWS = 10

export const useField = (index: number): string => `use_${index}`
export const nameField = (index: number): string => `name_${index}`

/** What the forms of this step ask for besides the columns. */
export interface ColumnsAsked {
  readonly layout: Layout
  readonly values: Readonly<Record<string, string>>
}

/** How a column is used, by what the interface is told of it. */
export function useOf(told: string): string {
  if (told === '') return ''
  const name = told.toLowerCase()
  return name === 'destination' || isOwnColumn(name) ? name : 'variable'
}

/** The name of a column in the file; without a header its place. */
export function columnName(
  { layout }: Pick<Draft, 'layout'>,
  head: ListHead,
  index: number,
): string {
  const name = layout.hasHeader ? (head.records[0]?.[index] ?? '').trim() : ''
  return name === '' ? `Column ${index + 1}` : name
}

/** The rows of the head that are calls. */
export function sampleRows(
  { layout }: Pick<Draft, 'layout'>,
  { records }: ListHead,
): readonly (readonly string[])[] {
  return layout.hasHeader ? records.slice(1) : records.slice(0, SHOWN_ROWS)
}

/** As much of a cell as people need to know it. */
export function shortCell(cell: string): string {
  const characters = [...cell.slice(0, 2 * LONGEST_CELL)]
  return characters.length > LONGEST_CELL ? `${characters.slice(0, LONGEST_CELL).join('')}…` : cell
}

/**
 * What was sent. A problem that the interface could not tell, since it never sees a column that is left out or how
 * it is meant: a variable without a name, or with one that means something else.
 */
export function readColumnsForm(
  form: Form,
  draft: Draft,
  head: ListHead,
): ColumnsAsked & { readonly problem?: Problem } {
  let problem: Problem | undefined
  const columns = Array.from({ length: head.width }, (_, index) => {
    const use = form.text(useField(index))
    if (use !== 'variable') return use === 'destination' || isOwnColumn(use) ? use : ''
    const name = form.text(nameField(index)).trim()
    const fault = faultOfName(name)
    if (fault !== undefined) {
      problem ??= {
        field: nameField(index),
        message: `The variable of “${visible(shortCell(columnName(draft, head, index)))}” ${fault}.`,
      }
    }
    return name
  })
  const separator = form.text('separator')
  const layout: Layout = {
    columns,
    hasHeader: form.has('has_header'),
    separator: isSeparator(separator) ? separator : draft.layout.separator,
  }
  const { duplicates, on_error } = {
    duplicates: form.text('duplicates'),
    on_error: form.text('on_error'),
  }
  const values = { ...draft.values, duplicates, on_error }
  return { layout, values, ...(problem && { problem }) }
}

function faultOfName(name: string): string | undefined {
  if (name === '') return 'has no name; give it one, or leave the column out'
  const lower = name.toLowerCase()
  if (lower !== 'destination' && !OWN_COLUMNS.some((own) => own === lower)) return undefined
  return 'has a name that means something of its own; choose what it means, or another name'
}

function isSeparator(name: string): name is SeparatorName {
  return Object.hasOwn(SEPARATORS, name)
}
