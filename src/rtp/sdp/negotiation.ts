/** Offer and answer, RFC 3264, for one audio stream of our codecs with telephone events (RFC 4733). */
import ipaddr from 'ipaddr.js'
import { assert, OutdialError } from '#base'
import {
  CLOCK_SCALE,
  type Codec,
  type Encoding,
  FRAME_MS,
  MAX_PTIME_MS,
  PAYLOAD_TYPE,
  SAMPLE_RATE,
  TELEPHONE_EVENT_PAYLOAD_TYPE,
} from '../codec.ts'
import type { SrtpKey, SrtpKeys } from '../srtp/srtp-key.ts'
import {
  type CryptoAttribute,
  formatCryptoAttribute,
  parseCryptoAttribute,
} from './crypto-attribute.ts'
import { type OpusTerms, OUR_OPUS_PARAMETERS, parseOpusParameters } from './opus-parameters.ts'
import {
  type Attribute,
  formatSdp,
  type MediaDescription,
  parseSdp,
  type SessionDescription,
} from './session-description.ts'

/** RFC 3551 and RFC 3711: RTP in the clear, and encrypted. */
const CLEAR = 'RTP/AVP'
const SECURE = 'RTP/SAVP'

/**
 * RFC 3551 section 4.5.2: the clock of G.722 is said to be 8000, by an old error. RFC 7587 section 7: Opus is
 * always said to have 48 kHz and two channels, whatever is in it.
 */
const NAMES: Readonly<Record<Encoding, string>> = {
  PCMU: 'PCMU/8000',
  PCMA: 'PCMA/8000',
  G722: 'G722/8000',
  OPUS: 'opus/48000/2',
}
const ENCODINGS: ReadonlyMap<string, Encoding> = new Map(
  (['PCMU', 'PCMA', 'G722', 'OPUS'] as const).map((each) => [NAMES[each].toLowerCase(), each]),
)
/** Those that have their meaning without an rtpmap. */
const STATIC_NAMES: ReadonlyMap<string, string> = new Map(
  (['PCMU', 'PCMA', 'G722'] as const).map((each) => [
    String(PAYLOAD_TYPE[each]),
    NAMES[each].toLowerCase(),
  ]),
)
/** What Opus frames last (RFC 6716 section 2.1.4), of what a packet carries here. */
const OPUS_PTIMES: readonly number[] = [10, 20, 40, 60]

/** Where RTP is sent to or received at. `host` is an IP address. */
export interface MediaAddress {
  readonly host: string
  readonly port: number
}

/** Which way media flows (RFC 8866 section 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export interface LocalMedia {
  /** Where we receive. */
  readonly address: MediaAddress
  /** In order of preference. Default PCMU, PCMA. */
  readonly codecs?: readonly Encoding[]
  /** Decimal digits, the same for the life of the session (RFC 8866 section 5.2). */
  readonly sessionId: string | number
  /** One more with every change of the description. Default 1. */
  readonly sessionVersion?: number
  /** Default `sendrecv`. */
  readonly direction?: Direction
  /** Of `srtpKeys`: SRTP is offered, and answered, with one of these. Default none: RTP in the clear. */
  readonly srtp?: readonly SrtpKey[]
  /** Answers an offer in the clear, too, although there are keys. Default false. */
  readonly allowsClear?: boolean
}

/** What both sides agreed on. */
export interface NegotiatedMedia {
  readonly remote: MediaAddress
  /** Where the peer takes RTCP. */
  readonly rtcp: MediaAddress
  /** RTCP comes and goes on the RTP ports (RFC 5761). */
  readonly rtcpMux: boolean
  /** What prompts are to be in, and recordings will be: PCMU where packets are G.722 or Opus. */
  readonly codec: Codec
  /** What packets are in. */
  readonly encoding: Encoding
  readonly payloadType: number
  readonly telephoneEventPayloadType?: number
  /** By what the lengths of events are counted faster than at 8 kHz. Absent: as the audio's timestamps are. */
  readonly telephoneEventScale?: number
  /** What the peer likes, where packets are Opus. */
  readonly opus?: OpusTerms
  /** Absent: in the clear. */
  readonly srtp?: SrtpKeys
  /** From our side. */
  readonly direction: Direction
  /** How much audio the peer wants in a packet, milliseconds. */
  readonly ptimeMs: number
}

export interface Answer extends NegotiatedMedia {
  readonly sdp: string
}

/** @throws OutdialError `sdp-invalid-value` */
export function createOffer(local: LocalMedia): string {
  const codecs = local.codecs ?? ['PCMU', 'PCMA']
  assert(codecs.length > 0, 'an offer needs a codec')
  // Many who speak Opus know keys on the telephone's clock alone.
  const scales = [...new Set([...codecs.map((codec) => CLOCK_SCALE[codec]), 1])]
  const media = describeAudio(local, {
    codecs: codecs.map((codec) => [PAYLOAD_TYPE[codec], codec]),
    events: scales.map((scale) => [TELEPHONE_EVENT_PAYLOAD_TYPE[scale] ?? 0, scale]),
    direction: local.direction ?? 'sendrecv',
    rtcpMux: true,
    crypto: local.srtp?.map((key, n) => ({ tag: String(n + 1), key })) ?? [],
  })
  return formatSdp(describeSession(local, [media]))
}

/**
 * Reads the answer to one of our offers.
 * @throws OutdialError `sdp-invalid`, `sdp-too-large`, `sdp-no-audio`, `sdp-media-rejected`,
 * `sdp-unsupported-protocol`, `sdp-unsupported-address`, `sdp-no-common-codec`, `sdp-no-common-crypto`
 */
export function parseAnswer(answer: Uint8Array | string, offer: string): NegotiatedMedia {
  const offered = parseSdp(offer).media[0]
  assert(offered, 'our own offer has a stream')
  const session = parseSdp(answer)
  // RFC 3264 section 6: the n-th stream of the answer is the one for the n-th stream of the offer.
  const media = session.media[0]
  if (media?.kind !== 'audio') throw noAudio()
  if (media.port === 0) {
    throw new OutdialError('sdp-media-rejected', 'The peer refused the audio stream (port 0).')
  }
  // RFC 4568 section 5.1.3: neither side may fall back to less than was offered.
  if (media.protocol !== offered.protocol)
    throw unsupportedProtocol(media.protocol, [offered.protocol])
  const srtp = media.protocol === SECURE ? keysOfAnswer(media, offered) : undefined
  const allowed = codecFormats(offered).map(([, codec]) => codec)
  const agreed = negotiate(session, media, allowed, directionOf(parseSdp(offer), offered))
  return { ...agreed, ...(srtp && { srtp }) }
}

/**
 * Reads a peer's offer and answers it: its first audio stream over RTP/AVP, or RTP/SAVP where `local`
 * has keys, the first of its codecs that is ours too; other streams are refused (port 0).
 * @throws OutdialError as `parseAnswer`, and `sdp-invalid-value`
 */
export function createAnswer(offer: Uint8Array | string, local: LocalMedia): Answer {
  const session = parseSdp(offer)
  const audio = session.media.filter((media) => media.kind === 'audio' && media.port !== 0)
  const [first] = audio
  if (!first) throw noAudio()
  const protocols = protocolsOf(local)
  const chosen = audio.find((media) => protocols.includes(media.protocol))
  if (!chosen) throw unsupportedProtocol(first.protocol, protocols)
  const secure = chosen.protocol === SECURE ? keysForOffer(chosen, local.srtp ?? []) : undefined
  const codecs = local.codecs ?? ['PCMU', 'PCMA']
  const agreed: NegotiatedMedia = {
    ...negotiate(session, chosen, codecs, local.direction ?? 'sendrecv'),
    ...(secure && { srtp: secure.keys }),
  }
  const crypto = secure ? [{ tag: secure.tag, key: secure.keys.local }] : []
  const media = session.media.map((offered) =>
    offered === chosen
      ? describeAudio(local, { ...agreed, ...agreedFormats(agreed), crypto })
      : { ...offered, port: 0, formats: offered.formats.slice(0, 1), attributes: [] },
  )
  // A refused stream needs no address of its own: the session's stands for it.
  const answer = media.map(({ connection: _, ...rest }) => rest)
  return { sdp: formatSdp(describeSession(local, answer)), ...agreed }
}

function agreedFormats(agreed: NegotiatedMedia): Pick<AudioTerms, 'codecs' | 'events'> {
  const { payloadType, encoding, telephoneEventPayloadType: event } = agreed
  const { telephoneEventScale = CLOCK_SCALE[encoding] } = agreed
  return {
    codecs: [[payloadType, encoding]],
    events: event === undefined ? [] : [[event, telephoneEventScale]],
  }
}

function negotiate(
  session: SessionDescription,
  media: MediaDescription,
  allowed: readonly Encoding[],
  ours: Direction,
): NegotiatedMedia {
  const chosen = codecFormats(media).find(([, codec]) => allowed.includes(codec))
  if (!chosen) {
    throw new OutdialError(
      'sdp-no-common-codec',
      `The peer speaks none of ${allowed.join(', ')}: ${media.formats.join(' ')}.`,
    )
  }
  const [payloadType, encoding] = chosen
  const event = eventOf(media, CLOCK_SCALE[encoding])
  const host = connectionAddress(session, media)
  // RFC 3264 section 8.4: the older way to hold is to ask that nothing be sent, by this address.
  const onHold = ipaddr.parse(host).range() === 'unspecified'
  const theirs = directionOf(session, media)
  const remote = { host, port: media.port }
  const rtcpMux = attributeOf(media, 'rtcp-mux') !== undefined
  return {
    remote,
    rtcp: rtcpMux ? remote : (announcedRtcp(media, host) ?? rtcpAddress(remote)),
    rtcpMux,
    codec: encoding === 'PCMA' ? 'PCMA' : 'PCMU',
    encoding,
    payloadType,
    ...(encoding === 'OPUS' && { opus: parseOpusParameters(parametersOf(media, payloadType)) }),
    ...event,
    direction: direction({
      send: sends(ours) && receives(theirs) && !onHold,
      receive: receives(ours) && sends(theirs),
    }),
    ptimeMs: ptimeOf(media, encoding),
  }
}

/**
 * Departs from RFC 4733 section 2.1: because many who speak Opus count the length of a key at 8 kHz beside
 * audio of 48 kHz, that is taken where nothing else was said.
 */
function eventOf(
  media: MediaDescription,
  scale: number,
): Pick<NegotiatedMedia, 'telephoneEventPayloadType' | 'telephoneEventScale'> {
  const formatOf = (each: number) =>
    media.formats.find((format) => encodingOf(media, format) === eventNameOf(each))
  const usual = formatOf(scale)
  if (usual !== undefined) return { telephoneEventPayloadType: Number(usual) }
  const other = formatOf(1)
  return other === undefined
    ? {}
    : { telephoneEventPayloadType: Number(other), telephoneEventScale: 1 }
}

function eventNameOf(scale: number): string {
  return `telephone-event/${scale * SAMPLE_RATE}`
}

/** `a=fmtp` of a payload type (RFC 8866 section 6.15). */
function parametersOf(media: MediaDescription, payloadType: number): string {
  const start = `${payloadType} `
  const isIts = ({ name, value = '' }: Attribute) => name === 'fmtp' && value.startsWith(start)
  return media.attributes.find(isIts)?.value?.slice(start.length) ?? ''
}

function protocolsOf({ srtp = [], allowsClear = false }: LocalMedia): readonly string[] {
  if (srtp.length === 0) return [CLEAR]
  return allowsClear ? [SECURE, CLEAR] : [SECURE]
}

/** Section 5.1.2: the first line of the offer whose suite is ours; our own key for it. */
function keysForOffer(
  media: MediaDescription,
  ours: readonly SrtpKey[],
): { readonly tag: string; readonly keys: SrtpKeys } {
  for (const { tag, key: remote } of cryptoOf(media)) {
    const local = ours.find(({ suite }) => suite === remote.suite)
    if (local) return { tag, keys: { local, remote } }
  }
  throw noCommonCrypto()
}

/** Section 5.1.3: one line, with the tag and the suite of one of ours. */
function keysOfAnswer(media: MediaDescription, offered: MediaDescription): SrtpKeys {
  const [answer, ...more] = cryptoOf(media)
  const local = cryptoOf(offered).find(({ tag }) => tag === answer?.tag)?.key
  if (!answer || !local || more.length > 0 || local.suite !== answer.key.suite)
    throw noCommonCrypto()
  return { local, remote: answer.key }
}

function cryptoOf(media: MediaDescription): CryptoAttribute[] {
  return media.attributes.flatMap(({ name, value = '' }) => {
    const crypto = name === 'crypto' ? parseCryptoAttribute(value) : undefined
    return crypto ? [crypto] : []
  })
}

/** RFC 3550 section 11: where nothing else was said, the port after the one for RTP. */
export function rtcpAddress({ host, port }: MediaAddress): MediaAddress {
  return { host, port: port + 1 }
}

/** `a=rtcp:port`, `a=rtcp:port IN IP4 address` (RFC 3605 section 2.1); what is malformed says nothing. */
function announcedRtcp(media: MediaDescription, host: string): MediaAddress | undefined {
  const words = attributeOf(media, 'rtcp')?.value?.trim().split(' ') ?? []
  const [port = '', , addressType = '', address] = words
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) return undefined
  if (address === undefined) return { host, port: Number(port) }
  return isHostAddress(addressType, address) ? { host: address, port: Number(port) } : undefined
}

function attributeOf(media: MediaDescription, name: string): Attribute | undefined {
  return media.attributes.find((attribute) => attribute.name === name)
}

/**
 * RFC 8866 section 6.4: a wish of the peer, met where it is whole tens of milliseconds and no more than
 * `a=maxptime` allows; 20 otherwise.
 */
function ptimeOf(media: MediaDescription, encoding: Encoding): number {
  const most = Number(attributeOf(media, 'maxptime')?.value ?? MAX_PTIME_MS)
  const wished = Number(attributeOf(media, 'ptime')?.value)
  const isWhole = wished >= 10 && wished <= MAX_PTIME_MS && wished % 10 === 0
  const isPossible = encoding === 'OPUS' ? OPUS_PTIMES.includes(wished) : isWhole
  if (isPossible && !(wished > most)) return wished
  return most >= 10 && most < FRAME_MS ? 10 : FRAME_MS
}

/** The payload types of `media` that mean a codec of ours, in its order. */
function codecFormats(media: MediaDescription): (readonly [number, Encoding])[] {
  return media.formats.flatMap((format) => {
    const encoding = ENCODINGS.get(encodingOf(media, format) ?? '')
    return encoding ? [[Number(format), encoding] as const] : []
  })
}

/** `a=rtpmap` of a payload type, lower case, one channel understood (RFC 8866 section 6.6). */
function encodingOf(media: MediaDescription, format: string): string | undefined {
  if (!/^\d{1,3}$/.test(format) || Number(format) > 127) return undefined
  for (const { name, value = '' } of media.attributes) {
    if (name !== 'rtpmap' || !value.startsWith(`${format} `)) continue
    const encoding = value.slice(format.length + 1).trim()
    return encoding.toLowerCase().replace(/\/1$/, '')
  }
  // RFC 3551 section 6: these have their meaning without an rtpmap.
  return STATIC_NAMES.get(format)
}

function connectionAddress(session: SessionDescription, media: MediaDescription): string {
  const connection = media.connection ?? session.connection
  if (!connection) throw new OutdialError('sdp-invalid', 'The SDP body has no c= line.')
  const { address, addressType } = connection
  if (!isHostAddress(addressType, address)) {
    throw new OutdialError(
      'sdp-unsupported-address',
      'The address in the c= line is not the IP address of one host.',
    )
  }
  return address
}

function isHostAddress(addressType: string, address: string): boolean {
  const valid =
    addressType === 'IP4'
      ? ipaddr.IPv4.isValidFourPartDecimal(address)
      : ipaddr.IPv6.isValid(address) && !address.includes('%')
  const range = valid ? ipaddr.parse(address).range() : ''
  return valid && range !== 'multicast' && range !== 'broadcast'
}

function describeSession(
  { address, sessionId, sessionVersion = 1 }: LocalMedia,
  media: readonly MediaDescription[],
): SessionDescription {
  const connection = { addressType: addressTypeOf(address.host), address: address.host }
  return {
    origin: {
      username: '-',
      sessionId: String(sessionId),
      sessionVersion: String(sessionVersion),
      ...connection,
    },
    sessionName: '-',
    connection,
    attributes: [],
    media,
  }
}

interface AudioTerms {
  readonly codecs: readonly (readonly [payloadType: number, codec: Encoding])[]
  readonly events: readonly (readonly [payloadType: number, clockScale: number])[]
  readonly direction: Direction
  readonly rtcpMux: boolean
  readonly crypto: readonly CryptoAttribute[]
}

function describeAudio({ address }: LocalMedia, terms: AudioTerms): MediaDescription {
  const { codecs, events, direction, rtcpMux, crypto } = terms
  const attributes: Attribute[] = []
  for (const [payloadType, codec] of codecs) {
    attributes.push({ name: 'rtpmap', value: `${payloadType} ${NAMES[codec]}` })
    if (codec !== 'OPUS') continue
    attributes.push({ name: 'fmtp', value: `${payloadType} ${OUR_OPUS_PARAMETERS}` })
  }
  for (const [payloadType, scale] of events) {
    attributes.push(
      { name: 'rtpmap', value: `${payloadType} ${eventNameOf(scale)}` },
      // RFC 4733 section 2.4.1: the keys 0–9 * # A–D.
      { name: 'fmtp', value: `${payloadType} 0-15` },
    )
  }
  attributes.push({ name: 'ptime', value: '20' }, { name: direction })
  if (rtcpMux) attributes.push({ name: 'rtcp-mux' })
  for (const each of crypto) attributes.push({ name: 'crypto', value: formatCryptoAttribute(each) })
  const payloadTypes = [...codecs, ...events].map(([payloadType]) => payloadType)
  return {
    kind: 'audio',
    port: address.port,
    protocol: crypto.length > 0 ? SECURE : CLEAR,
    formats: payloadTypes.map(String),
    attributes,
  }
}

function directionOf(session: SessionDescription, media: MediaDescription): Direction {
  for (const { name } of [...media.attributes, ...session.attributes]) {
    if (name === 'sendrecv' || name === 'sendonly') return name
    if (name === 'recvonly' || name === 'inactive') return name
  }
  return 'sendrecv'
}

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly'
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly'
}

function direction({ send, receive }: { send: boolean; receive: boolean }): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly'
  return receive ? 'recvonly' : 'inactive'
}

function addressTypeOf(host: string): 'IP4' | 'IP6' {
  return host.includes(':') ? 'IP6' : 'IP4'
}

function noAudio(): OutdialError {
  return new OutdialError('sdp-no-audio', 'The SDP body offers no audio stream.')
}

function unsupportedProtocol(protocol: string, wanted: readonly string[]): OutdialError {
  return new OutdialError(
    'sdp-unsupported-protocol',
    `The audio stream is over ${protocol}; only ${wanted.join(' or ')} will do here.`,
  )
}

function noCommonCrypto(): OutdialError {
  return new OutdialError(
    'sdp-no-common-crypto',
    'No a=crypto line of the peer has a suite and a key that can be used here.',
  )
}
