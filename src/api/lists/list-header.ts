import { OutdialError } from '#base'
import { excerpt } from '#calls'

/** The columns that set a row's own values; all others are variables of the call. */
export const OWN_COLUMNS = [
  'message_reference',
  'call_parameters',
  'scheduled_time',
  'expiration_time',
  'time_zone',
  'caller_id',
] as const

export type OwnColumn = (typeof OWN_COLUMNS)[number]

/** What the cells of a row are. */
export interface ListHeader {
  /** So many cells has a row. */
  readonly width: number
  /** Which of them, from 0, is the number. */
  readonly destination: number
  /** Those others that are looked at: each one of ours, or a variable's name. */
  readonly columns: readonly Column[]
  readonly hasVariables: boolean
}

export type Column =
  | { readonly index: number; readonly own: OwnColumn }
  | { readonly index: number; readonly variable: string }

/** Who names the columns, and is told of what is wrong with them. */
type Subject = 'phone_list' | 'columns'

/** What `start_url` is told of every call: a column of that name would be told twice. */
const RESERVED_NAMES = ['phone_number', 'call_id', 'campaign_parameters']
const MOST_COLUMNS = 100
const LONGEST_NAME = 64

/**
 * The header that the first record of a list is; undefined where it is not one: a list in the older form
 * has a number on its first line, and so a digit.
 *
 * @throws OutdialError `list-without-destination`, `list-column-…`, with field `phone_list`
 */
export function readListHeader(cells: readonly string[]): ListHeader | undefined {
  const names = cells.map((cell) => cell.trim())
  if (names[0]?.toLowerCase() !== 'destination') {
    refuseOtherHeaders(names)
    return undefined
  }
  return headerOf(names, 'phone_list')
}

/**
 * The same from what somebody says that the columns of a list are; one that is left out has an empty name.
 *
 * @throws OutdialError as above, with field `columns`
 */
export function readColumns(columns: readonly string[]): ListHeader {
  return headerOf(
    columns.map((name) => name.trim()),
    'columns',
  )
}

function headerOf(names: readonly string[], subject: Subject): ListHeader {
  const destination = names.findIndex((name) => name.toLowerCase() === 'destination')
  if (destination < 0) {
    throw fault(
      'list-without-destination',
      'says of no column that it is the destination; say of which',
      subject,
    )
  }
  const seen = new Set(['destination'])
  const columns = names.flatMap((name, index): Column[] => {
    if (index === destination || (name === '' && subject === 'columns')) return []
    refuseBadName(name, index + 1, subject)
    const own = OWN_COLUMNS.find((one) => one === name.toLowerCase())
    const id = own ?? (name.toLowerCase() === 'destination' ? 'destination' : name)
    if (seen.has(id)) {
      throw fault(
        'list-column-twice',
        `has the column “${name}” twice; rename one of them`,
        subject,
      )
    }
    seen.add(id)
    return [own === undefined ? { index, variable: name } : { index, own }]
  })
  if (columns.length >= MOST_COLUMNS) {
    throw fault(
      'list-column-limit',
      `has more than ${MOST_COLUMNS} columns; leave out some`,
      subject,
    )
  }
  const hasVariables = columns.some((column) => 'variable' in column)
  return { width: names.length, destination, columns, hasVariables }
}

function refuseOtherHeaders(names: readonly string[]): void {
  const [first = ''] = names
  if (/^destination *[;\t|]/i.test(first)) {
    throw fault(
      'list-without-destination',
      'has a header whose columns are not separated by commas; save it as CSV with commas',
    )
  }
  if (names.some((name) => name.toLowerCase() === 'destination')) {
    throw fault(
      'list-without-destination',
      'has a header in which destination is not the first column; put it first',
    )
  }
  if (/[0-9]/.test(first)) return
  throw fault(
    'list-without-destination',
    `begins with “${excerpt(first)}”, which is neither a number nor the header “destination”; ` +
      'begin it with a header whose first column is destination, or with the first number',
  )
}

function refuseBadName(name: string, column: number, subject: Subject): void {
  if (name === '') {
    throw fault(
      'list-column-unnamed',
      `has no name for its column ${column}; name or remove it`,
      subject,
    )
  }
  if ([...name].length > LONGEST_NAME) {
    throw fault(
      'list-column-name',
      `has a name of more than ${LONGEST_NAME} characters for its column ${column}; shorten it`,
      subject,
    )
  }
  if (/\p{Cc}/u.test(name) || name === '__proto__') {
    throw fault(
      'list-column-name',
      `has a name for its column ${column} that cannot be; rename it`,
      subject,
    )
  }
  if (RESERVED_NAMES.includes(name)) {
    throw fault(
      'list-column-reserved',
      `has a column “${name}”, which is the name of one of the variables of every call; rename it`,
      subject,
    )
  }
}

function fault(code: string, sentence: string, subject: Subject = 'phone_list'): OutdialError {
  return new OutdialError(code, `${subject} ${sentence}.`, { field: subject })
}
