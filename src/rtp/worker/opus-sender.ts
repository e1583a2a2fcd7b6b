import { OpusEncoder, type OpusFrames, ULAW_TO_LINEAR } from '#audio'
import { FRAME_SAMPLES, MAX_PTIME_MS, SAMPLES_PER_MS } from '../codec.ts'
import { RTP_HEADER_BYTES } from '../packet.ts'
import { DEFAULT_OPUS_TERMS, type OpusTerms } from '../sdp/opus-parameters.ts'

/** The longest that is encoded here, 60 ms at our bitrate, takes a fifth of this. */
const PACKET_BYTES = RTP_HEADER_BYTES + 1275
/** So many frames of silence, and the codec has come to rest. */
const SILENT_FRAMES = 5

/**
 * Makes one stream's Opus packets. Prompts come encoded, silence is always the same packet, and only what is
 * neither (another call's audio, keys as tones) is encoded when it is sent.
 */
export class OpusSender {
  /** A whole RTP packet; its header is the caller's to write. */
  readonly packet = new Uint8Array(PACKET_BYTES)
  readonly #encoder: OpusEncoder
  readonly #silence: Uint8Array
  readonly #terms: OpusTerms
  readonly #samples: Int16Array

  private constructor(encoder: OpusEncoder, silence: Uint8Array, terms: OpusTerms) {
    this.#encoder = encoder
    this.#silence = silence
    this.#terms = terms
    this.#samples = new Int16Array(MAX_PTIME_MS * SAMPLES_PER_MS)
  }

  /** Waits for nothing but promises, once the codec is loaded. */
  static async create(terms: OpusTerms = DEFAULT_OPUS_TERMS): Promise<OpusSender> {
    const { bitrate, fec, constantBitrate } = terms
    const options = { sampleRate: 8000, bitrate, fec, constantBitrate } as const
    const encoder = await OpusEncoder.create(options)
    const frame = new Int16Array(FRAME_SAMPLES)
    let silence = encoder.encode(frame)
    for (let n = 1; n < SILENT_FRAMES; n++) silence = encoder.encode(frame)
    return new OpusSender(encoder, silence, terms)
  }

  /** Whether what was encoded for all is what this peer likes (RFC 7587 section 6.1). */
  get takesPrepared(): boolean {
    const { isWideband, constantBitrate, bitrate } = this.#terms
    return isWideband && !constantBitrate && bitrate >= DEFAULT_OPUS_TERMS.bitrate
  }

  /** Packet `n` of what was prepared. Returns the octets of payload. */
  putPrepared(frames: OpusFrames, n: number): number {
    return frames.copy(n, this.packet, RTP_HEADER_BYTES)
  }

  /** 20 ms of it. */
  putSilence(): number {
    return this.#put(this.#silence)
  }

  /** `count` octets of PCMU, from `start` on. */
  encode(codes: Uint8Array, start: number, count: number): number {
    const samples = this.#samples.subarray(0, count)
    for (let n = 0; n < count; n++) samples[n] = ULAW_TO_LINEAR[codes[start + n] ?? 0] ?? 0
    return this.#put(this.#encoder.encode(samples))
  }

  close(): void {
    this.#encoder.close()
  }

  #put(payload: Uint8Array): number {
    for (let n = 0; n < payload.length; n++) this.packet[RTP_HEADER_BYTES + n] = payload[n] ?? 0
    return payload.length
  }
}
