import { type CsvError, type InfoRecord, Parser } from 'csv-parse'
import { OutdialError } from '#base'
import { excerpt, type ListRow, type PhoneList, type RefusedRow, type RowErrorCode } from '#calls'
import { type ListHeader, type OwnColumn, readListHeader } from './list-header.ts'
import { checkListText } from './list-text.ts'

/** The longest row, and so the longest part of a list that is held. */
const ROW_MAX_BYTES = 64 * 1024

/**
 * Reads a list of calls as its bytes come: CSV (RFC 4180) in UTF-8, with a header whose first column is
 * `destination`, or in the older form one number a line. A row that does not fit its header is given
 * as a refused one; what leaves the rest of the list without meaning is thrown.
 *
 * @throws OutdialError `list-not-utf-8`, `list-has-nul`, `list-without-destination`, `list-column-…`,
 *   `list-row-too-long`, `list-quote-not-closed`, `list-quote-misplaced`
 */
export async function* readPhoneList(bytes: AsyncIterable<Buffer>): PhoneList {
  const reader = new ListReader()
  for await (const text of checkListText(bytes)) yield await reader.read(text)
  yield await reader.end()
}

class ListReader {
  readonly #parser: Parser
  #header: ListHeader | undefined
  #begun = false
  #rows: (ListRow | RefusedRow)[] = []
  /** The last line of the record before. */
  #lastLine = 0

  constructor() {
    this.#parser = new Parser({
      bom: true,
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: ROW_MAX_BYTES,
      // The parser's own output, an object stream, is passed by.
      on_record: (cells: string[], { lines }: InfoRecord) => {
        this.#take(cells, lines)
        return null
      },
    })
    this.#parser.on('error', () => {}).resume()
  }

  async read(text: Buffer): Promise<readonly (ListRow | RefusedRow)[]> {
    await this.#feed((done) => this.#parser.write(text, done))
    return this.#takeRows()
  }

  async end(): Promise<readonly (ListRow | RefusedRow)[]> {
    await this.#feed((done) => this.#parser.end(done))
    return this.#takeRows()
  }

  #takeRows(): readonly (ListRow | RefusedRow)[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  async #feed(send: (done: (error?: Error | null) => void) => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        send((error) => (error ? reject(error) : resolve()))
      })
    } catch (error) {
      throw this.#fault(error)
    }
  }

  #take(cells: readonly string[], endLine: number): void {
    const line = endLine - (endLine - this.#lastLine > 1 ? lineBreaksIn(cells) : 0)
    this.#lastLine = endLine
    if (!this.#begun) {
      this.#begun = true
      this.#header = readListHeader(cells)
      if (this.#header !== undefined) return
    }
    this.#rows.push(readRow(cells, line, this.#header))
  }

  #fault(error: unknown): unknown {
    const after = this.#lastLine === 0 ? 'the first' : `the one after line ${this.#lastLine}`
    switch ((error as Partial<CsvError>).code) {
      case 'CSV_MAX_RECORD_SIZE':
        return fault(
          'list-row-too-long',
          `has a row of more than ${ROW_MAX_BYTES / 1024} KiB, ${after}; ` +
            'it may have a quote that is not closed',
        )
      case 'CSV_QUOTE_NOT_CLOSED':
        return fault(
          'list-quote-not-closed',
          `ends within quotes that open in a row, ${after}; close them, or double each quote that is text`,
        )
      case 'INVALID_OPENING_QUOTE':
      case 'CSV_INVALID_CLOSING_QUOTE':
        return fault(
          'list-quote-misplaced',
          `has a quote within a cell, ${after}; put the cell into quotes, and double those in it`,
        )
      default:
        return error
    }
  }
}

function fault(code: string, sentence: string): OutdialError {
  return new OutdialError(code, `phone_list ${sentence}.`, { field: 'phone_list' })
}

function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
}

function readRow(
  cells: readonly string[],
  line: number,
  header: ListHeader | undefined,
): ListRow | RefusedRow {
  const [destination = ''] = cells
  const expected = 1 + (header?.columns.length ?? 0)
  if (cells.length !== expected) return wrongCells(cells, line, header)
  if (header === undefined) return { line, destination }
  const row: { -readonly [Key in keyof ListRow]: ListRow[Key] } = { line, destination }
  const columns: Record<string, string> = {}
  header.columns.forEach((column, index) => {
    const value = cells[index + 1] ?? ''
    if ('variable' in column) columns[column.variable] = value
    else if (value !== '') row[PROPERTIES[column.own]] = value
  })
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
  const expected =
    header === undefined ? 'one number' : `the ${header.columns.length + 1} cells of the header`
  return {
    line,
    value: excerpt(cells.join(',')),
    code: 'row-cells' satisfies RowErrorCode,
    reason: `The row has ${cells.length} cells instead of ${expected}; put texts with commas into quotes.`,
  }
}
