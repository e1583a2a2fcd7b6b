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
  /** Those after the destination: each one of ours, or a variable's name. */
  readonly columns: readonly ({ readonly own: OwnColumn } | { readonly variable: string })[]
  readonly hasVariables: boolean
}

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
  const [first = '', ...others] = names
  if (first.toLowerCase() !== 'destination') {
    refuseOtherHeaders(names)
    return undefined
  }
  if (others.length >= MOST_COLUMNS) {
    throw fault('list-column-limit', `has more than ${MOST_COLUMNS} columns; leave out some`)
  }
  const seen = new Set(['destination'])
  const columns = others.map((name, index) => {
    refuseBadName(name, index + 2)
    const own = OWN_COLUMNS.find((one) => one === name.toLowerCase())
    const id = own ?? (name.toLowerCase() === 'destination' ? 'destination' : name)
    if (seen.has(id)) {
      throw fault('list-column-twice', `has the column “${name}” twice; rename one of them`)
    }
    seen.add(id)
    return own === undefined ? { variable: name } : { own }
  })
  return { columns, hasVariables: columns.some((column) => 'variable' in column) }
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

function refuseBadName(name: string, column: number): void {
  if (name === '') {
    throw fault('list-column-unnamed', `has no name for its column ${column}; name or remove it`)
  }
  if ([...name].length > LONGEST_NAME) {
    throw fault(
      'list-column-name',
      `has a name of more than ${LONGEST_NAME} characters for its column ${column}; shorten it`,
    )
  }
  if (/\p{Cc}/u.test(name) || name === '__proto__') {
    throw fault('list-column-name', `has a name for its column ${column} that cannot be; rename it`)
  }
  if (RESERVED_NAMES.includes(name)) {
    throw fault(
      'list-column-reserved',
      `has a column “${name}”, which is the name of one of the variables of every call; rename it`,
    )
  }
}

function fault(code: string, sentence: string): OutdialError {
  return new OutdialError(code, `phone_list ${sentence}.`, { field: 'phone_list' })
}
