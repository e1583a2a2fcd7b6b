import { ABBREVIATIONS } from './abbreviations.ts'
import { isPlace, type Zone } from './zone.ts'

/**
 * `+05:30`, `GMT-8`, `(EST)`, `Europe/Berlin`: an abbreviation before a place of that name.
 *
 * Undefined if there is no such zone.
 */
export function readZone(text: string): Zone | undefined {
  const bare = text.replace(/^[ \t(]+/, '').replace(/^GMT(?=[+-])/, '')
  if (bare.startsWith('+') || bare.startsWith('-')) {
    const seconds = readCorrection(bare.slice(1))
    if (seconds === undefined) return undefined
    return { kind: 'offset', seconds: bare.startsWith('-') ? -seconds : seconds }
  }
  const name = /^[A-Za-z0-9/_+-]*/.exec(bare)?.[0] ?? ''
  const seconds = ABBREVIATIONS.get(name.toLowerCase())
  if (seconds !== undefined) return { kind: 'offset', seconds }
  return isPlace(name) ? { kind: 'place', name } : undefined
}

/** H, HH, HMM, HHMM, HHMMSS, or parted by colons; minutes may exceed an hour. */
function readCorrection(text: string): number | undefined {
  const parts = /^([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{2}))?$/.exec(text)
  if (parts) return Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3] ?? 0)
  if (!/^[0-9]{1,6}$/.test(text) || text.length === 5) return undefined
  const number = Number(text)
  if (text.length <= 2) return number * 3600
  if (text.length <= 4) return Math.floor(number / 100) * 3600 + (number % 100) * 60
  return Math.floor(number / 10_000) * 3600 + (Math.floor(number / 100) % 100) * 60 + (number % 100)
}
