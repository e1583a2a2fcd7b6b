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
