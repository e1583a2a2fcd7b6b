import { isUtf8 } from 'node:buffer'
import { OutdialError } from '#base'
import type { RequestBody } from '../request-body.ts'

/** Every value of every field, in the order in which they came. */
export type FormFields = ReadonlyMap<string, readonly FormValue[]>

/** `undefined`: an uploaded file. */
export type FormValue = string | undefined

/** The longest legal call takes less than half of it, each character percent-encoded. */
export const FORM_MAX_BYTES = 64 * 1024

/**
 * The form that a request carries, `application/x-www-form-urlencoded` or `multipart/form-data`.
 *
 * @throws OutdialError `unsupported-content-type`, `malformed-form`, `not-utf-8`, and those of
 *   `RequestBody`
 */
export async function readForm(contentType: string, body: RequestBody): Promise<FormFields> {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  switch (mediaType) {
    case 'application/x-www-form-urlencoded':
      return readUrlencoded(await body.whole())
    case 'multipart/form-data':
      return readMultipart(await body.whole(), contentType)
    default:
      throw new OutdialError(
        'unsupported-content-type',
        'The request must be a form; send it as application/x-www-form-urlencoded or ' +
          'multipart/form-data, and say so in Content-Type.',
      )
  }
}

/** After the URL standard, but bytes that are not UTF-8 are refused and not replaced. */
function readUrlencoded(body: Buffer): FormFields {
  const fields = new Map<string, FormValue[]>()
  for (const pair of body.toString('latin1').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    appendField(fields, name, equals < 0 ? '' : decode(pair.slice(equals + 1)))
  }
  return fields
}

function decode(encoded: string): string {
  const unescaped = encoded
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  const bytes = Buffer.from(unescaped, 'latin1')
  if (!isUtf8(bytes)) throw notUtf8()
  return bytes.toString('utf8')
}

async function readMultipart(body: Buffer, contentType: string): Promise<FormFields> {
  const fields = new Map<string, FormValue[]>()
  for (const [name, value] of await parseMultipart(body, contentType)) {
    appendField(fields, name, typeof value === 'string' ? value : undefined)
    if (typeof value === 'string' && value.includes('\uFFFD') && !isUtf8(body)) throw notUtf8()
  }
  return fields
}

async function parseMultipart(body: Buffer, contentType: string): Promise<FormData> {
  try {
    const headers = { 'content-type': contentType }
    return await new Response(new Uint8Array(body), { headers }).formData()
  } catch (cause) {
    throw new OutdialError(
      'malformed-form',
      'The multipart form cannot be read; check its boundary and the headers of its parts.',
      { cause },
    )
  }
}

/** A field may come more than once. */
export function appendField(
  fields: Map<string, FormValue[]>,
  name: string,
  value: FormValue,
): void {
  const values = fields.get(name)
  if (values === undefined) fields.set(name, [value])
  else values.push(value)
}

export function notUtf8(): OutdialError {
  return new OutdialError('not-utf-8', 'The form is not in UTF-8; encode its values in UTF-8.')
}
