import { OutdialError } from '#base'

/** Where a list goes on, in a form that nobody is to read anything from. */
export function writeCursor(place: string | number): string {
  return Buffer.from(String(place)).toString('base64url')
}

/** @throws OutdialError `parameter-invalid` where it is no cursor */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const place = Buffer.from(cursor, 'base64url').toString('utf8')
  if (place !== '' && !place.includes('\0') && writeCursor(place) === cursor) return place
  throw cursorInvalid()
}

/** @throws OutdialError `parameter-invalid` where it is none of a list that goes by ids */
export function readIdCursor(cursor: string | undefined): number | undefined {
  const place = readCursor(cursor)
  if (place === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(place) && Number(place) < 2 ** 31) return Number(place)
  throw cursorInvalid()
}

/** Where a page begins: after the page before, or after a row that is named. */
interface Start<Place> {
  readonly cursor?: string | undefined
  readonly after?: Place | undefined
  readonly before?: Place | undefined
}

/** @throws OutdialError `parameter-invalid` where both are sent, or the cursor is none */
export function readStart<Place>(
  { cursor, after, before }: Start<Place>,
  read: (cursor: string | undefined) => Place | undefined,
): Place | undefined {
  const named = after ?? before
  if (named === undefined || cursor === undefined) return named ?? read(cursor)
  const field = after === undefined ? 'before' : 'after'
  const sentence = `${field} and cursor both say where the page begins; send one of them.`
  throw new OutdialError('parameter-invalid', sentence, { field })
}

function cursorInvalid(): OutdialError {
  const sentence = 'cursor is none of this list; send the next_cursor of the page before.'
  return new OutdialError('parameter-invalid', sentence, { field: 'cursor' })
}

/** One row more than a page has tells whether there is another page. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => string | number,
): { readonly rows: readonly Row[]; readonly next_cursor?: string } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  if (rows.length <= limit || last === undefined) return { rows: page }
  return { rows: page, next_cursor: writeCursor(placeOf(last)) }
}

export const DEFAULT_LIMIT = 100
