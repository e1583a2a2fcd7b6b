import { decodeAlaw, decodeUlaw, parseWav, resample } from '#audio'
import { OutdialError } from '#base'

/** An audio file as it came, with what tells its format. */
export interface AudioBytes {
  readonly body: Uint8Array
  /** Of the URI: `ul`, `al`, `l16`, `wav` …, lower case; empty where it has none. */
  readonly extension: string
  /** Lower case, without parameters; empty where the server gave none. */
  readonly contentType: string
}

export interface AudioJob extends AudioBytes {
  /** Wanted, Hz. */
  readonly sampleRate: number
}

const TELEPHONE_HZ = 8000
/** As long as a `<record>` may be. */
const LONGEST_SECONDS = 3600

/**
 * Any format of VoiceXML 2.0 appendix E, and Plum's headerless files, as mono of the wanted rate. What the file itself
 * says counts first, then its extension, then the content type. MP3 is not read yet.
 * Throws `speech-audio-unsupported`, `speech-audio-invalid`, `speech-audio-too-long`, or a `wav-…` code.
 */
export function decodeAudio(audio: AudioJob): Int16Array {
  const { samples, sampleRate } = readSamples(audio)
  if (samples.length / sampleRate > LONGEST_SECONDS) {
    const sentence = `The audio is longer than ${LONGEST_SECONDS} seconds.`
    throw new OutdialError('speech-audio-too-long', sentence)
  }
  return resample(samples, sampleRate, audio.sampleRate)
}

interface Samples {
  readonly samples: Int16Array
  readonly sampleRate: number
}

function readSamples(audio: AudioBytes): Samples {
  const magic = Buffer.from(audio.body.subarray(0, 4)).toString('latin1')
  if (magic === 'RIFF') return parseWav(audio.body)
  if (magic === '.snd') return parseSunAudio(audio.body)
  switch (audio.extension) {
    case 'ul':
    case 'ulaw':
    case 'pcmu':
      return telephone(decodeUlaw(audio.body))
    case 'al':
    case 'alaw':
    case 'pcma':
      return telephone(decodeAlaw(audio.body))
    case 'l16':
      return telephone(readLinear(audio.body))
  }
  switch (audio.contentType) {
    case 'audio/basic':
    case 'audio/pcmu':
      return telephone(decodeUlaw(audio.body))
    case 'audio/x-alaw-basic':
    case 'audio/pcma':
      return telephone(decodeAlaw(audio.body))
    case 'audio/l16':
      return telephone(readLinear(audio.body))
  }
  const type =
    audio.contentType === '' ? 'no content type' : `the content type ${audio.contentType}`
  const sentence = `Neither the content, the extension nor ${type} names an audio format that can be played.`
  throw new OutdialError('speech-audio-unsupported', sentence)
}

function telephone(samples: Int16Array): Samples {
  return { samples, sampleRate: TELEPHONE_HZ }
}

/**
 * Headerless 16-bit samples. RFC 2586 wants the high byte first, most tools write the low byte first:
 * sound is smooth, so the order in which neighbours differ less is the right one.
 */
function readLinear(body: Uint8Array): Int16Array {
  const count = Math.floor(body.length / 2)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const low = Int16Array.from({ length: count }, (_, index) => view.getInt16(2 * index, true))
  const high = Int16Array.from({ length: count }, (_, index) => view.getInt16(2 * index, false))
  return roughness(high) < roughness(low) ? high : low
}

function roughness(samples: Int16Array): number {
  let sum = 0
  for (let index = 1; index < Math.min(samples.length, TELEPHONE_HZ); index++) {
    sum += Math.abs(samples[index]! - samples[index - 1]!)
  }
  return sum
}

/** The `.au` file of Sun and NeXT, which servers also send as `audio/basic`. */
function parseSunAudio(body: Uint8Array): Samples {
  if (body.length < 24) throw invalidSunAudio('its header is cut short')
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [start, encoding, sampleRate, channels] = [4, 12, 16, 20].map((at) => view.getUint32(at))
  if (start! > body.length || sampleRate! < 4000 || sampleRate! > 192_000 || channels !== 1) {
    throw invalidSunAudio('its header makes no sense, or it is not mono')
  }
  const data = body.subarray(start!)
  const decode = { 1: decodeUlaw, 27: decodeAlaw, 3: readLinear }[encoding!]
  if (decode === undefined) throw invalidSunAudio(`encoding ${encoding} is not supported`)
  return { samples: decode(data), sampleRate: sampleRate! }
}

function invalidSunAudio(why: string): OutdialError {
  return new OutdialError('speech-audio-invalid', `The .au file cannot be played: ${why}.`)
}
