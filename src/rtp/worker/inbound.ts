import { CalleeDetector, DtmfDetector, type OpusDecoder, ProgressDetector } from '#audio'
import {
  CLOCK_SCALE,
  COMFORT_NOISE_PAYLOAD_TYPE,
  type Codec,
  type Encoding,
  FRAME_SAMPLES,
  PAYLOAD_TYPE,
  TELEPHONE_EVENT_PAYLOAD_TYPE,
} from '../codec.ts'
import { RtpHeader, readRtpHeader } from '../packet.ts'
import { JitterBuffer, type PacketKind } from '../playout/jitter-buffer.ts'
import { PacketPool } from '../playout/packet-pool.ts'
import { SampleClock } from '../playout/sample-clock.ts'
import { ReceptionTable } from '../reception.ts'
import type { MediaAddress } from '../sdp/negotiation.ts'
import { TelephoneEventReceiver } from '../telephone-event.ts'
import type { PacketOrigin, UdpDriver } from '../udp/driver.ts'
import {
  type ConnectCommand,
  type RecordedTracks,
  type Report,
  type SendReport,
  systemMonotonicMs,
} from './messages.ts'
import { Recorder } from './recorder.ts'
import { VoiceListener } from './voice-listener.ts'

/** After a longer stall of our own, what was to be heard meanwhile is left out. */
const MAX_FRAMES_AT_ONCE = 250
const SILENT_FRAME = new Int16Array(FRAME_SAMPLES)

interface Recording {
  readonly number: number
  readonly recorder: Recorder
  /** It was stopped by this request. */
  request?: number
}

/** The receiving half of one stream, beside the columns of `ReceptionTable`. */
class Receiver {
  readonly stream: number
  readonly events: TelephoneEventReceiver
  readonly detector: DtmfDetector
  readonly buffer: JitterBuffer
  readonly clock = new SampleClock()
  opus: OpusDecoder | undefined
  /** Of the last frame that was heard. */
  tick = 0
  codec: Codec = 'PCMU'
  encoding: Encoding = 'PCMU'
  payloadType = 0
  eventPayloadType: number | undefined
  receiving = false
  latch: 'announced-host' | 'any' = 'announced-host'
  otherForks: readonly MediaAddress[] = []
  latched = false
  heard = false
  listening = false
  /** The stream that sends what is heard here. */
  joined: number | undefined
  /** RFC 4733 has been seen: tones in the audio are then echoes of the same keys. */
  seenEvents = false
  voice: VoiceListener | undefined
  callee: CalleeDetector | undefined
  /** Frames that came before the callee was listened to. */
  calleeSkips = 0
  progress: ProgressDetector | undefined
  /** All recordings, those included that were stopped while their last audio waits in the buffer. */
  recordings: Recording[] = []

  constructor(stream: number, report: (report: Report) => void, buffer: JitterBuffer) {
    this.stream = stream
    this.buffer = buffer
    const onStart = (digit: string, tick?: number): void => {
      for (const { recorder } of this.recordings) recorder.noteKey(tick)
      report({ kind: 'digit-start', stream, digit })
    }
    const onEnd = (digit: string, durationMs: number): void =>
      report({ kind: 'digit', stream, digit, durationMs })
    this.events = new TelephoneEventReceiver({
      onStart: (digit) => onStart(digit, this.tick + 1),
      onEnd,
    })
    // Reported at its end: by then a gateway that sends both has sent its first event.
    this.detector = new DtmfDetector({
      onStart: (digit) => onStart(digit),
      onEnd: (digit, durationMs) => {
        if (!this.seenEvents) onEnd(digit, durationMs)
      },
    })
  }
}

/** What arrives, of all streams: checked, counted, recorded, searched for keys. */
export class Inbound {
  readonly reception: ReceptionTable
  readonly #ignored: Uint32Array
  readonly #receivers: (Receiver | undefined)[]
  readonly #report: SendReport
  readonly #pool = new PacketPool()
  readonly #onMoved: (i: number) => void
  readonly #monotonicMs: () => number
  readonly #maxRecordingBytes: number
  readonly #playoutDelayMs: number
  readonly #onJoinedHeard: (i: number, samples: Int16Array) => void
  readonly #header = new RtpHeader()
  readonly #frame = new Int16Array(FRAME_SAMPLES)
  #driver: UdpDriver | undefined

  constructor(options: {
    readonly capacity: number
    readonly report: SendReport
    /** The peer turned out to be elsewhere than was announced. */
    readonly onMoved: (i: number) => void
    readonly monotonicMs: () => number
    readonly maxRecordingBytes: number
    readonly playoutDelayMs: number
    /** A frame for stream `i` to send, because it is joined with the one that has heard it. */
    readonly onJoinedHeard: (i: number, samples: Int16Array) => void
  }) {
    this.reception = new ReceptionTable(options.capacity)
    this.#ignored = new Uint32Array(options.capacity)
    this.#receivers = new Array(options.capacity).fill(undefined)
    this.#report = options.report
    this.#onMoved = options.onMoved
    this.#monotonicMs = options.monotonicMs
    this.#maxRecordingBytes = options.maxRecordingBytes
    this.#playoutDelayMs = options.playoutDelayMs
    this.#onJoinedHeard = options.onJoinedHeard
  }

  /** Whom to tell where the peer is. */
  use(driver: UdpDriver): void {
    this.#driver = driver
  }

  open(i: number, stream: number): void {
    this.#receivers[i] = new Receiver(
      stream,
      this.#report,
      new JitterBuffer(this.#pool, this.#playoutDelayMs),
    )
    this.reception.clear(i)
    this.#ignored[i] = 0
  }

  /** `firstTick` is undefined where the stream was on the grid already. */
  connect(
    i: number,
    command: ConnectCommand,
    terms: {
      readonly receiving: boolean
      readonly sameRemote: boolean
      readonly firstTick: number | undefined
    },
  ): void {
    const receiver = this.#receivers[i]
    if (!receiver) return
    receiver.codec = command.codec
    if (receiver.encoding !== command.encoding) {
      receiver.encoding = command.encoding
      receiver.clock.scale = CLOCK_SCALE[command.encoding]
    }
    receiver.payloadType = command.payloadType
    receiver.eventPayloadType = command.telephoneEventPayloadType
    receiver.events.scale = command.telephoneEventScale
    receiver.receiving = terms.receiving
    receiver.latch = command.latch
    receiver.otherForks = command.otherForks
    if (!terms.sameRemote) receiver.latched = false
    if (terms.firstTick !== undefined) receiver.tick = terms.firstTick - 1
  }

  /** Opus is decoded by this from now on; undefined: no more. Gives what did until now. */
  useOpus(i: number, decoder: OpusDecoder | undefined): OpusDecoder | undefined {
    const receiver = this.#receivers[i]
    const before = receiver?.opus
    if (receiver) receiver.opus = decoder
    receiver?.buffer.useOpus(decoder)
    return before
  }

  listen(i: number, on: boolean): void {
    const receiver = this.#receivers[i]
    if (receiver) receiver.listening = on
  }

  /** `other`: who is to send what is heard here; undefined: nobody. Returns who was. */
  join(i: number, other: number | undefined): number | undefined {
    const receiver = this.#receivers[i]
    if (!receiver) return undefined
    const before = receiver.joined
    receiver.joined = other
    return before
  }

  listenForVoice(i: number, on: boolean): void {
    const receiver = this.#receivers[i]
    if (!receiver) return
    const { stream } = receiver
    receiver.voice = on
      ? new VoiceListener((active) => {
          for (const { recorder } of receiver.recordings) recorder.noteVoice(active)
          this.#report({ kind: 'voice', stream, active, at: systemMonotonicMs() })
        })
      : undefined
  }

  /** From the next frame on that comes; for those that wait it hears silence. It ends by itself. */
  listenForCallee(i: number, on: boolean): void {
    const receiver = this.#receivers[i]
    if (!receiver) return
    const { stream, buffer } = receiver
    // What the network plays ends with the answer, and must not be taken for what the callee says.
    receiver.calleeSkips = Math.ceil(buffer.waitingSamples / FRAME_SAMPLES)
    receiver.callee = on
      ? new CalleeDetector({
          onVerdict: (verdict) => this.#report({ kind: 'callee', stream, verdict }),
          onBeep: (durationMs) => this.#report({ kind: 'beep', stream, durationMs }),
        })
      : undefined
  }

  listenForProgress(i: number, on: boolean): void {
    const receiver = this.#receivers[i]
    if (!receiver) return
    const { stream } = receiver
    receiver.progress = on
      ? new ProgressDetector((tone) => this.#report({ kind: 'progress', stream, tone }))
      : undefined
  }

  /** Begins a recording, and gives it, for the sending half to add to. */
  record(i: number, recording: number, tracks: RecordedTracks, tick: number): Recorder | undefined {
    const receiver = this.#receivers[i]
    if (!receiver) return undefined
    const { stream, buffer, codec } = receiver
    const recorder = new Recorder({
      tick,
      waitingSamples: buffer.waitingSamples,
      playoutDelay: buffer.playoutDelay,
      codec,
      tracks,
      maxSamples: tracks === 'both' ? Number.POSITIVE_INFINITY : this.#maxRecordingBytes,
      emit: (piece) => this.#report({ kind: 'recorded', stream, recording, piece }, [piece.buffer]),
    })
    receiver.recordings.push({ number: recording, recorder })
    return recorder
  }

  pauseRecording(i: number, recording: number, on: boolean, tick: number): void {
    const found = this.#receivers[i]?.recordings.find(({ number }) => number === recording)
    found?.recorder.pause(on, tick)
  }

  /** Answers the request once everything that came before `tick` has been played; gives what it stops. */
  stopRecording(i: number, recording: number, request: number, tick: number): Recorder | undefined {
    const receiver = this.#receivers[i]
    const found = receiver?.recordings.find(({ number }) => number === recording)
    if (!receiver || !found) {
      const message = 'There is no such recording.'
      this.#report({ kind: 'refused', request, code: 'media-closed', message })
      return undefined
    }
    const { waitingSamples, playoutDelay } = receiver.buffer
    found.recorder.endAt(tick, waitingSamples, playoutDelay)
    found.request = request
    this.#finishRecordings(receiver, tick)
    return found.recorder
  }

  close(i: number): void {
    const receiver = this.#receivers[i]
    if (receiver) this.#finishRecordings(receiver, Number.POSITIVE_INFINITY)
    receiver?.buffer.clear()
    this.#receivers[i] = undefined
  }

  stats(i: number): {
    packetsReceived: number
    packetsLost: number
    packetsIgnored: number
    packetsDiscarded: number
    jitterMs: number
    bufferMs: number
  } {
    const buffer = this.#receivers[i]?.buffer
    return {
      packetsReceived: this.reception.received[i] ?? 0,
      packetsLost: this.reception.lost(i),
      packetsIgnored: this.#ignored[i] ?? 0,
      packetsDiscarded: buffer?.discarded ?? 0,
      jitterMs: this.reception.jitterMs(i),
      bufferMs: buffer?.delayMs ?? 0,
    }
  }

  /** Counts a packet that is of no use. */
  ignore(i: number): void {
    this.#ignored[i] = (this.#ignored[i] ?? 0) + 1
  }

  /** Once in every frame of the stream, after what came by then was received. */
  hear(i: number, tick: number): void {
    const receiver = this.#receivers[i]
    if (!receiver) return
    receiver.events.tick()
    receiver.tick = Math.max(receiver.tick, tick - MAX_FRAMES_AT_ONCE)
    while (receiver.tick < tick) this.#hearFrame(receiver, ++receiver.tick)
  }

  receive(i: number, bytes: Uint8Array, length: number, origin: PacketOrigin): void {
    const receiver = this.#receivers[i]
    if (!receiver) return
    const header = this.#header
    const valid = readRtpHeader(bytes, length, header)
    const isEvent = valid && isEventPayload(receiver, header.payloadType)
    const kind = valid ? kindOf(receiver, header.payloadType, isEvent) : undefined
    if (kind === undefined || !this.#mayBePeer(receiver, origin)) {
      return this.ignore(i)
    }
    const trusted = origin === 'remote'
    const arrival = this.reception.count(i, header.ssrc, header.sequence, trusted)
    const { sequence, payloadStart, payloadEnd } = header
    const timestamp = receiver.clock.samplesAt(header.timestamp)
    if (arrival === 'implausible') {
      receiver.buffer.doubt(sequence, timestamp, kind, bytes, payloadStart, payloadEnd)
      return
    }
    this.#latch(i, receiver, origin)
    if (arrival === 'duplicate' || !receiver.receiving) return
    if (arrival === 'first') {
      receiver.events.reset()
      receiver.buffer.restart(sequence, timestamp)
    }
    receiver.buffer.insert(sequence, timestamp, kind, bytes, payloadStart, payloadEnd)
    if (isEvent) this.#receiveEvent(receiver, bytes, timestamp)
    else this.reception.noteTransit(i, timestamp, this.#monotonicMs())
  }

  /** Once the stream has latched, packets from anywhere else are a stranger's. */
  #mayBePeer({ latched, latch, otherForks }: Receiver, origin: PacketOrigin): boolean {
    if (origin === 'remote') return true
    if (latched || (origin === 'other-host' && latch !== 'any')) return false
    if (otherForks.length === 0) return true
    const source = this.#driver?.source()
    return !otherForks.some(({ host, port }) => source?.host === host && source.port === port)
  }

  /** Symmetric RTP: the first source that is believed says where the peer really is. */
  #latch(i: number, receiver: Receiver, origin: PacketOrigin): void {
    if (!receiver.latched && origin !== 'remote') {
      this.#driver?.adoptSource(i)
      this.#onMoved(i)
    }
    receiver.latched = true
    if (receiver.heard) return
    receiver.heard = true
    this.#report({ kind: 'first-received', stream: receiver.stream, at: systemMonotonicMs() })
  }

  #receiveEvent(receiver: Receiver, bytes: Uint8Array, timestamp: number): void {
    const { payloadStart, payloadEnd } = this.#header
    receiver.seenEvents = true
    receiver.events.receive(bytes, payloadStart, payloadEnd, timestamp)
  }

  /** What is played goes to all who listen. */
  #hearFrame(receiver: Receiver, tick: number): void {
    const frame = this.#frame
    const isHeard = receiver.buffer.play(frame)
    if (!isHeard) frame.fill(0)
    if (receiver.recordings.length > 0) this.#record(receiver, isHeard, tick)
    if (receiver.listening && !receiver.seenEvents) receiver.detector.process(frame)
    receiver.voice?.hear(frame)
    receiver.callee?.hear(receiver.calleeSkips > 0 ? SILENT_FRAME : frame)
    if (receiver.calleeSkips > 0) receiver.calleeSkips--
    if (receiver.callee?.isOver) receiver.callee = undefined
    receiver.progress?.hear(frame)
    if (isHeard && receiver.joined !== undefined) this.#onJoinedHeard(receiver.joined, frame)
  }

  #record(receiver: Receiver, isHeard: boolean, tick: number): void {
    const { playoutDelay } = receiver.buffer
    for (const { recorder } of receiver.recordings) {
      recorder.hear(isHeard ? this.#frame : undefined, tick, playoutDelay)
    }
    this.#finishRecordings(receiver, tick + 1)
  }

  /** Those that were stopped and are complete before `tick`. */
  #finishRecordings(receiver: Receiver, tick: number): void {
    if (!receiver.recordings.some(isStopped)) return
    const { playoutDelay } = receiver.buffer
    const isOver = ({ request, recorder }: Recording): boolean =>
      request !== undefined && recorder.isCompleteAt(tick, playoutDelay)
    if (!receiver.recordings.some(isOver)) return
    for (const recording of receiver.recordings.filter(isOver)) {
      const { request = 0, recorder } = recording
      const { codec } = recorder
      this.#report({ kind: 'recording', request, codec, ...recorder.finish() })
    }
    receiver.recordings = receiver.recordings.filter((recording) => !isOver(recording))
  }
}

function isStopped({ request }: Recording): boolean {
  return request !== undefined
}

/** By the number the peer gave it, or the one that our offer did: RFC 3264 section 5.1 allows both. */
function isEventPayload(receiver: Receiver, payloadType: number): boolean {
  if (receiver.eventPayloadType === undefined) return false
  const ours = TELEPHONE_EVENT_PAYLOAD_TYPE[receiver.events.scale]
  return payloadType === receiver.eventPayloadType || payloadType === ours
}

function kindOf(receiver: Receiver, payloadType: number, isEvent: boolean): PacketKind | undefined {
  if (isEvent) return 'nothing'
  if (receiver.encoding === 'OPUS') return isOpus(receiver, payloadType) ? 'OPUS' : undefined
  if (payloadType === COMFORT_NOISE_PAYLOAD_TYPE) return 'comfort-noise'
  return encodingOf(receiver, payloadType)
}

/**
 * By the peer's number or by that of our offer, as events are.
 *
 * Departs from RFC 3264 section 5.1: because all others have another clock, a peer that agreed on Opus cannot
 * change to them without a new offer.
 */
function isOpus(receiver: Receiver, payloadType: number): boolean {
  return payloadType === receiver.payloadType || payloadType === PAYLOAD_TYPE.OPUS
}

/** A peer may change to the other codec of our offer at any time (RFC 3264 section 5.1). */
function encodingOf(receiver: Receiver, payloadType: number): Encoding | undefined {
  if (payloadType === receiver.payloadType) return receiver.encoding
  if (payloadType === PAYLOAD_TYPE.PCMU) return 'PCMU'
  return payloadType === PAYLOAD_TYPE.PCMA ? 'PCMA' : undefined
}
