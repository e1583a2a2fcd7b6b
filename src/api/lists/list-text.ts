import { isUtf8 } from 'node:buffer'
import { OutdialError } from '#base'

const NEWLINE = 0x0a
/** The longest character of UTF-8 has four bytes; of an unfinished one at most three are there. */
const LONGEST_UNFINISHED = 3

/**
 * Passes on a list's bytes where they are text in UTF-8, whole characters at a time.
 *
 * @throws OutdialError `list-not-utf-8`, `list-has-nul`, with the line
 */
export async function* checkListText(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let unfinished: Buffer = Buffer.alloc(0)
  let line = 1
  let begun = false
  for await (const chunk of bytes) {
    const text = unfinished.length === 0 ? chunk : Buffer.concat([unfinished, chunk])
    if (!begun) refuseUtf16(text)
    begun = true
    const end = endOfCharacters(text)
    const whole = text.subarray(0, end)
    refuseFaults(whole, line)
    line += countLines(whole)
    unfinished = text.subarray(end)
    yield whole
  }
  if (unfinished.length > 0) throw notUtf8(line)
}

/** Byte order marks, and the NUL bytes that ASCII characters have in UTF-16. */
function refuseUtf16(text: Buffer): void {
  const [first, second] = text
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (!marked && !(first === 0 && second !== 0) && !(second === 0 && first !== 0)) return
  throw new OutdialError('list-not-utf-8', 'phone_list is in UTF-16; save it as CSV in UTF-8.', {
    field: 'phone_list',
  })
}

/** Where the last whole character ends. */
function endOfCharacters(text: Buffer): number {
  for (let back = 1; back <= Math.min(LONGEST_UNFINISHED, text.length); back += 1) {
    const byte = text[text.length - back] ?? 0
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? text.length - back : text.length
  }
  return text.length
}

function refuseFaults(text: Buffer, firstLine: number): void {
  const nul = text.indexOf(0)
  if (nul >= 0) {
    const line = firstLine + countLines(text.subarray(0, nul))
    throw new OutdialError(
      'list-has-nul',
      `phone_list has a NUL byte on line ${line}; send a text file.`,
      { field: 'phone_list' },
    )
  }
  if (isUtf8(text)) return
  throw notUtf8(firstLine + linesBeforeFault(text))
}

/** Line by line: a cut at the end of a line is never within a character. */
function linesBeforeFault(text: Buffer): number {
  let lines = 0
  for (let start = 0; start < text.length; lines += 1) {
    const end = text.indexOf(NEWLINE, start)
    if (end < 0 || !isUtf8(text.subarray(start, end))) break
    start = end + 1
  }
  return lines
}

function countLines(text: Buffer): number {
  let lines = 0
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) lines += 1
  return lines
}

function notUtf8(line: number): OutdialError {
  return new OutdialError(
    'list-not-utf-8',
    `phone_list is not in UTF-8 on line ${line}; save it as CSV in UTF-8.`,
    { field: 'phone_list' },
  )
}
