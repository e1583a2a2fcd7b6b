import { XmlError } from './xml-error.ts'

/**
 * Bytes to text after XML 1.0 section 4.3.3 and appendix F: a byte order mark wins over the `charset`
 * of the transport, that over the declaration; without any of them it is UTF-8.
 */
export function decodeXml(bytes: Uint8Array, charset?: string): string {
  const mark = byteOrderMark(bytes)
  if (mark !== undefined) return decodeAs(mark.encoding, bytes.subarray(mark.length))
  return decodeAs(charset ?? declaredEncoding(bytes) ?? 'utf-8', bytes)
}

function byteOrderMark(bytes: Uint8Array): { encoding: string; length: number } | undefined {
  const [first, second, third] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', length: 2 }
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', length: 2 }
  // Without a mark, the `<` that every document begins with tells UTF-16 apart.
  if (first === 0 && second === 0x3c) return { encoding: 'utf-16be', length: 0 }
  if (first === 0x3c && second === 0) return { encoding: 'utf-16le', length: 0 }
  return undefined
}

const DECLARATION = /^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/

function declaredEncoding(bytes: Uint8Array): string | undefined {
  return DECLARATION.exec(Buffer.from(bytes.subarray(0, 256)).toString('latin1'))?.[1]
}

function decodeAs(label: string, bytes: Uint8Array): string {
  const encoding = label.toLowerCase()
  // TextDecoder reads ISO-8859-1 and US-ASCII as windows-1252, as browsers do; XML does not.
  if (encoding === 'iso-8859-1' || encoding === 'latin1') return latin1(bytes)
  if (encoding === 'us-ascii' || encoding === 'ascii') return ascii(bytes)
  // A document that was read as bytes so far cannot be UTF-16, whatever it declares.
  const actual = encoding === 'utf-16' || encoding === 'ucs-2' ? 'utf-8' : encoding
  let decoder: TextDecoder
  try {
    decoder = new TextDecoder(actual, { fatal: true })
  } catch {
    throw new XmlError('xml-encoding', `The encoding ${JSON.stringify(label)} is not known`, 1, 1)
  }
  try {
    return decoder.decode(bytes)
  } catch {
    throw new XmlError('xml-encoding', `The document is not ${label} as it says`, 1, 1)
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function ascii(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte > 0x7f)) {
    throw new XmlError('xml-encoding', 'The document is not US-ASCII as it says', 1, 1)
  }
  return latin1(bytes)
}
