import type { CalleeVerdict, ProgressTone } from '#audio'
import type { Codec, Encoding } from './codec.ts'
import type { Direction, MediaAddress } from './sdp/negotiation.ts'
import type { OpusTerms } from './sdp/opus-parameters.ts'
import type { SrtpKeys } from './srtp/srtp-key.ts'
import type { RecordedTracks, RecordingMarks } from './worker/messages.ts'

export interface ConnectOptions {
  /** As the peer's SDP announced it. Packets may come from another port of this host (see `latch`). */
  readonly remote: MediaAddress
  /** Where the peer takes RTCP. Default: the port after `remote`'s (RFC 3550 section 11). */
  readonly rtcp?: MediaAddress
  /** RTCP shares the RTP port both ways (RFC 5761). Default false. */
  readonly rtcpMux?: boolean
  /** Of the prompts that are played, and of recordings. */
  readonly codec: Codec
  /** Of packets, where that is another one. Default `codec`. */
  readonly encoding?: Encoding
  readonly payloadType: number
  /** The peer's; absent where it offered none: digits are then sent and heard in the audio. */
  readonly telephoneEventPayloadType?: number
  /** By what it counts their lengths faster than at 8 kHz. Default: as timestamps of `encoding` are. */
  readonly telephoneEventScale?: number
  /** How much audio a packet carries that is sent: 10 to 60, in tens. Default 20. */
  readonly ptimeMs?: number
  /** Default `sendrecv`. Without sending, prompts wait. */
  readonly direction?: Direction
  /**
   * Symmetric RTP: the source of the first valid packet becomes the destination. `announced-host`
   * (default) takes it only from the announced IP address; `any` from anywhere, once, for peers
   * behind an address translation that announce their inner address.
   */
  readonly latch?: 'announced-host' | 'any'
  /** Never the peer, though of its host: where other forks of the call, which may still send, have said they are. */
  readonly otherForks?: readonly MediaAddress[]
  /** What the peer likes, where packets are Opus. Default: whatever we send. */
  readonly opus?: OpusTerms
  /** Encrypts both ways (RFC 3711). Default: in the clear. */
  readonly srtp?: SrtpKeys
}

export interface PlayEnd {
  /** True where `stop`, or the end of the stream, cut it short. */
  readonly interrupted: boolean
  /** How much of it was sent. */
  readonly playedMs: number
}

export interface PlayHandle {
  /**
   * Resolves when its first packet has left, with the time of that on `Clock.monotonic`, ms;
   * with undefined where it ended before any was sent.
   */
  readonly started: Promise<number | undefined>
  /** Resolves when its last sample has been heard, or it was cut short. Never rejects. */
  readonly ended: Promise<PlayEnd>
  /** Twice-safe. */
  stop(): void
}

export interface SendDigitsOptions {
  /** How long each key is held down. Default 100. */
  readonly toneMs?: number
  /** Silence after each key. Default 100, at least 60 (three end packets are sent in it). */
  readonly gapMs?: number
  /** Send tones in the audio even where RFC 4733 was agreed. */
  readonly inBand?: boolean
}

/** Gets the octets of a recording as they come, in order: G.711, 8 kHz. */
export type OnPiece = (piece: Uint8Array) => void

export interface StreamRecording {
  /** Silence is recorded from now on in place of what is said, or no more. */
  pause(on: boolean): void
  /**
   * Resolves when all that had come was heard and handed over. Rejects with `media-closed` where the
   * stream is closed: what was handed over before stands.
   */
  stop(): Promise<RecordingEnd>
}

export interface RecordingEnd extends RecordingMarks {
  /** Of the octets. */
  readonly codec: Codec
}

export interface MediaStats {
  readonly packetsSent: number
  readonly packetsReceived: number
  /** Expected by sequence numbers but not received (RFC 3550 appendix A.3); never below 0. */
  readonly packetsLost: number
  /** From a wrong source, malformed, or of a payload type that was not agreed. */
  readonly packetsIgnored: number
  /** Received, but too late to be heard, although the playout buffer grew. */
  readonly packetsDiscarded: number
  /** Interarrival jitter (RFC 3550 appendix A.8), resolution 2 ms. */
  readonly jitterMs: number
  /** How long received audio waits in the playout buffer. */
  readonly bufferMs: number
  /** To the peer and back (RFC 3550 section 6.4.1); undefined until the peer has reported. */
  readonly roundTripMs: number | undefined
  /**
   * How the peer sounded here: a mean opinion score from 1 to 4.4, estimated from loss and delay by
   * the E-model (ITU-T G.107). Undefined where nothing was received.
   */
  readonly mos: number | undefined
  /** What the peer reported by RTCP of the packets that it got; undefined where it reported none. */
  readonly atPeer: PeerStats | undefined
  /** Where packets went last: the latched address, or the announced one. */
  readonly remote: MediaAddress | undefined
}

export interface PeerStats {
  /** May be below 0 where the network doubles packets. */
  readonly packetsLost: number
  readonly jitterMs: number
  /** How we sounded there. */
  readonly mos: number
}

/**
 * The next packets of a capture. `clockOffsetMs`: what makes its times those of `Clock.monotonic`;
 * `leftOut`: packets that had no room since the last piece.
 */
export type OnCaptured = (
  piece: Uint8Array,
  told: { readonly clockOffsetMs: number; readonly leftOut: number },
) => void

export type HeardCallee =
  | { readonly kind: 'verdict'; readonly verdict: CalleeVerdict }
  /** It has just ended, and was so long. */
  | { readonly kind: 'beep'; readonly durationMs: number }

/** The media of one call: one UDP port, 8 kHz G.711 both ways. */
export interface MediaStream {
  readonly address: MediaAddress
  /** Begins to send (silence, until something plays). Again, to follow a new offer or answer. */
  connect(options: ConnectOptions): void
  /**
   * Plays G.711 bytes of the agreed codec, 8 kHz, from the next slot on; while another prompt plays,
   * after that one without a gap. One may wait; a further one is a programmer mistake (assertion).
   * `opus`: the same by `encodeOpusFrames`, for a stream that sends Opus; without it, it is encoded as it goes.
   */
  play(audio: SharedArrayBuffer, opus?: SharedArrayBuffer): PlayHandle
  /**
   * Sends keys `0-9 * # A-D`; `p` waits 1 s, `w` 0.5 s. Resolves when all are sent. Rejects with
   * `media-invalid-digits`, or `media-closed` where the stream ends before.
   */
  sendDigits(digits: string, options?: SendDigitsOptions): Promise<void>
  /**
   * Each sends what the other hears, where no prompt plays, until `part` or the end of either. A stream
   * that is joined already is parted first. `other`: of the same engine.
   */
  join(other: MediaStream): void
  /** Twice-safe. */
  part(): void
  /** A key was pressed and released. Once per key, by RFC 4733, or from the audio if none was seen. */
  onDigit: ((digit: string, durationMs: number) => void) | undefined
  /** The same key as it goes down: for barge-in. A key heard so may never come to `onDigit`. */
  onDigitStart: ((digit: string) => void) | undefined
  /**
   * The peer begins to speak (or to sound, for at least 60 ms), or has been silent for 200 ms. Times of
   * `Clock.monotonic`, ms. Looked for only while somebody listens.
   */
  onVoice: ((active: boolean, atMs: number) => void) | undefined
  /**
   * Who or what answered, once, within 4 s of being asked for; after a machine also the end of each of its
   * beeps, for a minute at most. Looked for from when somebody begins to listen.
   */
  onCallee: ((heard: HeardCallee) => void) | undefined
  /** What a network plays before the answer, each tone once until another comes. Looked for only while somebody listens. */
  onProgressTone: ((tone: ProgressTone) => void) | undefined
  /** The first packet of any prompt on this stream left, at this time of `Clock.monotonic`, ms. */
  onFirstPacketSent: ((atMs: number) => void) | undefined
  /** The peer's first valid packet came. */
  onFirstPacketReceived: ((atMs: number) => void) | undefined
  /** Starts anew where a recording is already running. */
  startRecording(): void
  /**
   * What came since, 8 kHz, as it was heard: in order and in time, what was lost made up. Resolves when
   * the last of it has left the playout buffer.
   */
  stopRecording(): Promise<Int16Array>
  /**
   * Records what comes from now on, or both ways: then the octets of the two alternate, what was sent
   * first, on one time line, the media clock. Of both ways there is one recording at a time.
   */
  record(tracks: RecordedTracks, onPiece: OnPiece): StreamRecording
  /**
   * Copies all packets both ways, RTCP too, in the clear, until they are `maxBytes` (see `readCapture`); the
   * last of them come before `close` resolves.
   */
  capture(maxBytes: number, onPiece: OnCaptured): void
  stats(): Promise<MediaStats>
  /** Ends what plays and frees the port. Twice-safe. Keeps no recording. */
  close(): Promise<MediaStats>
}
