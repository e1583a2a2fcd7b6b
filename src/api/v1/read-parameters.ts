import { OutdialError } from '#base'

const GREATEST_ID = 2 ** 31 - 1
const MOST_OF_A_PAGE = 1000

/** The id in an address; what is no id names nothing. */
export function readId(text: string | undefined, notFound: (id: number) => OutdialError): number {
  const id = /^[1-9]\d{0,9}$/.test(text ?? '') ? Number(text) : Number.NaN
  if (id <= GREATEST_ID) return id
  throw notFound(id)
}

/** The version that If-Match names (RFC 9110 §13.1.1); undefined: any. */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  const version = /^\s*"(\d{1,9})"\s*$/.exec(header)?.[1]
  if (version !== undefined) return Number(version)
  throw new OutdialError(
    'if-match-invalid',
    'If-Match is no ETag of a campaign; send the one that it had when you looked, with its quotes.',
    { field: 'If-Match' },
  )
}

/** `limit` (1 to 1000, 100 where it is absent) and `before`, the id after which the list goes on. */
export function readListing(query: Readonly<Record<string, string>>): {
  limit: number
  beforeId?: number
} {
  refuseUnknown(query, ['limit', 'before'])
  const limit = readCount(query, 'limit', MOST_OF_A_PAGE) ?? 100
  const beforeId = readCount(query, 'before', GREATEST_ID)
  return { limit, ...(beforeId === undefined ? {} : { beforeId }) }
}

/** `limit` (1 to 1000, 100 where it is absent) and `after`, the number after which the list goes on. */
export function readPage(query: Readonly<Record<string, string>>): {
  limit: number
  after?: string
} {
  refuseUnknown(query, ['limit', 'after'])
  const limit = readCount(query, 'limit', MOST_OF_A_PAGE) ?? 100
  return { limit, ...(query['after'] === undefined ? {} : { after: query['after'] }) }
}

function refuseUnknown(query: Readonly<Record<string, string>>, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw parameterInvalid(unknown, `is no parameter; there are ${known.join(' and ')}`)
}

function readCount(
  query: Readonly<Record<string, string>>,
  name: string,
  most: number,
): number | undefined {
  const text = query[name]
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= 1 && value <= most) return value
  throw parameterInvalid(name, `is not a whole number from 1 to ${most}; send one`)
}

function parameterInvalid(field: string, fault: string): OutdialError {
  return new OutdialError('parameter-invalid', `${field} ${fault}.`, { field })
}
