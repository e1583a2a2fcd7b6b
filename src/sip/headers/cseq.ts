/** RFC 3261 §20.16: a number below 2^31 and the method. */
import { invalidHeader, isToken, parseInteger } from './grammar.ts'

export interface CSeq {
  readonly number: number
  readonly method: string
}

export function parseCSeq(value: string): CSeq {
  const match = /^(\S+)[ \t]+(\S+)$/.exec(value)
  const number = parseInteger(match?.[1] ?? '', 2 ** 31 - 1)
  const method = match?.[2] ?? ''
  if (number === undefined) throw invalidHeader('CSeq', 'the number is malformed', 0)
  if (!isToken(method)) throw invalidHeader('CSeq', 'the method is malformed', 0)
  return { number, method }
}

export function formatCSeq(cseq: CSeq): string {
  return `${cseq.number} ${cseq.method}`
}
