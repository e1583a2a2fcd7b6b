import { OutdialError } from '#base'
import { type Account, parsePhoneNumber } from '#model'
import {
  deleteForbiddenNumbers,
  type ForbiddenEntry,
  insertForbiddenNumbers,
  type ListedNumber,
  listForbiddenNumbers,
  type RefusedRow,
} from '#store'
import type { CallsContext } from './context.ts'
import { excerpt, isRefused, type ListRow } from './read-list-row.ts'
import type { PhoneList } from './write-list.ts'

const LONGEST_REASON = 255
const TOLD_ROWS = 100

/** Numbers as in `phone_number`, and why they must not be called. */
export interface ForbidNumbers {
  readonly account: Account
  readonly numbers: readonly string[]
  readonly reason?: string
}

/**
 * Puts numbers on an account's do-not-call list: from the next claim on no call of the account to them is
 * dialled, queued ones included. Returns how many were not on it before.
 *
 * @throws OutdialError `invalid-phone-number`, `field-too-long`; then nothing is added
 */
export function forbidNumbers(
  { db }: CallsContext,
  { account, numbers, reason = '' }: ForbidNumbers,
): Promise<number> {
  const entries = numbers.map((number) => named(number, () => readEntry(account, number, reason)))
  return insertForbiddenNumbers(db, account.accountId, distinct(entries))
}

/**
 * Takes numbers from an account's list. Returns how many were on it.
 *
 * @throws OutdialError `invalid-phone-number`; then nothing is taken away
 */
export function permitNumbers(
  { db }: CallsContext,
  { account, numbers }: Omit<ForbidNumbers, 'reason'>,
): Promise<number> {
  const destinations = numbers.map((number) =>
    named(number, () => parsePhoneNumber(number, account).destination),
  )
  return deleteForbiddenNumbers(db, account.accountId, destinations)
}

/** A page of an account's list, in the order of the numbers, from after `after` on. */
export function forbiddenNumbers(
  { db }: CallsContext,
  page: { readonly accountId: number; readonly after?: string | undefined; readonly limit: number },
): Promise<ListedNumber[]> {
  return listForbiddenNumbers(db, page)
}

export interface ForbiddenImport {
  /** Numbers that were not on the list before. */
  readonly added: number
  /** Numbers that were, or that the file has twice. */
  readonly known: number
  readonly refused: number
  /** The first hundred. */
  readonly refusedRows: readonly RefusedRow[]
}

/**
 * Puts the numbers of a file on an account's list: one a line, or CSV whose first column is `destination`,
 * with a column `reason` where it is told. A row that is no number is refused, and the others count.
 * What was read is written batch by batch: where the reading breaks off, the numbers so far are on the list.
 *
 * @throws OutdialError what reading the file throws
 */
export async function importForbiddenNumbers(
  { db }: CallsContext,
  account: Account,
  list: PhoneList,
): Promise<ForbiddenImport> {
  const refusedRows: RefusedRow[] = []
  let [added, numbers, refused] = [0, 0, 0]
  for await (const rows of list) {
    const entries: ForbiddenEntry[] = []
    for (const row of rows) {
      const read = isRefused(row) ? row : readRow(account, row)
      if (!isRefused(read)) entries.push(read)
      else if (++refused <= TOLD_ROWS) refusedRows.push(read)
    }
    numbers += entries.length
    added += await insertForbiddenNumbers(db, account.accountId, distinct(entries))
  }
  return { added, known: numbers - added, refused, refusedRows }
}

function readRow(account: Account, row: ListRow): ForbiddenEntry | RefusedRow {
  try {
    return readEntry(account, row.destination, row.columns?.['reason'] ?? '')
  } catch (error) {
    if (!(error instanceof OutdialError)) throw error
    const { code, message } = error
    const reason = message.replace(/^phone_number\b/, 'destination')
    return { line: row.line, value: excerpt(row.destination), code, reason }
  }
}

function readEntry(account: Account, number: string, reason: string): ForbiddenEntry {
  if ([...reason].length > LONGEST_REASON) {
    throw new OutdialError(
      'field-too-long',
      `reason is too long; send at most ${LONGEST_REASON} characters.`,
      { field: 'reason' },
    )
  }
  return { destination: parsePhoneNumber(number, account).destination, reason }
}

/** Of many numbers: the sentence says which one is wrong. */
function named<T>(number: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof OutdialError) || error.field === 'reason') throw error
    const message = error.message.replace(/^phone_number\b/, `“${excerpt(number)}”`)
    throw new OutdialError(error.code, message, { field: 'numbers' })
  }
}

/** The last reason counts. */
function distinct(entries: readonly ForbiddenEntry[]): ForbiddenEntry[] {
  return [...new Map(entries.map((entry) => [entry.destination, entry])).values()]
}
