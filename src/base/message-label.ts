/**
 * What a SIP message is called where it stands in a line: the method, or the status and what it answers; and whether
 * there is an SDP. `text`: as it passed, so that what is no SIP has a label too.
 */
export function messageLabel(text: string): string {
  const [startLine = ''] = text.split(/\r?\n/, 1)
  const sdp = /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp/im.test(text)
  const [, status] = /^SIP\/2\.0 (.*)$/.exec(startLine) ?? []
  const [, method = ''] = /^cseq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text) ?? []
  if (status === undefined) return `${startLine.split(' ', 1)[0]}${sdp ? ' (SDP)' : ''}`
  return `${status} (${method}${sdp ? ', SDP' : ''})`
}
