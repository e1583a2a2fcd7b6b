import type { TrialMove } from '#api'
import type { Move } from '../try-moves.ts'

const DEFAULT_TRANSFER_MS = 5000
const DEFAULT_RECORD_MS = 3000

/** A move of the JSON interface, checked there, as a dialogue that is tried knows it. */
export function moveOf(move: TrialMove): Move {
  const { dtmf: keys, say: text, transfer: result, record, callee: calleeType } = move
  if (result !== undefined) {
    const said = text === undefined ? {} : { say: text }
    return {
      kind: 'transfer',
      result,
      durationMs: move.duration_ms ?? DEFAULT_TRANSFER_MS,
      ...said,
    }
  }
  if (record) {
    const { duration_ms: durationMs = DEFAULT_RECORD_MS, termchar } = move
    return { kind: 'record', durationMs, ...(termchar === undefined ? {} : { termchar }) }
  }
  if (keys !== undefined) return { kind: 'dtmf', keys }
  if (text !== undefined) return { kind: 'say', text, confidence: move.confidence ?? 1 }
  if (calleeType !== undefined) return { kind: 'callee', calleeType }
  if (move.nomatch) return { kind: 'nomatch' }
  if (move.hangup) return { kind: 'hangup' }
  return { kind: move.beep ? 'beep' : 'silence' }
}
