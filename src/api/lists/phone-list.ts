import { OutdialError } from '#base'
import { excerpt, type ListRow, type PhoneList, type RefusedRow, type RowErrorCode } from '#calls'
import { type ListHeader, type OwnColumn, readColumns, readListHeader } from './list-header.ts'
import { type ListRecord, readListRecords, type Separator } from './list-records.ts'

/** How a list is to be read that was not made for this. */
export interface ListLayout {
  readonly separator: Separator
  /**
   * What each column of the file is, whatever the file calls it: `destination`, one of `OWN_COLUMNS`, the name
   * of a variable, or empty: left out. Absent: the list's own header says it.
   */
  readonly columns?: readonly string[]
  /** Where `columns` are told: the first record is not a call. */
  readonly hasHeader: boolean
}

const OWN_LAYOUT: ListLayout = { separator: ',', hasHeader: true }

/**
 * Reads a list of calls as its bytes come: CSV (RFC 4180) in UTF-8, with a header whose first column is
 * `destination`, or in the older form one number a line, or as the layout says. A row that does not fit its header is
 * given as a refused one; what leaves the rest of the list without meaning is thrown.
 *
 * @throws OutdialError `list-not-utf-8`, `list-has-nul`, `list-without-destination`, `list-column-…`,
 *   `list-row-too-long`, `list-quote-not-closed`, `list-quote-misplaced`
 */
export async function* readPhoneList(
  bytes: AsyncIterable<Buffer>,
  layout: ListLayout = OWN_LAYOUT,
): PhoneList {
  const reader = new RowReader(layout)
  for await (const records of readListRecords(bytes, layout.separator)) yield reader.read(records)
}

class RowReader {
  readonly #layout: ListLayout
  #header: ListHeader | undefined
  #begun = false

  constructor(layout: ListLayout) {
    this.#layout = layout
    if (layout.columns !== undefined) this.#header = readColumns(layout.columns)
  }

  read(records: readonly ListRecord[]): readonly (ListRow | RefusedRow)[] {
    const rows: (ListRow | RefusedRow)[] = []
    for (const record of records) {
      if (!this.#begun && this.#isHeader(record)) continue
      rows.push(readRow(record, this.#header))
    }
    return rows
  }

  #isHeader({ cells }: ListRecord): boolean {
    this.#begun = true
    const { columns, hasHeader } = this.#layout
    if (columns === undefined) {
      this.#header = readListHeader(cells)
      return this.#header !== undefined
    }
    if (hasHeader && cells.length !== columns.length) throw otherColumns(cells, columns)
    return hasHeader
  }
}

function otherColumns(cells: readonly string[], columns: readonly string[]): OutdialError {
  return new OutdialError(
    'list-column-count',
    `columns tells of ${columns.length} columns, and phone_list has ${cells.length}; tell of each, ` +
      'with an empty text for those that are left out.',
    { field: 'columns' },
  )
}

function readRow(
  { cells, line }: ListRecord,
  header: ListHeader | undefined,
): ListRow | RefusedRow {
  if (cells.length !== (header?.width ?? 1)) return wrongCells(cells, line, header)
  const destination = cells[header?.destination ?? 0] ?? ''
  if (header === undefined) return { line, destination }
  const row: { -readonly [Key in keyof ListRow]: ListRow[Key] } = { line, destination }
  const columns: Record<string, string> = {}
  for (const column of header.columns) {
    const value = cells[column.index] ?? ''
    if ('variable' in column) columns[column.variable] = value
    else if (value !== '') row[PROPERTIES[column.own]] = value
  }
  if (header.hasVariables) row.columns = columns
  return row
}

const PROPERTIES = {
  message_reference: 'messageReference',
  call_parameters: 'callParameters',
  scheduled_time: 'scheduledTime',
  expiration_time: 'expirationTime',
  time_zone: 'timeZone',
  caller_id: 'callerId',
} as const satisfies Record<OwnColumn, keyof ListRow>

function wrongCells(
  cells: readonly string[],
  line: number,
  header: ListHeader | undefined,
): RefusedRow {
  const expected = header === undefined ? 'one number' : `the ${header.width} cells of the header`
  return {
    line,
    value: excerpt(cells.join(',')),
    code: 'row-cells' satisfies RowErrorCode,
    reason: `The row has ${cells.length} cells instead of ${expected}; put texts with commas into quotes.`,
  }
}
