import { decodeAlaw, decodeUlaw, dtmfTones, encodeAlaw, encodeUlaw } from '#audio'
import { assert, OutdialError } from '#base'
import { CLOCK_SCALE, type Codec, FRAME_MS, MAX_PTIME_MS } from './codec.ts'
import type {
  ConnectOptions,
  MediaStats,
  MediaStream,
  OnCaptured,
  OnPiece,
  PlayEnd,
  PlayHandle,
  RecordingEnd,
  SendDigitsOptions,
  StreamRecording,
} from './media-stream.ts'
import { type MediaAddress, rtcpAddress } from './sdp/negotiation.ts'
import { DIGITS } from './telephone-event.ts'
import type { Command, RecordedTracks, Report } from './worker/messages.ts'

/** What a stream needs of its engine. */
export interface StreamLink {
  post(command: Command): void
  /** Rejects where the engine ends first. */
  request(build: (request: number) => Command): Promise<Report>
  nextNumber(): number
  /** A time of the system's monotonic clock on that of `Clock`. */
  clockTime(systemMs: number): number
  forget(): void
}

type StreamReport = Extract<Report, { readonly stream: number }>

interface Play {
  readonly started: PromiseWithResolvers<number | undefined>
  readonly ended: PromiseWithResolvers<PlayEnd>
}

const NO_STATS: MediaStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsIgnored: 0,
  packetsDiscarded: 0,
  jitterMs: 0,
  bufferMs: 0,
  roundTripMs: undefined,
  mos: undefined,
  atPeer: undefined,
  remote: undefined,
}

/** The main thread's end of a stream. */
export class EngineStream implements MediaStream {
  readonly address: MediaAddress
  readonly #number: number
  readonly #link: StreamLink
  readonly #plays = new Map<number, Play>()
  /** Told to stop, but not yet ended. */
  readonly #stopping = new Map<number, Play>()
  readonly #recordings = new Map<number, OnPiece>()
  /** What `startRecording` has begun. */
  #whole: { readonly pieces: Uint8Array[]; readonly recording: StreamRecording } | undefined
  #codec: Codec | undefined
  #sendsEvents = false
  #onCaptured: OnCaptured | undefined
  #onDigit: MediaStream['onDigit']
  #onDigitStart: MediaStream['onDigitStart']
  #onVoice: MediaStream['onVoice']
  #onCallee: MediaStream['onCallee']
  #onProgressTone: MediaStream['onProgressTone']
  #listening = false
  #firstPacketSeen = false
  #closing: Promise<MediaStats> | undefined
  onFirstPacketSent: MediaStream['onFirstPacketSent']
  onFirstPacketReceived: MediaStream['onFirstPacketReceived']

  constructor(number: number, address: MediaAddress, link: StreamLink) {
    this.#number = number
    this.address = address
    this.#link = link
  }

  get onDigit(): MediaStream['onDigit'] {
    return this.#onDigit
  }

  set onDigit(listener: MediaStream['onDigit']) {
    this.#onDigit = listener
    this.#listen()
  }

  get onDigitStart(): MediaStream['onDigitStart'] {
    return this.#onDigitStart
  }

  set onDigitStart(listener: MediaStream['onDigitStart']) {
    this.#onDigitStart = listener
    this.#listen()
  }

  get onVoice(): MediaStream['onVoice'] {
    return this.#onVoice
  }

  set onVoice(listener: MediaStream['onVoice']) {
    const [was, on] = [this.#onVoice !== undefined, listener !== undefined]
    this.#onVoice = listener
    if (on !== was) this.#post({ kind: 'listen-for-voice', stream: this.#number, on })
  }

  get onCallee(): MediaStream['onCallee'] {
    return this.#onCallee
  }

  set onCallee(listener: MediaStream['onCallee']) {
    const [was, on] = [this.#onCallee !== undefined, listener !== undefined]
    this.#onCallee = listener
    if (on !== was) this.#post({ kind: 'listen-for-callee', stream: this.#number, on })
  }

  get onProgressTone(): MediaStream['onProgressTone'] {
    return this.#onProgressTone
  }

  set onProgressTone(listener: MediaStream['onProgressTone']) {
    const [was, on] = [this.#onProgressTone !== undefined, listener !== undefined]
    this.#onProgressTone = listener
    if (on !== was) this.#post({ kind: 'listen-for-progress', stream: this.#number, on })
  }

  connect(options: ConnectOptions): void {
    const { ptimeMs = FRAME_MS, encoding = options.codec } = options
    const isWhole = ptimeMs % 10 === 0 && ptimeMs >= 10 && ptimeMs <= MAX_PTIME_MS
    assert(isWhole, 'a packet carries 10 to 60 ms, in tens')
    this.#codec = options.codec
    this.#sendsEvents = options.telephoneEventPayloadType !== undefined
    this.#post({
      kind: 'connect',
      stream: this.#number,
      remote: options.remote,
      rtcp: options.rtcp ?? rtcpAddress(options.remote),
      rtcpMux: options.rtcpMux ?? false,
      codec: options.codec,
      encoding,
      payloadType: options.payloadType,
      ptimeMs,
      telephoneEventPayloadType: options.telephoneEventPayloadType,
      telephoneEventScale: options.telephoneEventScale ?? CLOCK_SCALE[encoding],
      direction: options.direction ?? 'sendrecv',
      latch: options.latch ?? 'announced-host',
      otherForks: options.otherForks ?? [],
      opus: options.opus,
      srtp: options.srtp,
    })
  }

  play(audio: SharedArrayBuffer, opus?: SharedArrayBuffer): PlayHandle {
    assert(this.#plays.size < 2, 'one prompt plays and one may wait')
    const number = this.#link.nextNumber()
    const play = {
      started: Promise.withResolvers<number | undefined>(),
      ended: Promise.withResolvers<PlayEnd>(),
    }
    if (this.#closing) settle(play, { interrupted: true, playedMs: 0 })
    else {
      this.#plays.set(number, play)
      this.#post({ kind: 'play', stream: this.#number, play: number, audio, opus })
    }
    return {
      started: play.started.promise,
      ended: play.ended.promise,
      stop: () => {
        // From here on it does not count: what plays next may follow at once.
        if (!this.#plays.delete(number)) return
        this.#stopping.set(number, play)
        this.#post({ kind: 'stop-play', stream: this.#number, play: number })
      },
    }
  }

  async sendDigits(digits: string, options: SendDigitsOptions = {}): Promise<void> {
    const { toneMs = 100, gapMs = 100 } = options
    const keys = digits.toUpperCase()
    if (![...keys].every((key) => DIGITS.includes(key) || key === 'P' || key === 'W')) {
      throw new OutdialError('media-invalid-digits', 'Digits may be 0-9, *, #, A-D, p and w.')
    }
    if (this.#closing) throw closed()
    if (!this.#sendsEvents || options.inBand) return this.#playDigits(keys, toneMs, gapMs)
    const report = await this.#link.request((request) => ({
      kind: 'digits',
      stream: this.#number,
      request,
      digits: keys,
      toneMs: Math.max(toneMs, 2 * FRAME_MS),
      gapMs: Math.max(gapMs, 3 * FRAME_MS),
    }))
    if (report.kind !== 'digits-sent') throw closed()
  }

  join(other: MediaStream): void {
    assert(other instanceof EngineStream, 'streams of one engine are joined')
    this.#post({ kind: 'join', stream: this.#number, other: other.#number })
  }

  part(): void {
    this.#post({ kind: 'part', stream: this.#number })
  }

  startRecording(): void {
    const pieces: Uint8Array[] = []
    this.#whole = { pieces, recording: this.record('received', (piece) => pieces.push(piece)) }
  }

  async stopRecording(): Promise<Int16Array> {
    const whole = this.#whole
    if (this.#closing || whole === undefined) throw closed()
    this.#whole = undefined
    const { codec } = await whole.recording.stop()
    const bytes = Buffer.concat(whole.pieces)
    return codec === 'PCMU' ? decodeUlaw(bytes) : decodeAlaw(bytes)
  }

  record(tracks: RecordedTracks, onPiece: OnPiece): StreamRecording {
    const recording = this.#link.nextNumber()
    const stream = this.#number
    this.#recordings.set(recording, onPiece)
    this.#post({ kind: 'record', stream, recording, tracks })
    return {
      pause: (on) => this.#post({ kind: 'pause-recording', stream, recording, on }),
      stop: () => this.#stopRecording(recording),
    }
  }

  capture(maxBytes: number, onPiece: OnCaptured): void {
    this.#onCaptured = onPiece
    this.#post({ kind: 'capture', stream: this.#number, port: this.address.port, maxBytes })
  }

  async stats(): Promise<MediaStats> {
    if (this.#closing) return this.#closing
    const report = await this.#link.request((request) => ({
      kind: 'stats',
      stream: this.#number,
      request,
    }))
    return report.kind === 'stats' ? report.stats : NO_STATS
  }

  close(): Promise<MediaStats> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** What the media thread says of this stream. */
  receive(report: StreamReport): void {
    switch (report.kind) {
      case 'play-started':
        return this.#noteStarted(report.play, this.#link.clockTime(report.at))
      case 'play-ended': {
        const play = this.#plays.get(report.play) ?? this.#stopping.get(report.play)
        this.#plays.delete(report.play)
        this.#stopping.delete(report.play)
        if (play) settle(play, { interrupted: report.interrupted, playedMs: report.playedMs })
        return
      }
      case 'recorded':
        return this.#recordings.get(report.recording)?.(report.piece)
      case 'captured': {
        const { piece, leftOut } = report
        return this.#onCaptured?.(piece, { clockOffsetMs: this.#link.clockTime(0), leftOut })
      }
      case 'digit-start':
        return this.onDigitStart?.(report.digit)
      case 'digit':
        return this.onDigit?.(report.digit, report.durationMs)
      case 'voice':
        return this.onVoice?.(report.active, this.#link.clockTime(report.at))
      case 'callee':
        return this.onCallee?.({ kind: 'verdict', verdict: report.verdict })
      case 'beep':
        return this.onCallee?.({ kind: 'beep', durationMs: report.durationMs })
      case 'progress':
        return this.onProgressTone?.(report.tone)
      case 'first-received':
        return this.onFirstPacketReceived?.(this.#link.clockTime(report.at))
    }
  }

  /** The engine is gone. */
  abandon(): void {
    this.#closing ??= Promise.resolve(NO_STATS)
    this.#endPlays()
  }

  #post(command: Command): void {
    if (!this.#closing) this.#link.post(command)
  }

  /** In-band tones are looked for only while somebody listens. */
  #listen(): void {
    const on = this.#onDigit !== undefined || this.#onDigitStart !== undefined
    if (on === this.#listening) return
    this.#listening = on
    this.#post({ kind: 'listen', stream: this.#number, on })
  }

  #noteStarted(number: number, atMs: number): void {
    const play = this.#plays.get(number) ?? this.#stopping.get(number)
    play?.started.resolve(atMs)
    if (this.#firstPacketSeen) return
    this.#firstPacketSeen = true
    this.onFirstPacketSent?.(atMs)
  }

  /** Where the peer knows no telephone events, keys are heard as tones (Q.23). */
  async #playDigits(keys: string, toneMs: number, gapMs: number): Promise<void> {
    assert(this.#codec, 'digits are sent after connect')
    const tones = dtmfTones(keys, { toneMs, gapMs })
    const bytes = this.#codec === 'PCMU' ? encodeUlaw(tones) : encodeAlaw(tones)
    const audio = new SharedArrayBuffer(bytes.length)
    new Uint8Array(audio).set(bytes)
    const { interrupted } = await this.play(audio).ended
    if (interrupted) throw closed()
  }

  async #stopRecording(recording: number): Promise<RecordingEnd> {
    if (this.#closing) throw closed()
    const report = await this.#link.request((request) => ({
      kind: 'stop-recording',
      stream: this.#number,
      request,
      recording,
    }))
    this.#recordings.delete(recording)
    if (report.kind !== 'recording') throw closed()
    return report
  }

  async #close(): Promise<MediaStats> {
    try {
      const report = await this.#link.request((request) => ({
        kind: 'close',
        stream: this.#number,
        request,
      }))
      return report.kind === 'stats' ? report.stats : NO_STATS
    } catch {
      // The engine ended meanwhile, and the stream with it.
      return NO_STATS
    } finally {
      this.#endPlays()
      this.#link.forget()
    }
  }

  #endPlays(): void {
    for (const play of [...this.#plays.values(), ...this.#stopping.values()]) {
      settle(play, { interrupted: true, playedMs: 0 })
    }
    this.#plays.clear()
    this.#stopping.clear()
  }
}

function settle(play: Play, end: PlayEnd): void {
  play.started.resolve(undefined)
  play.ended.resolve(end)
}

function closed(): OutdialError {
  return new OutdialError('media-closed', 'The media stream was closed.')
}
