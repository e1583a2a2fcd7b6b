import { OutdialError } from '#base'

/** What the caller, or the far end of a transfer, does at a point where the interpreter waits. */
export type Move =
  | { readonly kind: 'dtmf'; readonly keys: string }
  | { readonly kind: 'say'; readonly text: string; readonly confidence: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'nomatch' }
  | { readonly kind: 'hangup' }
  /** The beep of an answering machine is over. */
  | { readonly kind: 'beep' }
  /** It becomes known who or what answered. */
  | { readonly kind: 'callee'; readonly calleeType: TriedCalleeType }
  | {
      readonly kind: 'transfer'
      readonly result: TransferResult
      readonly durationMs: number
      /** Said by the caller when the transfer has lasted so long. */
      readonly say?: string
    }
  | {
      readonly kind: 'record'
      /** How long the caller speaks. */
      readonly durationMs: number
      /** The key pressed after that; absent: silence. */
      readonly termchar?: string
    }

export const CALLEE_TYPES = ['voice', 'answeringmachine', 'fax', 'unknown'] as const
export type TriedCalleeType = (typeof CALLEE_TYPES)[number]

export const TRANSFER_RESULTS = [
  'busy',
  'noanswer',
  'network_busy',
  'far_end_disconnect',
  'near_end_disconnect',
  'maxtime_disconnect',
  'success',
  'unknown',
] as const
export type TransferResult = (typeof TRANSFER_RESULTS)[number]

const DEFAULT_TRANSFER_MS = 5000
const DEFAULT_RECORD_MS = 3000

/** One JSON object a line; empty lines are passed over. Throws `move-invalid`, which names the line. */
export function parseMoves(text: string): Move[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      return [parseMove(JSON.parse(line))]
    } catch (cause) {
      const reason = cause instanceof SyntaxError ? 'is not JSON' : (cause as Error).message
      throw new OutdialError('move-invalid', `Move on line ${index + 1}: ${reason}.`, { cause })
    }
  })
}

type Members = Readonly<Record<string, unknown>>

function parseMove(value: unknown): Move {
  const members = membersOf(value, 'a move')
  const kind = KINDS.find((name) => Object.hasOwn(members, name))
  if (kind === undefined) throw new Error(`a move has one of ${KINDS.join(', ')}`)
  switch (kind) {
    case 'transfer':
      return parseTransfer(members)
    case 'record':
      return parseRecord(members)
    case 'callee':
      return { kind, calleeType: calleeTypeOf(members) }
    case 'dtmf':
      return { kind, keys: keysOf(members['dtmf'], 'dtmf') }
    case 'say':
      return {
        kind,
        text: textOf(members['say'], 'say'),
        confidence: numberOf(members, 'confidence', 1),
      }
    default:
      if (members[kind] !== true) throw new Error(`${kind} may only be true`)
      return { kind }
  }
}

const KINDS = [
  ...(['transfer', 'record', 'dtmf', 'say', 'callee'] as const),
  ...(['silence', 'nomatch', 'hangup', 'beep'] as const),
] as const

function calleeTypeOf(members: Members): TriedCalleeType {
  const type = CALLEE_TYPES.find((name) => name === members['callee'])
  if (type === undefined) throw new Error(`callee is one of ${CALLEE_TYPES.join(', ')}`)
  return type
}

function parseTransfer(members: Members): Move {
  const result = TRANSFER_RESULTS.find((name) => name === members['transfer'])
  if (result === undefined) throw new Error(`transfer is one of ${TRANSFER_RESULTS.join(', ')}`)
  const durationMs = numberOf(members, 'durationMs', DEFAULT_TRANSFER_MS)
  const say = members['say'] === undefined ? {} : { say: textOf(members['say'], 'say') }
  return { kind: 'transfer', result, durationMs, ...say }
}

function parseRecord(members: Members): Move {
  const record = members['record'] === true ? {} : membersOf(members['record'], 'record')
  const durationMs = numberOf(record, 'durationMs', DEFAULT_RECORD_MS)
  const termchar = record['termchar']
  if (termchar === undefined || termchar === '') return { kind: 'record', durationMs }
  return { kind: 'record', durationMs, termchar: keysOf(termchar, 'termchar') }
}

function membersOf(value: unknown, name: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw new Error(`${name} is a JSON object`)
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new Error(`${name} is a text`)
}

function keysOf(value: unknown, name: string): string {
  const keys = textOf(value, name).replaceAll(/\s/g, '')
  if (/^[0-9*#A-D]+$/.test(keys)) return keys
  throw new Error(`${name} is a text of the keys 0–9 * # A–D`)
}

function numberOf(members: Members, name: string, absent: number): number {
  const value = members[name] ?? absent
  if (typeof value === 'number' && value >= 0) return value
  throw new Error(`${name} is a number, 0 or more`)
}
