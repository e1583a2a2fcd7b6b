import type { RefusedRow } from '#calls'
import { csvRow } from '../csv.ts'

export const REFUSED_CSV_TYPE = 'text/csv; charset=utf-8; header=present'

/** Rows that became no calls, as a file: where they are, what is wrong with them, and with which value. */
export async function* refusedCsv(
  pages: AsyncIterable<readonly RefusedRow[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  yield encoder.encode('line,value,code,reason\r\n')
  for await (const rows of pages) {
    const lines = rows.map(({ line, value, code, reason }) =>
      csvRow([String(line), value, code, reason]),
    )
    yield encoder.encode(lines.join(''))
  }
}
