import { decodeUlaw, formatWavHead } from '#audio'
import { openWave } from './open-wave.ts'

/** Of G.711. */
const SAMPLE_RATE = 8000

/**
 * A stereo recording in G.711 µ-law as one of 16-bit samples, which every browser plays: Chromium knows no µ-law.
 * `bytes`: how long it is.
 */
export async function playableWave(
  wave: ReadableStream<Uint8Array>,
): Promise<{ readonly bytes: number; readonly body: ReadableStream<Uint8Array> }> {
  const { dataBytes, pieces } = await openWave(wave)
  const head = formatWavHead(2 * dataBytes, { sampleRate: SAMPLE_RATE, channels: 2 })
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield head
    let left = dataBytes
    for await (const piece of pieces) {
      // What may follow the samples is none.
      const samples = decodeUlaw(piece.subarray(0, left))
      left -= samples.length
      if (samples.length > 0)
        yield new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
    }
  }
  return { bytes: head.length + 2 * dataBytes, body: ReadableStream.from(body()) }
}
