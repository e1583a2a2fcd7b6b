/**
 * VoiceXML 2.0 section 6.5.2: a non-negative number and its unit, `s` or `ms`: `3s`, `1.5s`, `200ms`.
 * Milliseconds; undefined where the text is no time designation.
 */
export function parseTimeDesignation(text: string): number | undefined {
  const found = /^\+?(\d+(?:\.\d*)?|\.\d+)(ms|s)$/.exec(text.trim())
  if (found === null) return undefined
  const value = Number(found[1])
  return found[2] === 's' ? Math.round(value * 1000) : Math.round(value)
}
