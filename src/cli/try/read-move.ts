import { CALLEE_TYPES, type Move, TRANSFER_RESULTS } from '#app'

/** What may be typed at each point where the interpreter waits. */
export const HINTS = {
  listen: 'keys or words; Enter: silence; /hangup',
  record: 'seconds to speak, with a key after them: 3 or 3#; Enter: silence; /hangup',
  transfer: `${TRANSFER_RESULTS.join(' ')}; words; Enter: no answer; /hangup`,
} as const

/** What was typed, as a move; a sentence where it is none. */
export function readMove(typed: string, point: keyof typeof HINTS): Move | string {
  const text = typed.trim()
  if (text === '') return { kind: 'silence' }
  if (text === '/hangup') return { kind: 'hangup' }
  if (text === '/nomatch') return { kind: 'nomatch' }
  if (text === '/beep') return { kind: 'beep' }
  const calleeType = CALLEE_TYPES.find((type) => text === `/callee ${type}`)
  if (calleeType !== undefined) return { kind: 'callee', calleeType }
  if (text.startsWith('/')) {
    return `There are /hangup, /nomatch, /beep and /callee with ${CALLEE_TYPES.join(', ')}.`
  }
  if (point === 'record') return readRecord(text)
  const result = TRANSFER_RESULTS.find((name) => point === 'transfer' && name === text)
  if (result !== undefined) return { kind: 'transfer', result, durationMs: 5000 }
  const keys = text.replaceAll(' ', '')
  if (/^[0-9*#]+$/.test(keys)) return { kind: 'dtmf', keys }
  return { kind: 'say', text, confidence: 1 }
}

function readRecord(text: string): Move | string {
  const [whole, seconds, termchar] = /^(\d+(?:\.\d+)?)?\s*([*#])?$/.exec(text) ?? []
  if (whole === undefined) return 'It is recorded, not understood: type how many seconds it takes.'
  const durationMs = Number(seconds ?? 3) * 1000
  return { kind: 'record', durationMs, ...(termchar === undefined ? {} : { termchar }) }
}
