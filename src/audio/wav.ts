/**
 * RIFF/WAVE files (Microsoft's "Multimedia Programming Interface and Data Specifications 1.0", and
 * WAVE_FORMAT_EXTENSIBLE): PCM, floating point, mu-law and A-law, any rate, any channels.
 */
import { OutdialError } from '#base'
import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from './g711.ts'
import { clip, mixToMono } from './pcm.ts'

export interface Wav {
  readonly sampleRate: number
  /** Channels are mixed to one. */
  readonly samples: Int16Array
}

export interface WavOptions {
  readonly sampleRate: number
  /** Samples are interleaved. Default 1. */
  readonly channels?: number
  /** Default `pcm16`. */
  readonly encoding?: WavEncoding
}

export type WavEncoding = 'pcm16' | 'mulaw' | 'alaw'

const PCM = 1
const IEEE_FLOAT = 3
const ALAW = 6
const MULAW = 7
const EXTENSIBLE = 0xfffe

const LOWEST_RATE = 2000
const HIGHEST_RATE = 384_000
const MAX_CHANNELS = 32
/** More chunks than this before the data is not a sound file. */
const MAX_CHUNKS = 1000
const RIFF_HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8
const PCM_FORMAT_BYTES = 16
/** A format other than PCM has a (here empty) extension and a `fact` chunk. */
const OTHER_FORMAT_BYTES = 18
const FACT_BYTES = 12
const SAMPLE_BYTES: Readonly<Record<WavEncoding, number>> = { pcm16: 2, mulaw: 1, alaw: 1 }

/**
 * Reads a file. One that was cut off, or was written while streaming (sizes 0 or 2^32 − 1), gives
 * the samples that are there.
 * @throws OutdialError `wav-invalid`, `wav-unsupported`
 */
export function parseWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < RIFF_HEADER_BYTES || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'WAVE') {
    throw invalid('it does not begin as a RIFF WAVE file')
  }
  let format: Format | undefined
  let at = RIFF_HEADER_BYTES
  for (let chunks = 0; at + CHUNK_HEADER_BYTES <= bytes.length; chunks++) {
    if (chunks === MAX_CHUNKS) throw invalid(`it has more than ${MAX_CHUNKS} chunks`)
    const name = tag(bytes, at)
    const size = view.getUint32(at + 4, true)
    const start = at + CHUNK_HEADER_BYTES
    const end = Math.min(bytes.length, start + size)
    if (name === 'fmt ') format = parseFormat(view, start, end)
    if (name === 'data') {
      if (!format) throw invalid('its data comes before its format')
      const last = size === 0 || size === 0xffff_ffff ? bytes.length : end
      const samples = readSamples(bytes.subarray(start, last), format)
      return { sampleRate: format.sampleRate, samples: mixToMono(samples, format.channels) }
    }
    // Chunks are padded to an even size.
    at = start + size + (size % 2)
  }
  throw invalid(format ? 'it has no data' : 'it has no format')
}

/** Writes a file with one data chunk. */
export function formatWav(samples: Int16Array, options: WavOptions): Uint8Array<ArrayBuffer> {
  const { encoding = 'pcm16' } = options
  const dataBytes = samples.length * SAMPLE_BYTES[encoding]
  const head = formatWavHead(dataBytes, options)
  const bytes = new Uint8Array(head.length + dataBytes + (dataBytes % 2))
  bytes.set(head)
  if (encoding !== 'pcm16') {
    bytes.set(encoding === 'mulaw' ? encodeUlaw(samples) : encodeAlaw(samples), head.length)
    return bytes
  }
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < samples.length; i++) {
    view.setInt16(head.length + 2 * i, samples[i] ?? 0, true)
  }
  return bytes
}

/** What stands before the data, of which there are so many octets; they are padded to an even number. */
export function formatWavHead(dataBytes: number, options: WavOptions): Uint8Array<ArrayBuffer> {
  const { sampleRate, channels = 1, encoding = 'pcm16' } = options
  const isPcm = encoding === 'pcm16'
  const sampleBytes = SAMPLE_BYTES[encoding]
  const bytes = new Uint8Array(wavHeadBytes(encoding))
  const view = new DataView(bytes.buffer)
  let at = 0
  const put = (size: 0 | 2 | 4, value: number | string): void => {
    if (typeof value === 'string') for (const c of value) bytes[at++] = c.charCodeAt(0)
    else if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += size
  }
  put(0, 'RIFF')
  put(4, bytes.length - 8 + dataBytes + (dataBytes % 2))
  put(0, 'WAVEfmt ')
  put(4, isPcm ? PCM_FORMAT_BYTES : OTHER_FORMAT_BYTES)
  put(2, { pcm16: PCM, mulaw: MULAW, alaw: ALAW }[encoding])
  put(2, channels)
  put(4, sampleRate)
  put(4, sampleRate * channels * sampleBytes)
  put(2, channels * sampleBytes)
  put(2, sampleBytes * 8)
  if (!isPcm) {
    put(2, 0)
    put(0, 'fact')
    put(4, 4)
    put(4, dataBytes / sampleBytes / channels)
  }
  put(0, 'data')
  put(4, dataBytes)
  return bytes
}

/** The length of a file's head. */
export function wavHeadBytes(encoding: WavEncoding): number {
  const formatBytes = encoding === 'pcm16' ? PCM_FORMAT_BYTES : OTHER_FORMAT_BYTES + FACT_BYTES
  return RIFF_HEADER_BYTES + formatBytes + 2 * CHUNK_HEADER_BYTES
}

interface Format {
  readonly encoding: number
  readonly channels: number
  readonly sampleRate: number
  readonly bits: number
}

function parseFormat(view: DataView, start: number, end: number): Format {
  if (end - start < 16) throw invalid('its format chunk is too short')
  let encoding = view.getUint16(start, true)
  const channels = view.getUint16(start + 2, true)
  const sampleRate = view.getUint32(start + 4, true)
  const bits = view.getUint16(start + 14, true)
  // The real format is the head of the GUID at the end of the extension.
  if (encoding === EXTENSIBLE && end - start >= 40) encoding = view.getUint16(start + 24, true)
  if (channels < 1 || channels > MAX_CHANNELS) throw invalid(`it has ${channels} channels`)
  if (sampleRate < LOWEST_RATE || sampleRate > HIGHEST_RATE) {
    throw invalid(`it has ${sampleRate} samples a second`)
  }
  return { encoding, channels, sampleRate, bits }
}

function readSamples(data: Uint8Array, { encoding, bits }: Format): Int16Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const read = (size: number, sample: (at: number) => number): Int16Array =>
    Int16Array.from({ length: Math.floor(data.length / size) }, (_, i) => sample(i * size))

  switch (`${encoding}/${bits}`) {
    case `${PCM}/8`:
      return read(1, (at) => (view.getUint8(at) - 128) << 8)
    case `${PCM}/16`:
      return read(2, (at) => view.getInt16(at, true))
    case `${PCM}/24`:
      return read(3, (at) => view.getInt16(at + 1, true))
    case `${PCM}/32`:
      return read(4, (at) => view.getInt16(at + 2, true))
    case `${IEEE_FLOAT}/32`:
      return read(4, (at) => clip(view.getFloat32(at, true) * 32_767))
    case `${ALAW}/8`:
      return decodeAlaw(data)
    case `${MULAW}/8`:
      return decodeUlaw(data)
    default:
      throw new OutdialError(
        'wav-unsupported',
        `The WAV file has format ${encoding} with ${bits} bits; use PCM, mu-law or A-law.`,
      )
  }
}

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

function invalid(problem: string): OutdialError {
  return new OutdialError('wav-invalid', `The WAV file cannot be read: ${problem}.`)
}
