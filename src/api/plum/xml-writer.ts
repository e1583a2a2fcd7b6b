/**
 * Text and attribute values for XML 1.0 (fifth edition, sections 2.2, 2.4 and 3.3.3). What the
 * production `Char` does not allow has no spelling in XML at all, so it becomes U+FFFD; what a parser
 * would normalise away becomes a character reference.
 */
export function escapeText(value: string): string {
  return replaceIllegal(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')
}

export function escapeAttribute(value: string): string {
  return escapeText(value)
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
}

const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

function replaceIllegal(value: string): string {
  return value.replaceAll(ILLEGAL, '\uFFFD')
}
