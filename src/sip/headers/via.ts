/** RFC 3261 §20.42 and §25.1; `rport` of RFC 3581. */
import { invalidHeader, isHost, isToken, parseInteger, trimSpace } from './grammar.ts'
import { formatParameters, type Parameters, parseParameters } from './parameters.ts'

export interface Via {
  /** `UDP`, `TCP` … in upper case. */
  readonly transport: string
  /** IPv6 in its brackets. */
  readonly host: string
  readonly port?: number
  readonly parameters: Parameters
}

export function parseVia(value: string): Via {
  const [protocol, afterProtocol] = readProtocol(value)
  const semicolon = value.indexOf(';', afterProtocol)
  const end = semicolon < 0 ? value.length : semicolon
  const sentBy = readSentBy(value.slice(afterProtocol, end), afterProtocol)
  const parameters = parseParameters(value.slice(end), 'Via', end)
  return { transport: protocol, ...sentBy, parameters }
}

export function formatVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`
  return `SIP/2.0/${via.transport} ${via.host}${port}${formatParameters(via.parameters)}`
}

/** The transaction's branch, '' where it is missing. */
export function branchOf(via: Via): string {
  return via.parameters.get('branch') ?? ''
}

export function withParameter(via: Via, name: string, value: string): Via {
  return { ...via, parameters: new Map(via.parameters).set(name, value) }
}

export function withoutParameter(via: Via, name: string): Via {
  const parameters = new Map(via.parameters)
  parameters.delete(name)
  return { ...via, parameters }
}

/** sent-protocol = name SLASH version SLASH transport, where each slash may stand in spaces. */
function readProtocol(value: string): [transport: string, next: number] {
  const match = /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([^ \t;,]+)[ \t]+/i.exec(value)
  const transport = match?.[1]
  if (match === null || transport === undefined || !isToken(transport)) {
    throw invalidHeader('Via', 'SIP/2.0 and a transport are expected', 0)
  }
  return [transport.toUpperCase(), match[0].length]
}

function readSentBy(text: string, offset: number): { host: string; port?: number } {
  const match = /^(\[[^\]]*\]|[^: \t]+)[ \t]*(?::[ \t]*([0-9]+))?$/.exec(trimSpace(text))
  const host = match?.[1] ?? ''
  if (!isHost(host)) throw invalidHeader('Via', 'the host is malformed', offset)
  if (match?.[2] === undefined) return { host }
  const port = parseInteger(match[2], 65535)
  if (port === undefined) throw invalidHeader('Via', 'the port is malformed', offset)
  return { host, port }
}
