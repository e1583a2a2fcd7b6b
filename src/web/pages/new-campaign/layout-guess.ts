import { OWN_COLUMNS, type OwnColumn, readListRecords, type Separator } from '#api'

/** How a draft's list is read: as the interface is told, with the file's own names beside. */
export interface Layout {
  readonly separator: SeparatorName
  readonly hasHeader: boolean
  /** What the interface is told of each column; an empty text: left out. */
  readonly columns: readonly string[]
}

export const SEPARATORS = {
  ...{ comma: ',', semicolon: ';', tab: '\t', bar: '|' },
} as const satisfies Record<string, Separator>

export type SeparatorName = keyof typeof SEPARATORS

/** The first records of a list. */
export interface ListHead {
  /** At most eleven: a header and ten rows. */
  readonly records: readonly (readonly string[])[]
  readonly width: number
}

const HEAD_RECORDS = 11
const LONGEST_NAME = 64
/** Names that a column may not have as a variable: the interface tells of them itself. */
const TAKEN = ['phone_number', 'call_id', 'campaign_parameters', '__proto__']

/** Names that people give to a column of numbers, without what stands between letters. */
const NUMBER_NAMES = [
  ...['destination', 'phonenumber', 'phone', 'number', 'telephone', 'telephonenumber', 'mobile'],
  ...['mobilenumber', 'mobilephone', 'cell', 'cellphone', 'tel', 'telefon', 'rufnummer', 'msisdn'],
]
const REFERENCE_NAMES = ['reference', 'ref', 'customerid', 'externalid']

/**
 * Reads the beginning of a list.
 *
 * @throws OutdialError those of `readListRecords`
 */
export async function readHead(
  bytes: AsyncIterable<Buffer>,
  separator: SeparatorName,
): Promise<ListHead> {
  const records: (readonly string[])[] = []
  for await (const some of readListRecords(bytes, SEPARATORS[separator])) {
    records.push(...some.map(({ cells }) => cells))
    if (records.length >= HEAD_RECORDS) break
  }
  const head = records.slice(0, HEAD_RECORDS)
  return { records: head, width: head[0]?.length ?? 0 }
}

/** What stands between the cells of a first line: that of which there is most, outside of quotes. */
export function guessSeparator(beginning: string): SeparatorName {
  const [line = ''] = beginning.replaceAll(/"[^"]*"/g, '').split('\n')
  const counts = Object.entries(SEPARATORS).map(([name, separator]) => {
    return { name: name as SeparatorName, count: line.split(separator).length - 1 }
  })
  const most = counts.reduce((best, one) => (one.count > best.count ? one : best))
  return most.count === 0 ? 'comma' : most.name
}

/** What the columns are likely to be, by their names and by what is in them. */
export function guessLayout(separator: SeparatorName, { records, width }: ListHead): Layout {
  const [first = [], second = []] = records
  const hasHeader = !first.some(looksLikeNumber)
  const sample = hasHeader ? second : first
  const names = Array.from({ length: width }, (_, index) => (hasHeader ? first[index] : '') ?? '')
  const byName = names.findIndex((name) => NUMBER_NAMES.includes(plain(name)))
  const destination = byName >= 0 ? byName : sample.findIndex(looksLikeNumber)
  const taken = new Set<string>(TAKEN)
  const columns = names.map((name, index) => {
    if (index === destination) return 'destination'
    const told = ownColumn(name) ?? variableName(name)
    if (told === undefined || taken.has(told)) return ''
    taken.add(told)
    return told
  })
  return { separator, hasHeader, columns }
}

export function isOwnColumn(name: string): name is OwnColumn {
  return OWN_COLUMNS.some((one) => one === name.toLowerCase())
}

function ownColumn(name: string): OwnColumn | undefined {
  const words = plain(name)
  if (REFERENCE_NAMES.includes(words)) return 'message_reference'
  return OWN_COLUMNS.find((one) => plain(one) === words)
}

function variableName(name: string): string | undefined {
  const trimmed = name.trim()
  const isOne =
    trimmed !== '' && [...trimmed].length <= LONGEST_NAME && !/[\p{Cc}\p{Cf}]/u.test(trimmed)
  return isOne && trimmed.toLowerCase() !== 'destination' ? trimmed : undefined
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** Seven digits and more, and nothing that is not written between them; no date. */
function looksLikeNumber(cell: string): boolean {
  const number = cell.trim().split(';')[0] ?? ''
  if (/^\d{4}-\d\d-\d\d/.test(number)) return false
  return /^\+?[\d\s().\-/]+$/.test(number) && number.replaceAll(/\D/g, '').length >= 7
}
