/** Keys by INFO, RFC 6086 §1: `application/dtmf-relay`, and the bare `application/dtmf` of older peers. */
import type { SessionBody } from './dialog.ts'

export interface RelayedDigit {
  /** One of 0-9 * # A-D. */
  readonly digit: string
  readonly durationMs: number
}

export const DTMF_RELAY = 'application/dtmf-relay'

const DEFAULT_MS = 160

// Blanks only: white space that goes on over lines would be looked through anew from each of them.
const SIGNAL = /^[ \t]*Signal[ \t]*=[ \t]*(\S{1,2})[ \t]*\r?$/im
const DURATION = /^[ \t]*Duration[ \t]*=[ \t]*([0-9]{1,5})[ \t]*\r?$/im

/** Undefined where it is no key. */
export function parseDtmfRelay({ body, contentType }: SessionBody): RelayedDigit | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase()
  const text = Buffer.from(body).toString('latin1')
  if (type !== DTMF_RELAY && type !== 'application/dtmf') return undefined
  const said = type === DTMF_RELAY ? SIGNAL.exec(text)?.[1] : text.trim()
  const digit = digitOf(said ?? '')
  const durationMs = Number(DURATION.exec(text)?.[1] ?? DEFAULT_MS)
  return digit === undefined ? undefined : { digit, durationMs }
}

export function formatDtmfRelay({ digit, durationMs }: RelayedDigit): SessionBody {
  const text = `Signal=${digit}\r\nDuration=${Math.round(durationMs)}\r\n`
  return { body: Buffer.from(text), contentType: DTMF_RELAY }
}

/** Also by number of event, as some send * and # (RFC 4733 §3.2). */
function digitOf(said: string): string | undefined {
  if (said === '10') return '*'
  if (said === '11') return '#'
  const digit = said.toUpperCase()
  return /^[0-9*#A-D]$/.test(digit) ? digit : undefined
}
