import { OutdialError } from '#base'

/** The version that If-Match names (RFC 9110 §13.1.1); undefined: any. */
export function readIfMatch(header: string | null): number | undefined {
  if (header === null || header.trim() === '*') return undefined
  const version = /^\s*"(\d{1,9})"\s*$/.exec(header)?.[1]
  if (version !== undefined) return Number(version)
  throw new OutdialError(
    'if-match-invalid',
    'If-Match is no ETag; send the one that you were told when you looked, with its quotes.',
    { field: 'If-Match' },
  )
}
