import { isUtf8 } from 'node:buffer'
import { GrammarError } from './grammar-error.ts'

/**
 * The text of a grammar that is not XML. SRGS 1.0 sections 4.2 and 4.4 have the procedure of XML 1.0
 * section 4.3.3: a byte order mark wins over the `charset` of the transport, that over the header's
 * own declaration; UTF-16 is known by the zeros beside `#`; without any of them it is UTF-8.
 * `declared`: the encoding's name in the header. Throws `GrammarError`.
 *
 * Departs from XML 1.0 section 4.3.3: because old grammars that declare nothing are often ISO-8859-1,
 * what declares nothing and is no UTF-8 is read as that.
 */
export function decodeGrammar(bytes: Uint8Array, declared: RegExp, charset?: string): string {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return decode('utf-8', bytes.subarray(3))
  if (first === 0xfe && second === 0xff) return decode('utf-16be', bytes.subarray(2))
  if (first === 0xff && second === 0xfe) return decode('utf-16le', bytes.subarray(2))
  if (first === 0 && second === 0x23) return decode('utf-16be', bytes)
  if (first === 0x23 && second === 0) return decode('utf-16le', bytes)
  const label = charset ?? declared.exec(beginningOf(bytes))?.[1]
  return decode(label ?? (isUtf8(bytes) ? 'utf-8' : 'iso-8859-1'), bytes)
}

/** Enough of the document to know it by, whatever its encoding: marks and zeros left out. */
export function beginningOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 512))
    .toString('latin1')
    .replace(/^(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)/, '')
    .replaceAll('\0', '')
}

function decode(label: string, bytes: Uint8Array): string {
  // JSGF and older ABNF write ISO8859-1.
  const encoding = label.toLowerCase().replace(/^iso_?8859/, 'iso-8859')
  // TextDecoder reads ISO-8859-1 as windows-1252, as browsers do.
  if (encoding === 'iso-8859-1' || encoding === 'latin1') {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  }
  const at = { line: 1, column: 1 }
  // What was readable as single bytes so far cannot be UTF-16, whatever it declares.
  const actual = encoding === 'utf-16' ? 'utf-8' : encoding
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(actual, { fatal: true })
  } catch {
    throw new GrammarError('grammar-syntax', `The encoding ${label} is not known.`, at)
  }
  try {
    return decoder.decode(bytes)
  } catch {
    throw new GrammarError('grammar-syntax', `The grammar is not ${label} as it says.`, at)
  }
}
