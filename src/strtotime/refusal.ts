import { OutdialError } from '#base'

/** `fault` names the part that is not understood, with `quoted` around what the client wrote. */
export function refusal(fault: string): OutdialError {
  const cure =
    'Write for example “now”, “+3 days”, “oct 14th, 2011 11:05PM EST” or “2026-11-23 14:00”.'
  return new OutdialError('unparsable-time', `The time cannot be read: ${fault}. ${cure}`)
}

/** The client's own words, without anything that could harm a log or a page. */
export function quoted(words: string): string {
  const characters = [...words]
  const start = characters.slice(0, 32).join('') + (characters.length > 32 ? '…' : '')
  return `“${start.replaceAll(/[\p{C}<>&"']|(?! )\p{Z}/gu, '\uFFFD')}”`
}
