/** A row of CSV (RFC 4180), every cell in quotes. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${defuse(cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}

/**
 * A spreadsheet takes a cell that begins so for a formula, quotes or not; an apostrophe makes it text. A number
 * alone, `+16175551212` or `-3.5`, computes nothing, and stays as it is.
 */
function defuse(cell: string): string {
  return /^[=+\-@\t\r\n]/.test(cell) && !/^[+-]?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell
}
