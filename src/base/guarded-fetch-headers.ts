import type { Dispatcher } from 'undici'
import { OutdialError } from './error.ts'

/** Set by the connection or the body; a caller that sets one could desynchronise the two ends. */
const CONNECTION_HEADERS = new Set(
  'connection content-length expect host keep-alive te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
)

/** Throws `fetch-invalid-header`. */
export function checkHeader(name: string, value: string): void {
  const valid =
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
  if (!valid || CONNECTION_HEADERS.has(name.toLowerCase())) {
    throw new OutdialError(
      'fetch-invalid-header',
      `The header ${JSON.stringify(name)} may not be sent with this name or value.`,
    )
  }
}

/** One that came twice is joined by `, `. */
export function joinHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    joined[name] = Array.isArray(value) ? value.join(', ') : (value ?? '')
  }
  return joined
}
