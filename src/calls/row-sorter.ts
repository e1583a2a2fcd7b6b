import { OutdialError } from '#base'
import type { ListCounts, ListedCall, RefusedRow } from '#store'
import { NumberSet } from './number-set.ts'
import {
  excerpt,
  isRefused,
  type ListRow,
  type ListTerms,
  type RowErrorCode,
  rowReader,
} from './read-list-row.ts'

export interface ListOptions {
  /** A number that the list has had already: `keep` calls it again, `drop` does not. */
  readonly duplicates: 'keep' | 'drop'
  /** A bad row: `skip` leaves it out, `abort` refuses the whole list. */
  readonly onError: 'skip' | 'abort'
}

export interface ImportedRows extends ListCounts {
  /** The first hundred. */
  readonly refusedRows: readonly RefusedRow[]
}

/** Where calls and refused rows go. */
export interface RowSink {
  add(call: ListedCall): void
  addRefused(row: RefusedRow): void
}

const TOLD_ROWS = 100
const MOST_ROWS = 10_000_000

/** A list was refused because of its rows. */
export class ListRefusedError extends OutdialError {
  /** The first hundred. */
  readonly rows: readonly RefusedRow[]

  constructor(code: string, message: string, rows: readonly RefusedRow[]) {
    super(code, message, { field: 'phone_list' })
    this.rows = rows
  }
}

/** Tells calls from refused rows, and counts them. */
export class RowSorter {
  readonly #options: ListOptions
  readonly #read: ReturnType<typeof rowReader>
  readonly #numbers = new NumberSet()
  readonly #told: RefusedRow[] = []
  readonly #sink: RowSink
  #accepted = 0
  #refusals = 0
  #duplicates = 0
  #rows = 0

  constructor(options: ListOptions, terms: ListTerms, sink: RowSink) {
    this.#options = options
    this.#sink = sink
    this.#read = rowReader(terms)
  }

  take(row: ListRow | RefusedRow): void {
    this.#rows += 1
    if (this.#rows > MOST_ROWS) {
      throw new OutdialError(
        'list-too-long',
        `phone_list has more than ${MOST_ROWS} rows; upload it in parts.`,
        { field: 'phone_list' },
      )
    }
    const read = isRefused(row) ? row : this.#read(row)
    if (isRefused(read)) this.#refuse(read)
    else this.#accept(read, row.line)
  }

  #accept(call: ListedCall, line: number): void {
    const isNew = this.#numbers.add(call.destination)
    if (!isNew) this.#duplicates += 1
    if (!isNew && this.#options.duplicates === 'drop') {
      this.#tell(droppedRow(call, line))
      return
    }
    this.#accepted += 1
    this.#sink.add(call)
  }

  #refuse(row: RefusedRow): void {
    this.#refusals += 1
    this.#tell(row)
    if (this.#options.onError === 'skip') return
    throw new ListRefusedError(
      'list-row-refused',
      `Line ${row.line} of phone_list is refused, and with on_error=abort the whole list with it: ` +
        row.reason,
      this.#told,
    )
  }

  #tell(row: RefusedRow): void {
    this.#sink.addRefused(row)
    if (this.#told.length < TOLD_ROWS) this.#told.push(row)
  }

  /** Once the whole list was taken. */
  refuseUseless(): void {
    if (this.#rows === 0) {
      throw new OutdialError('list-empty', 'phone_list has no rows; send at least one number.', {
        field: 'phone_list',
      })
    }
    if (this.#accepted > 0) return
    throw new ListRefusedError(
      'list-without-calls',
      `None of the ${this.#rows} rows of phone_list can be called; mend them as their reasons say.`,
      this.#told,
    )
  }

  result(): ImportedRows {
    return {
      accepted: this.#accepted,
      refused: this.#refusals,
      duplicates: this.#duplicates,
      refusedRows: this.#told,
    }
  }
}

function droppedRow({ phoneNumber }: ListedCall, line: number): RefusedRow {
  return {
    line,
    value: excerpt(phoneNumber),
    code: 'duplicate-number' satisfies RowErrorCode,
    reason: 'The number has occurred before in the list, and duplicates=drop was asked for.',
  }
}
