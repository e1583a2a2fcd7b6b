/**
 * Opus (RFC 6716) by libopus, compiled to WebAssembly (docs/decisions/0016-opus.md), between its packets and
 * mono audio: 8 kHz where it is heard, 8 or 16 kHz where it is sent. libopus itself has the resampling in it.
 *
 * The package makes its objects in promises. Once `loadOpus` has settled these wait for nothing but one
 * another, so that a thread that never returns to its event loop can await them.
 */
import {
  Application,
  createDecoder,
  createEncoder,
  loadLibopus,
  type OpusDecoderHandle,
  type OpusEncoderHandle,
  Signal,
} from 'libopus-wasm'

/** Section 2.1.1: wideband speech is good from 16 kbit/s on, and in-band FEC takes a part of it. */
export const OPUS_BITRATE = 24_000
/** The longest packet, section 3.2.5 (R5): 120 ms, in samples of 8 kHz. */
export const OPUS_MAX_SAMPLES = 960
/** PLC and FEC come in multiples of 2.5 ms. */
export const OPUS_STEP_SAMPLES = 20

const HEARD_HZ = 8000
/** Of 0 to 10: beyond this the time doubles, and speech gains nothing that a telephone lets through. */
const COMPLEXITY = 5
/** What the encoder is told to expect: it decides on how much of each packet repeats the one before. */
const EXPECTED_LOSS_PERCENT = 10
/** Section 3.2.1: no frame is longer than 1275 octets. */
const MAX_PACKET_BYTES = 1275

export interface OpusEncoderOptions {
  readonly sampleRate: 8000 | 16_000
  /** Bits per second. */
  readonly bitrate: number
  /** Each packet also holds a coarse copy of the one before (LBRR). */
  readonly fec: boolean
  /** All packets are of one size. */
  readonly constantBitrate: boolean
}

/** Loads the codec; takes some 15 ms once in a thread. */
export async function loadOpus(): Promise<void> {
  await loadLibopus()
}

export class OpusEncoder {
  readonly #handle: OpusEncoderHandle

  private constructor(handle: OpusEncoderHandle) {
    this.#handle = handle
  }

  static async create(options: OpusEncoderOptions): Promise<OpusEncoder> {
    const { sampleRate, bitrate, fec, constantBitrate } = options
    const handle = await createEncoder({
      ...{ sampleRate, bitrate, fec, channels: 1, complexity: COMPLEXITY, vbr: !constantBitrate },
      application: Application.Voip,
      signal: Signal.Voice,
      packetLossPercent: fec ? EXPECTED_LOSS_PERCENT : 0,
    })
    return new OpusEncoder(handle)
  }

  /** A packet of 10, 20, 40 or 60 ms, which is as long as `samples` are. */
  encode(samples: Int16Array): Uint8Array {
    const options = { frameSize: samples.length, maxPacketBytes: MAX_PACKET_BYTES }
    return this.#handle.encode(samples, options)
  }

  /** Gives its memory back; it is of no use afterwards. */
  close(): void {
    this.#handle.free()
  }
}

/** One direction of a call, at 8 kHz. What is no Opus is made up as if it had been lost. */
export class OpusDecoder {
  readonly #handle: OpusDecoderHandle

  private constructor(handle: OpusDecoderHandle) {
    this.#handle = handle
  }

  static async create(): Promise<OpusDecoder> {
    return new OpusDecoder(await createDecoder({ sampleRate: HEARD_HZ, channels: 1 }))
  }

  decode(packet: Uint8Array): Int16Array {
    try {
      return this.#handle.decode(packet)
    } catch {
      return this.conceal(opusPacketSamples(packet, 0, packet.length))
    }
  }

  /** What was lost before `packet`, `samples` long, as far as that tells it; else as `conceal`. */
  recover(packet: Uint8Array, samples: number): Int16Array {
    try {
      return this.#handle.decode(packet, { decodeFec: true, frameSize: samples })
    } catch {
      return this.conceal(samples)
    }
  }

  /** Goes on as what was heard last, softer and softer. `samples`: a multiple of 2.5 ms. */
  conceal(samples: number): Int16Array {
    return this.#handle.decodePacketLoss(samples)
  }

  /** Gives its memory back; it is of no use afterwards. */
  close(): void {
    this.#handle.free()
  }
}

/** How long the packet between `start` and `end` is, in samples of 8 kHz; 0 where it is none (section 3.1). */
export function opusPacketSamples(bytes: Uint8Array, start: number, end: number): number {
  if (end <= start) return 0
  const toc = bytes[start] ?? 0
  const frame = FRAME_SAMPLES[toc >> 3] ?? 0
  const code = toc & 3
  if (code === 3 && end - start < 2) return 0
  const frames = code === 3 ? (bytes[start + 1] ?? 0) & 0x3f : code === 0 ? 1 : 2
  const samples = frame * frames
  return samples <= OPUS_MAX_SAMPLES ? samples : 0
}

/** Table 2, by configuration: SILK has 10 to 60 ms, hybrid 10 and 20, CELT 2.5 to 20. */
const FRAME_SAMPLES = Uint16Array.from({ length: 32 }, (_, config) =>
  config < 12
    ? ([80, 160, 320, 480][config & 3] ?? 0)
    : config < 16
      ? ([80, 160][config & 1] ?? 0)
      : ([20, 40, 80, 160][config & 3] ?? 0),
)
