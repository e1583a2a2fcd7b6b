import { trimSpace } from './headers/grammar.ts'

/** RFC 3261 §20.8, without reading the rest of the message. Long headers before it are rare. */
const FIELD = /\r?\n(?:call-id|i)[ \t]*:([^\r\n]*)\r?\n/i
const SEARCHED_BYTES = 4096

/** Which call a message belongs to; undefined where it does not say so in its first 4 KiB. */
export function callIdOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SEARCHED_BYTES))
  const value = FIELD.exec(start.toString('latin1'))?.[1]
  return value === undefined ? undefined : trimSpace(value)
}
