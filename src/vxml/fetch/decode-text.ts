/**
 * Bytes of a script or other text: a byte order mark wins over the `charset` of the answer, that over
 * what the document says of it; without any of them it is UTF-8 (VoiceXML 2.0 section 5.3.12).
 * Undefined where the encoding is unknown.
 */
export function decodeText(
  body: Uint8Array,
  contentType: string,
  fallback?: string,
): string | undefined {
  const label = marked(body) ?? charsetOf(contentType) ?? fallback ?? 'utf-8'
  try {
    return new TextDecoder(label.trim()).decode(body)
  } catch {
    return undefined
  }
}

function marked([first, second]: Uint8Array): string | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xef && second === 0xbb ? 'utf-8' : undefined
}

export function charsetOf(contentType: string): string | undefined {
  return /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]
}

/** `text/xml` of `Text/XML; charset=utf-8`. */
export function mediaType(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? ''
}
