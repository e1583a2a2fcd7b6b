import { type CsvError, type InfoRecord, Parser } from 'csv-parse'
import { OutdialError } from '#base'
import { checkListText } from './list-text.ts'

/** What may stand between two cells. */
export type Separator = ',' | ';' | '\t' | '|'

/** One record of a list; an empty line is none. */
export interface ListRecord {
  /** Where it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** The longest row, and so the longest part of a list that is held. */
const ROW_MAX_BYTES = 64 * 1024

/**
 * Reads the records of a list as its bytes come, batch by batch: CSV (RFC 4180) in UTF-8, with another separator
 * where it is said.
 *
 * @throws OutdialError `list-not-utf-8`, `list-has-nul`, `list-row-too-long`, `list-quote-not-closed`,
 *   `list-quote-misplaced`
 */
export async function* readListRecords(
  bytes: AsyncIterable<Buffer>,
  separator: Separator = ',',
): AsyncGenerator<readonly ListRecord[]> {
  const reader = new RecordReader(separator)
  for await (const text of checkListText(bytes)) yield await reader.read(text)
  yield await reader.end()
}

class RecordReader {
  readonly #parser: Parser
  #records: ListRecord[] = []
  /** The last line of the record before. */
  #lastLine = 0

  constructor(separator: Separator) {
    this.#parser = new Parser({
      bom: true,
      delimiter: separator,
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

  async read(text: Buffer): Promise<readonly ListRecord[]> {
    await this.#feed((done) => this.#parser.write(text, done))
    return this.#takeRecords()
  }

  async end(): Promise<readonly ListRecord[]> {
    await this.#feed((done) => this.#parser.end(done))
    return this.#takeRecords()
  }

  #takeRecords(): readonly ListRecord[] {
    const records = this.#records
    this.#records = []
    return records
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
    this.#records.push({ line, cells })
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
