import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { KEY_BYTES } from './seal.ts'

const FILE = 'file:'

/**
 * The key that recordings are encrypted with: 32 octets as hexadecimal digits or base64, or `file:` and
 * the absolute path of a file that holds them so. Undefined: an empty text. Throws what is wrong with it,
 * but not what it says.
 */
export function parseRecordingKey(text: string): Uint8Array | undefined {
  if (text === '') return undefined
  const written = text.startsWith(FILE) ? readKeyFile(text.slice(FILE.length)) : text
  const key = Buffer.from(written, /^[0-9a-f]{64}$/i.test(written) ? 'hex' : 'base64')
  if (key.length === KEY_BYTES && /^[0-9A-Za-z+/_-]+=*$/.test(written)) return key
  throw new Error(
    'It is not a key of 32 octets in hexadecimal digits or base64, or file: and the path of a file ' +
      'with one. Make one by `openssl rand -hex 32`.',
  )
}

function readKeyFile(path: string): string {
  if (!isAbsolute(path)) throw new Error(`file:${path} is not file: and an absolute path.`)
  return readFileSync(path, 'utf8').trim()
}
