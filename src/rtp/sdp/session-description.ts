/**
 * The Session Description Protocol, RFC 8866, as far as calls use it: what an offer or answer needs is
 * modelled, the other lines (`i u e p b r z k`) are accepted and dropped.
 */
import { OutdialError } from '#base'

export interface SessionDescription {
  readonly origin: Origin
  readonly sessionName: string
  readonly connection?: Connection
  readonly attributes: readonly Attribute[]
  readonly media: readonly MediaDescription[]
}

/** `o=` (section 5.2). The numbers are kept as digits: they may exceed 2^53. */
export interface Origin {
  readonly username: string
  readonly sessionId: string
  readonly sessionVersion: string
  readonly addressType: AddressType
  readonly address: string
}

/** `c=` (section 5.7). */
export interface Connection {
  readonly addressType: AddressType
  readonly address: string
}

export type AddressType = 'IP4' | 'IP6'

/** `a=name` or `a=name:value` (section 5.13). */
export interface Attribute {
  readonly name: string
  readonly value?: string
}

/** `m=` and what follows it (section 5.14). */
export interface MediaDescription {
  readonly kind: string
  /** 0 says that the stream is refused (RFC 3264 section 6). */
  readonly port: number
  readonly protocol: string
  readonly formats: readonly string[]
  readonly connection?: Connection
  readonly attributes: readonly Attribute[]
}

const MAX_BYTES = 16_384
const MAX_LINES = 512
const MAX_MEDIA = 32
const MAX_FORMATS = 128

const TOKEN = /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/
const DIGITS = /^\d{1,20}$/
const DROPPED_LINES = 'iuepbrzk'

/**
 * Reads a description; lines may end in CRLF or LF.
 * @throws OutdialError `sdp-too-large`, `sdp-invalid` (names the line)
 */
export function parseSdp(input: Uint8Array | string): SessionDescription {
  const lines = splitLines(input)
  const session = { attributes: [] as Attribute[], media: [] as MutableMedia[] }
  let origin: Origin | undefined
  let sessionName: string | undefined
  let connection: Connection | undefined

  lines.forEach((line, index) => {
    const fail = (problem: string): never => refuse(`line ${index + 1}: ${problem}`)
    if (line[1] !== '=') fail('is not of the form <type>=<value>')
    const value = line.slice(2)
    const media = session.media.at(-1)
    switch (line[0]) {
      case 'v':
        if (index !== 0 || value !== '0') fail('v= must be 0 and come first')
        break
      case 'o':
        if (origin !== undefined || media) fail('a second or misplaced o=')
        origin = parseOrigin(value, fail)
        break
      case 's':
        if (sessionName !== undefined || media) fail('a second or misplaced s=')
        sessionName = value
        break
      case 'c':
        if (media) media.connection ??= parseConnection(value, fail)
        else connection ??= parseConnection(value, fail)
        break
      case 'm':
        if (session.media.length === MAX_MEDIA) fail(`more than ${MAX_MEDIA} media`)
        session.media.push(parseMedia(value, fail))
        break
      case 'a':
        ;(media ?? session).attributes.push(parseAttribute(value, fail))
        break
      case 't':
        if (!/^\d+ \d+$/.test(value.trimEnd())) fail('t= is not two numbers')
        break
      default:
        // Section 5: a description with a type letter that is not understood is refused whole.
        if (!DROPPED_LINES.includes(line[0] ?? '?')) fail('unknown type letter')
    }
  })

  if (!lines[0]?.startsWith('v=')) refuse('does not begin with v=0')
  if (origin === undefined) return refuse('has no o= line')
  if (sessionName === undefined) return refuse('has no s= line')
  return { origin, sessionName, ...(connection && { connection }), ...session }
}

/**
 * Writes a description. `t=0 0`: a call has no times.
 * @throws OutdialError `sdp-invalid-value` for a value that would break out of its line
 */
export function formatSdp(sdp: SessionDescription): string {
  const { origin } = sdp
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.sessionVersion} IN ${origin.addressType} ${origin.address}`,
    `s=${sdp.sessionName}`,
    ...formatConnection(sdp.connection),
    't=0 0',
    ...sdp.attributes.map(formatAttribute),
  ]
  for (const media of sdp.media) {
    checkPort(media.port)
    lines.push(
      `m=${media.kind} ${media.port} ${media.protocol} ${media.formats.join(' ')}`,
      ...formatConnection(media.connection),
      ...media.attributes.map(formatAttribute),
    )
  }
  for (const word of words(sdp)) checkWord(word)
  for (const line of lines) checkLine(line)
  return `${lines.join('\r\n')}\r\n`
}

interface MutableMedia extends MediaDescription {
  connection?: Connection
  readonly attributes: Attribute[]
}

type Fail = (problem: string) => never

function splitLines(input: Uint8Array | string): string[] {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.length
  if (size > MAX_BYTES) {
    throw new OutdialError('sdp-too-large', `An SDP body has ${size} bytes; at most ${MAX_BYTES}.`)
  }
  const text = typeof input === 'string' ? input : new TextDecoder().decode(input)
  if (text.includes('\0')) refuse('contains a NUL character')
  const lines = text.split(/\r\n|\n/)
  // The last line is ended, not followed, by its line end; some peers add an empty line.
  while (lines.at(-1) === '') lines.pop()
  if (lines.length > MAX_LINES) refuse(`has more than ${MAX_LINES} lines`)
  if (lines.some((line) => line.includes('\r'))) refuse('contains a bare carriage return')
  return lines
}

function parseOrigin(value: string, fail: Fail): Origin {
  const [username, sessionId, sessionVersion, network, addressType, address, ...rest] = value
    .trimEnd()
    .split(' ')
  if (rest.length > 0 || !username || !address) return fail('o= needs six values')
  if (!DIGITS.test(sessionId ?? '') || !DIGITS.test(sessionVersion ?? '')) {
    return fail('o= needs numbers as session id and version')
  }
  if (network !== 'IN' || !isAddressType(addressType)) return fail('o= needs IN IP4 or IN IP6')
  return {
    username,
    sessionId: sessionId ?? '',
    sessionVersion: sessionVersion ?? '',
    addressType,
    address,
  }
}

function parseConnection(value: string, fail: Fail): Connection {
  const [network, addressType, address, ...rest] = value.trimEnd().split(' ')
  if (network !== 'IN' || !isAddressType(addressType) || !address || rest.length > 0) {
    return fail('c= is not IN IP4 or IN IP6 and one address')
  }
  return { addressType, address }
}

function parseMedia(value: string, fail: Fail): MutableMedia {
  const [kind, ports, protocol, ...formats] = value.trimEnd().split(/ +/)
  if (!kind || !TOKEN.test(kind)) return fail('m= has no media type')
  const [, port = '', count = '1'] = /^(\d{1,5})(?:\/(\d{1,5}))?$/.exec(ports ?? '') ?? []
  if (port === '' || Number(port) > 65_535 || Number(count) < 1) return fail('m= has no valid port')
  if (!protocol?.split('/').every((part) => TOKEN.test(part))) {
    return fail('m= has no valid protocol')
  }
  if (formats.length === 0 || formats.length > MAX_FORMATS) {
    return fail(`m= needs 1 to ${MAX_FORMATS} formats`)
  }
  if (!formats.every((format) => TOKEN.test(format))) return fail('m= has an invalid format')
  return { kind, port: Number(port), protocol, formats, attributes: [] }
}

function parseAttribute(value: string, fail: Fail): Attribute {
  const colon = value.indexOf(':')
  const name = colon < 0 ? value.trimEnd() : value.slice(0, colon)
  if (!TOKEN.test(name)) return fail('a= has an invalid name')
  return colon < 0 ? { name } : { name, value: value.slice(colon + 1) }
}

function formatConnection(connection: Connection | undefined): string[] {
  return connection ? [`c=IN ${connection.addressType} ${connection.address}`] : []
}

function formatAttribute({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`
}

/** Every value that stands between spaces, or before a colon, and so must hold none. */
function* words({ origin, connection, attributes, media }: SessionDescription): Generator<string> {
  yield* [origin.username, origin.sessionId, origin.sessionVersion, origin.address]
  if (connection) yield connection.address
  for (const { name } of attributes) yield name
  for (const { kind, protocol, formats, connection, attributes } of media) {
    yield* [kind, protocol, ...formats]
    if (connection) yield connection.address
    for (const { name } of attributes) yield name
  }
}

function checkWord(word: string): void {
  if (word === '' || /[\s\0]/.test(word)) refuseValue('a word is empty or holds a space')
}

function checkLine(line: string): void {
  if (/[\r\n\0]/.test(line)) refuseValue('a value holds a line end or NUL')
  if (line.length === 2) refuseValue('a value is empty')
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuseValue('a port is not 0–65535')
}

function isAddressType(word: string | undefined): word is AddressType {
  return word === 'IP4' || word === 'IP6'
}

function refuse(problem: string): never {
  throw new OutdialError('sdp-invalid', `The SDP body cannot be read: ${problem}.`)
}

function refuseValue(problem: string): never {
  throw new OutdialError('sdp-invalid-value', `The SDP body cannot be written: ${problem}.`)
}
