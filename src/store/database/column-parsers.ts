import pg from 'pg'
import { assert } from '#base'

/** The driver's parsers, but `int8` as a number: our counts and epochs stay far below 2^53. */
export const columnParsers = {
  getTypeParser(oid, format) {
    if (oid === pg.types.builtins.INT8 && format !== 'binary') return parseInt8
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

function parseInt8(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `${text} is not exact as a number`)
  return value
}
