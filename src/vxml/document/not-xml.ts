/**
 * What stands where a VoiceXML document should, in words for whoever configured the address; undefined
 * where it may be XML.
 */
export function describeNotXml(bytes: Uint8Array, contentType: string): string | undefined {
  const start = beginning(bytes)
  if (start === '') {
    return 'The body is empty; answer with a VoiceXML document, <vxml version="2.1">…</vxml>.'
  }
  if (/^(<!doctype html|<html[\s>])/i.test(start)) {
    return `The body is a web page (HTML)${typed(contentType)}; answer with a VoiceXML document.`
  }
  if (/^[{[]/.test(start)) {
    return `The body is JSON${typed(contentType)}; answer with a VoiceXML document.`
  }
  if (!start.startsWith('<')) {
    const shown = JSON.stringify(start.slice(0, 30))
    return `The body is no XML${typed(contentType)}: it begins with ${shown}.`
  }
  return undefined
}

/** The first characters that are no blanks, whatever the encoding's zero bytes and marks. */
function beginning(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 2000))
  const utf16 = head[0] === 0xff || head[0] === 0xfe || head[0] === 0 || head[1] === 0
  const text = utf16 ? head.toString('latin1').replaceAll('\0', '') : head.toString('utf8')
  return text.replace(/^(\ufeff|ÿþ|þÿ)/, '').trimStart()
}

function typed(contentType: string): string {
  return contentType === '' ? '' : ` (sent as ${contentType.split(';')[0]?.slice(0, 60)})`
}
