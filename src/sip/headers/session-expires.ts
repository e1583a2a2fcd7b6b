/** Session-Expires and Min-SE, RFC 4028 §4 and §5. */
import { invalidHeader, parseInteger, trimSpace } from './grammar.ts'
import { formatParameters, parseParameters } from './parameters.ts'

export interface SessionExpires {
  readonly seconds: number
  /** Who refreshes, seen from the request that carries it; absent where it is left to the answer. */
  readonly refresher?: 'uac' | 'uas'
}

export function parseSessionExpires(value: string): SessionExpires {
  const [seconds, parameters] = readSeconds(value, 'Session-Expires')
  const refresher = parameters.get('refresher')?.toLowerCase()
  return refresher === 'uac' || refresher === 'uas' ? { seconds, refresher } : { seconds }
}

export function formatSessionExpires({ seconds, refresher }: SessionExpires): string {
  const parameters = new Map(refresher === undefined ? [] : [['refresher', refresher]])
  return `${seconds}${formatParameters(parameters)}`
}

/** Seconds. */
export function parseMinSe(value: string): number {
  return readSeconds(value, 'Min-SE')[0]
}

function readSeconds(value: string, header: string): [number, ReadonlyMap<string, string>] {
  const semicolon = value.indexOf(';')
  const end = semicolon < 0 ? value.length : semicolon
  const seconds = parseInteger(trimSpace(value.slice(0, end)), 2 ** 31 - 1)
  if (seconds === undefined) throw invalidHeader(header, 'the seconds are malformed', 0)
  return [seconds, parseParameters(value.slice(end), header, end)]
}
