import { G722Encoder, OpusFrames, ULAW_TO_LINEAR } from '#audio'
import {
  CLOCK_SCALE,
  type Codec,
  FRAME_SAMPLES,
  MAX_PTIME_MS,
  SAMPLES_PER_MS,
  SILENCE_BYTE,
} from '../codec.ts'
import { formatRtpPacket, patchRtpHeader, RTP_HEADER_BYTES } from '../packet.ts'
import { EVENT_BYTES, TelephoneEventSender } from '../telephone-event.ts'
import type { UdpDriver } from '../udp/driver.ts'
import {
  type ConnectCommand,
  type OpenCommand,
  type PlayCommand,
  type Report,
  systemMonotonicMs,
} from './messages.ts'
import type { OpusSender } from './opus-sender.ts'
import type { Recorder } from './recorder.ts'
import { Relay } from './relay.ts'

/** A packet that still waits for its end, when another frame comes. */
const PACKET_BYTES = RTP_HEADER_BYTES + MAX_PTIME_MS * SAMPLES_PER_MS + FRAME_SAMPLES
const NO_EVENT = -1
const ENCODED_NOW = -1

/** A prompt that plays or waits. */
interface Prompt {
  readonly play: number
  readonly bytes: Uint8Array
  /** The same as Opus, a packet for each frame of it. */
  readonly opus: OpusFrames | undefined
}

/**
 * The sending half of all streams, a column for each thing, indexed by stream. A frame costs no
 * allocation: the packet of a stream was made when it opened, and is patched in place.
 */
export class Outbound {
  readonly packetsSent: Uint32Array
  /** Of payload (RFC 3550 section 6.4.1). */
  readonly octetsSent: Float64Array
  readonly recorders: (Recorder | undefined)[]
  readonly #driver: UdpDriver
  readonly #report: (report: Report) => void
  readonly #streams: Float64Array
  readonly #audioPackets: Uint8Array[]
  readonly #eventPackets: Uint8Array[]
  readonly #sequences: Uint16Array
  /** In samples of 8 kHz, and by what the clock of packets is faster. */
  readonly #timestamps: Uint32Array
  readonly #scales: Uint8Array
  readonly #ticks: Float64Array
  readonly #payloadTypes: Uint8Array
  readonly #eventPayloadTypes: Int16Array
  readonly #eventScales: Uint8Array
  readonly #silences: Uint8Array
  readonly #sending: Uint8Array
  /** Whether the last packet was of a prompt, and whether any packet was sent. */
  readonly #talking: Uint8Array
  readonly #begun: Uint8Array
  /** Octets of payload a packet is sent with, and those that are there; whether it is to be marked. */
  readonly #payloadBytes: Uint16Array
  readonly #filled: Uint16Array
  readonly #marks: Uint8Array
  /** Whether the packet's payload is silence already. */
  readonly #quiet: Uint8Array
  readonly #prompts: (Prompt | undefined)[]
  readonly #waiting: (Prompt | undefined)[]
  readonly #positions: Uint32Array
  readonly #digits: (TelephoneEventSender | undefined)[]
  readonly #encoders: (G722Encoder | undefined)[]
  readonly #opusSenders: (OpusSender | undefined)[]
  readonly #codecs: Codec[]
  /** Of streams that send what another one hears, while no prompt plays. */
  readonly #relays: (Relay | undefined)[]

  constructor(capacity: number, driver: UdpDriver, report: (report: Report) => void) {
    this.#driver = driver
    this.#report = report
    this.packetsSent = new Uint32Array(capacity)
    this.octetsSent = new Float64Array(capacity)
    this.recorders = new Array(capacity).fill(undefined)
    this.#streams = new Float64Array(capacity)
    this.#audioPackets = new Array(capacity).fill(new Uint8Array(0))
    this.#eventPackets = new Array(capacity).fill(new Uint8Array(0))
    this.#sequences = new Uint16Array(capacity)
    this.#timestamps = new Uint32Array(capacity)
    this.#scales = new Uint8Array(capacity).fill(1)
    this.#ticks = new Float64Array(capacity)
    this.#payloadTypes = new Uint8Array(capacity)
    this.#eventPayloadTypes = new Int16Array(capacity)
    this.#eventScales = new Uint8Array(capacity).fill(1)
    this.#silences = new Uint8Array(capacity)
    this.#sending = new Uint8Array(capacity)
    this.#talking = new Uint8Array(capacity)
    this.#begun = new Uint8Array(capacity)
    this.#payloadBytes = new Uint16Array(capacity)
    this.#filled = new Uint16Array(capacity)
    this.#marks = new Uint8Array(capacity)
    this.#quiet = new Uint8Array(capacity)
    this.#prompts = new Array(capacity).fill(undefined)
    this.#waiting = new Array(capacity).fill(undefined)
    this.#positions = new Uint32Array(capacity)
    this.#digits = new Array(capacity).fill(undefined)
    this.#encoders = new Array(capacity).fill(undefined)
    this.#opusSenders = new Array(capacity).fill(undefined)
    this.#codecs = new Array(capacity).fill('PCMU')
    this.#relays = new Array(capacity).fill(undefined)
  }

  open(i: number, { stream, ssrc, sequence, timestamp }: OpenCommand): void {
    const header = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc }
    this.#audioPackets[i] = formatRtpPacket({ ...header, payload: new Uint8Array(PACKET_BYTES) })
    this.#eventPackets[i] = formatRtpPacket({ ...header, payload: new Uint8Array(EVENT_BYTES) })
    this.#streams[i] = stream
    this.#sequences[i] = sequence
    this.#timestamps[i] = timestamp
    this.#sending[i] = 0
    this.#talking[i] = 0
    this.#begun[i] = 0
    this.#filled[i] = 0
    this.#marks[i] = 0
    this.packetsSent[i] = 0
    this.octetsSent[i] = 0
  }

  /** `firstTick` is undefined where the stream was on the grid already. */
  connect(i: number, command: ConnectCommand, sending: boolean, firstTick?: number): void {
    this.#payloadTypes[i] = command.payloadType
    this.#eventPayloadTypes[i] = command.telephoneEventPayloadType ?? NO_EVENT
    this.#eventScales[i] = command.telephoneEventScale
    this.#silences[i] = SILENCE_BYTE[command.codec]
    this.#scales[i] = CLOCK_SCALE[command.encoding]
    const payloadBytes = command.ptimeMs * SAMPLES_PER_MS
    const isAsBefore = this.#payloadBytes[i] === payloadBytes && this.#codecs[i] === command.codec
    if (!isAsBefore) this.#filled[i] = 0
    this.#payloadBytes[i] = payloadBytes
    this.#codecs[i] = command.codec
    if (command.encoding !== 'G722') this.#encoders[i] = undefined
    else this.#encoders[i] ??= new G722Encoder()
    this.#quiet[i] = 0
    this.#sending[i] = sending ? 1 : 0
    // RFC 4568 section 6.4: so that the first packets, should they be lost, cannot hide a wrap.
    if (command.srtp && this.packetsSent[i] === 0) {
      this.#sequences[i] = (this.#sequences[i] ?? 0) & 0x7fff
    }
    if (firstTick !== undefined) this.#ticks[i] = firstTick - 1
  }

  /** Packets are Opus from now on, and this makes them; undefined: no more. Gives what did until now. */
  useOpus(i: number, sender: OpusSender | undefined): OpusSender | undefined {
    const before = this.#opusSenders[i]
    this.#opusSenders[i] = sender
    if (sender)
      sender.packet.set((this.#audioPackets[i] ?? sender.packet).subarray(0, RTP_HEADER_BYTES))
    return before
  }

  play(i: number, { play, audio, opus }: PlayCommand): void {
    const prompt = { play, bytes: new Uint8Array(audio), opus: opus && new OpusFrames(opus) }
    if (this.#prompts[i] === undefined) {
      this.#prompts[i] = prompt
      this.#positions[i] = 0
    } else this.#waiting[i] = prompt
  }

  stopPlay(i: number, play: number): void {
    if (this.#prompts[i]?.play === play) this.#endPrompt(i, true)
    else if (this.#waiting[i]?.play === play) {
      this.#waiting[i] = undefined
      this.#reportEnd(i, play, true, 0)
    }
  }

  sendDigits(i: number, request: number, digits: string, toneMs: number, gapMs: number): void {
    const sender =
      this.#digits[i] ??
      new TelephoneEventSender((sent) => this.#report({ kind: 'digits-sent', request: sent }))
    this.#digits[i] = sender
    sender.scale = this.#eventScales[i] ?? 1
    sender.add(request, digits, toneMs, gapMs)
  }

  close(i: number): void {
    while (this.#prompts[i]) this.#endPrompt(i, true)
    this.#digits[i]?.abandon((request) =>
      this.#report({
        kind: 'refused',
        request,
        code: 'media-closed',
        message: 'The media stream was closed.',
      }),
    )
    this.#digits[i] = undefined
    this.#encoders[i] = undefined
    this.#opusSenders[i] = undefined
    this.recorders[i] = undefined
    this.#relays[i] = undefined
  }

  /** From now on, or no more, it sends what is relayed to it. */
  join(i: number, on: boolean): void {
    this.#relays[i] = on ? new Relay() : undefined
  }

  /** A frame that the stream it is joined with has heard. */
  relay(i: number, samples: Int16Array): void {
    this.#relays[i]?.push(samples, this.#codecs[i] ?? 'PCMU')
  }

  /** The tick of the last frame, or of the one before the first. */
  lastTick(i: number): number {
    return this.#ticks[i] ?? 0
  }

  /** Of the last frame, sent or not, as packets have it. */
  timestamp(i: number): number {
    return this.#onClock(i, this.#timestamps[i] ?? 0)
  }

  /** By what the clock of the stream's packets is faster than 8 kHz. */
  clockScale(i: number): number {
    return this.#scales[i] ?? 1
  }

  sendFrame(i: number, tick: number): void {
    const elapsed = tick - (this.#ticks[i] ?? 0)
    if (elapsed <= 0) return
    this.#ticks[i] = tick
    // RFC 3550 section 5.1: the timestamp is that of the sampling clock, whether or not a packet left.
    const timestamp = ((this.#timestamps[i] ?? 0) + elapsed * FRAME_SAMPLES) >>> 0
    this.#timestamps[i] = timestamp
    if (elapsed > 1) this.#talking[i] = 0
    // What is begun goes without its end, where time leaps or keys are sent.
    if (elapsed > 1) this.#sendRest(i, (timestamp - elapsed * FRAME_SAMPLES + FRAME_SAMPLES) >>> 0)
    if (this.#sending[i] === 0) return
    const digits = this.#digits[i]
    const content =
      digits && this.#eventPayloadTypes[i] !== NO_EVENT ? digits.next(timestamp) : 'audio'
    if (digits && content === 'event') {
      this.#sendRest(i, timestamp)
      this.#sendEvent(i, digits)
    } else this.#sendAudio(i, timestamp, tick, content === 'audio')
  }

  #sendEvent(i: number, digits: TelephoneEventSender): void {
    const packet = this.#eventPackets[i] ?? digits.payload
    packet.set(digits.payload, RTP_HEADER_BYTES)
    const payloadType = this.#eventPayloadTypes[i] ?? 0
    patchRtpHeader(
      packet,
      digits.marker,
      payloadType,
      this.#nextSequence(i, EVENT_BYTES),
      this.#onClock(i, digits.timestamp),
    )
    this.#driver.send(i, packet, packet.length)
    this.#talking[i] = 0
  }

  /** A frame of the prompt; of silence, where none plays or `mayTalk` is false. */
  #sendAudio(i: number, timestamp: number, tick: number, mayTalk: boolean): void {
    const packet = this.#audioPackets[i]
    if (!packet) return
    if (mayTalk) this.#endSpentPrompts(i)
    const prompt = mayTalk ? this.#prompts[i] : undefined
    const position = this.#positions[i] ?? 0
    // RFC 3551 section 4.1: the first packet of a talkspurt. Silence is sent here, not suppressed, but
    // a jitter buffer may use the beginning of a prompt to adapt all the same.
    const marker = prompt ? this.#talking[i] === 0 : this.#begun[i] === 0
    if (marker) this.#marks[i] = 1
    const start = RTP_HEADER_BYTES + (this.#filled[i] ?? 0)
    let isSilence = prompt === undefined
    if (prompt) this.#fill(i, packet, start, prompt.bytes, position)
    else if (mayTalk && this.#relays[i]?.shift(packet, start)) {
      isSilence = false
      this.#quiet[i] = 0
    } else if (this.#quiet[i] === 0) {
      packet.fill(this.#silences[i] ?? 0, start, start + FRAME_SAMPLES)
      this.#quiet[i] = this.#payloadBytes[i] === FRAME_SAMPLES ? 1 : 0
    }
    this.recorders[i]?.send(packet, start, start + FRAME_SAMPLES, tick, this.#codecs[i] ?? 'PCMU')
    this.#encode(i, packet, start)
    const prepared = isSilence
      ? this.#opusSenders[i]?.putSilence()
      : prompt?.opus && this.#putPrepared(i, prompt.opus, position / FRAME_SAMPLES)
    this.#sendWhole(i, packet, timestamp, prepared ?? ENCODED_NOW)
    this.#begun[i] = 1
    this.#talking[i] = prompt ? 1 : 0
    if (!prompt) return
    this.#positions[i] = position + FRAME_SAMPLES
    if (position === 0) {
      const at = systemMonotonicMs()
      this.#report({
        kind: 'play-started',
        stream: this.#streams[i] ?? 0,
        play: prompt.play,
        at,
      })
    }
  }

  /** Undefined where it has to be encoded now. */
  #putPrepared(i: number, frames: OpusFrames, n: number): number | undefined {
    const sender = this.#opusSenders[i]
    return sender?.takesPrepared && n < frames.count ? sender.putPrepared(frames, n) : undefined
  }

  /** What was laid out as PCMU becomes what the peer takes, where that is G.722. */
  #encode(i: number, packet: Uint8Array, start: number): void {
    const encoder = this.#encoders[i]
    if (!encoder) return
    for (let n = start; n < start + FRAME_SAMPLES; n++) {
      packet[n] = encoder.encode(ULAW_TO_LINEAR[packet[n] ?? 0] ?? 0)
    }
    this.#quiet[i] = 0
  }

  /**
   * A frame more is there, which began at `timestamp`: sends as many packets as are whole. `prepared`: octets
   * of Opus that are this frame, where they are there already.
   */
  #sendWhole(i: number, packet: Uint8Array, timestamp: number, prepared: number): void {
    const size = this.#payloadBytes[i] ?? FRAME_SAMPLES
    let filled = (this.#filled[i] ?? 0) + FRAME_SAMPLES
    const end = timestamp + FRAME_SAMPLES
    const octets = size === FRAME_SAMPLES ? prepared : ENCODED_NOW
    while (filled >= size) {
      this.#sendPacket(i, packet, size, (end - filled) >>> 0, octets)
      filled -= size
      if (filled > 0) packet.copyWithin(RTP_HEADER_BYTES, RTP_HEADER_BYTES + size)
    }
    this.#filled[i] = filled
  }

  /** What waits for more, up to `end`, leaves as it is. */
  #sendRest(i: number, end: number): void {
    const filled = this.#filled[i] ?? 0
    const packet = this.#audioPackets[i]
    if (filled > 0 && packet) {
      this.#sendPacket(i, packet, filled, (end - filled) >>> 0, ENCODED_NOW)
    }
    this.#filled[i] = 0
  }

  #sendPacket(
    i: number,
    laidOut: Uint8Array,
    samples: number,
    timestamp: number,
    prepared: number,
  ): void {
    const opus = this.#opusSenders[i]
    const packet = opus ? opus.packet : laidOut
    let octets = samples
    if (opus) {
      octets = prepared >= 0 ? prepared : opus.encode(laidOut, RTP_HEADER_BYTES, samples)
    }
    const payloadType = this.#payloadTypes[i] ?? 0
    const sequence = this.#nextSequence(i, octets)
    const mark = this.#marks[i] === 1
    patchRtpHeader(packet, mark, payloadType, sequence, this.#onClock(i, timestamp))
    this.#driver.send(i, packet, RTP_HEADER_BYTES + octets)
    this.#marks[i] = 0
  }

  /** RFC 3550 section 5.1: timestamps count what the clock of the payload does. */
  #onClock(i: number, samples: number): number {
    return Math.imul(samples, this.#scales[i] ?? 1) >>> 0
  }

  /** A loop and not `set(subarray)`, which would make an object for every packet. */
  #fill(i: number, packet: Uint8Array, start: number, audio: Uint8Array, position: number): void {
    const count = Math.min(FRAME_SAMPLES, audio.length - position)
    for (let n = 0; n < count; n++) packet[start + n] = audio[position + n] ?? 0
    if (count < FRAME_SAMPLES) {
      packet.fill(this.#silences[i] ?? 0, start + count, start + FRAME_SAMPLES)
    }
    this.#quiet[i] = 0
  }

  #nextSequence(i: number, octets: number): number {
    const sequence = this.#sequences[i] ?? 0
    this.octetsSent[i] = (this.octetsSent[i] ?? 0) + octets
    this.#sequences[i] = sequence + 1
    this.packetsSent[i] = (this.packetsSent[i] ?? 0) + 1
    return sequence
  }

  /** Its last frame has been heard when the next one is due; what waits follows without a gap. */
  #endSpentPrompts(i: number): void {
    for (let prompt = this.#prompts[i]; prompt; prompt = this.#prompts[i]) {
      if ((this.#positions[i] ?? 0) < prompt.bytes.length) return
      this.#endPrompt(i, false)
    }
  }

  #endPrompt(i: number, interrupted: boolean): void {
    const prompt = this.#prompts[i]
    if (!prompt) return
    const sent = Math.min(this.#positions[i] ?? 0, prompt.bytes.length)
    this.#prompts[i] = this.#waiting[i]
    this.#waiting[i] = undefined
    this.#positions[i] = 0
    if (interrupted) this.#talking[i] = 0
    this.#reportEnd(i, prompt.play, interrupted, sent / SAMPLES_PER_MS)
  }

  #reportEnd(i: number, play: number, interrupted: boolean, playedMs: number): void {
    const stream = this.#streams[i] ?? 0
    this.#report({ kind: 'play-ended', stream, play, interrupted, playedMs })
  }
}
