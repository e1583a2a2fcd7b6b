/** RSeq and RAck, RFC 3262 §7: which reliable provisional response, of which request. */
import { type CSeq, formatCSeq, parseCSeq } from './cseq.ts'
import { invalidHeader, parseInteger } from './grammar.ts'

export interface RAck {
  readonly rseq: number
  readonly cseq: CSeq
}

export function parseRSeq(value: string): number {
  const number = parseInteger(value, 2 ** 32 - 1)
  if (number === undefined) throw invalidHeader('RSeq', 'the number is malformed', 0)
  return number
}

export function parseRAck(value: string): RAck {
  const match = /^([0-9]+)[ \t]+(.+)$/.exec(value)
  const rseq = parseInteger(match?.[1] ?? '', 2 ** 32 - 1)
  if (rseq === undefined) throw invalidHeader('RAck', 'the number is malformed', 0)
  return { rseq, cseq: parseCSeq(match?.[2] ?? '') }
}

export function formatRAck({ rseq, cseq }: RAck): string {
  return `${rseq} ${formatCSeq(cseq)}`
}
