import { z } from 'zod'
import { OutdialError } from '#base'
import type { Separator } from '../lists/list-records.ts'
import type { ListLayout } from '../lists/phone-list.ts'

const SEPARATORS = {
  ...{ comma: ',', semicolon: ';', tab: '\t', bar: '|' },
} as const satisfies Record<string, Separator>

const NAMES = Object.keys(SEPARATORS) as (keyof typeof SEPARATORS)[]
/** Enough for every spreadsheet; most of them are left out. */
const MOST_COLUMNS = 1000

/** How the list of a request is to be read, where it was not made for this. */
export const LAYOUT = {
  columns: z
    .unknown()
    .optional()
    .meta({
      description:
        'What each column of the list is, whatever its header calls it, as a JSON array of texts: destination, ' +
        'message_reference and so on, the name of a variable, or empty: left out. Default: the header says it.',
    }),
  has_header: z
    .boolean('is neither true nor false; send one of them')
    .optional()
    .meta({ description: 'With `columns`: the first row is no call. Default: true.' }),
  separator: z
    .enum(NAMES, `is none of ${NAMES.join(', ')}; send one of them`)
    .optional()
    .meta({ description: 'What stands between two cells. Default: comma.' }),
}

const COLUMNS = z.array(z.string()).min(1).max(MOST_COLUMNS)

/**
 * Undefined: as lists are by themselves.
 *
 * @throws OutdialError `parameter-invalid`
 */
export function readLayout({
  columns,
  has_header: hasHeader,
  separator = 'comma',
}: z.infer<z.ZodObject<typeof LAYOUT>>): ListLayout | undefined {
  if (columns === undefined) {
    if (hasHeader !== undefined) {
      throw invalid('has_header', 'says how a list with columns is read; send columns as well')
    }
    return separator === 'comma' ? undefined : { separator: SEPARATORS[separator], hasHeader: true }
  }
  const read = COLUMNS.safeParse(columns)
  if (!read.success) {
    const sentence = `is no JSON array of 1 to ${MOST_COLUMNS} texts; send one like ["destination","Name",""]`
    throw invalid('columns', sentence)
  }
  return {
    separator: SEPARATORS[separator],
    columns: read.data,
    hasHeader: hasHeader ?? true,
  }
}

/** The fields of a layout apart from all others. */
export function splitLayout<Query extends z.infer<z.ZodObject<typeof LAYOUT>>>({
  columns,
  has_header,
  separator,
  ...rest
}: Query): {
  readonly layout: ListLayout | undefined
  readonly rest: Omit<Query, keyof typeof LAYOUT>
} {
  return { layout: readLayout({ columns, has_header, separator }), rest }
}

function invalid(field: string, fault: string): OutdialError {
  return new OutdialError('parameter-invalid', `${field} ${fault}.`, { field })
}
