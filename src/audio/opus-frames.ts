/**
 * A prompt that was encoded once, for all who will hear it: Opus packets of 20 ms one after the other, behind
 * a table of where each begins (32 bits each, in the machine's order), in memory that threads share.
 */
import { OPUS_BITRATE, OpusEncoder } from './opus.ts'

/** What a packet of these holds, at 16 kHz. */
const FRAME_SAMPLES = 320
const WORD_BYTES = 4

/** `samples`: 16 kHz; the last packet is filled up with silence. */
export async function encodeOpusFrames(samples: Int16Array): Promise<SharedArrayBuffer> {
  const encoder = await OpusEncoder.create({
    sampleRate: 16_000,
    bitrate: OPUS_BITRATE,
    fec: true,
    constantBitrate: false,
  })
  const frame = new Int16Array(FRAME_SAMPLES)
  const packets: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += FRAME_SAMPLES) {
    frame.fill(0).set(samples.subarray(at, at + FRAME_SAMPLES))
    packets.push(encoder.encode(frame))
  }
  encoder.close()
  return pack(packets)
}

function pack(packets: readonly Uint8Array[]): SharedArrayBuffer {
  const tableBytes = (packets.length + 1) * WORD_BYTES
  const octets = packets.reduce((sum, packet) => sum + packet.length, 0)
  const shared = new SharedArrayBuffer(tableBytes + octets)
  const table = new Uint32Array(shared, 0, packets.length + 1)
  const bytes = new Uint8Array(shared)
  let at = tableBytes
  packets.forEach((packet, n) => {
    table[n] = at
    bytes.set(packet, at)
    at += packet.length
  })
  table[packets.length] = at
  return shared
}

/** Reads what `encodeOpusFrames` wrote. */
export class OpusFrames {
  readonly count: number
  readonly #bytes: Uint8Array
  readonly #table: Uint32Array

  constructor(shared: SharedArrayBuffer) {
    const first = shared.byteLength < WORD_BYTES ? 0 : (new Uint32Array(shared, 0, 1)[0] ?? 0)
    this.#table = new Uint32Array(shared, 0, first / WORD_BYTES)
    this.#bytes = new Uint8Array(shared)
    this.count = Math.max(0, this.#table.length - 1)
  }

  /** Puts packet `n` into `target`; returns its octets. */
  copy(n: number, target: Uint8Array, at: number): number {
    const from = this.#table[n] ?? 0
    const octets = (this.#table[n + 1] ?? from) - from
    for (let k = 0; k < octets; k++) target[at + k] = this.#bytes[from + k] ?? 0
    return octets
  }
}
