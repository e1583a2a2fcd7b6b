import {
  beep,
  busyTone,
  congestionTone,
  encodeAlaw,
  encodeUlaw,
  informationTones,
  ringbackTone,
  tone,
} from '#audio'
import type { Codec } from '#rtp'
import type { EARLY_TONES } from './behaviour.ts'

type SoundName = 'beep' | 'fax' | (typeof EARLY_TONES)[number]

/** 8 kHz mono of a text of at most 400 characters. */
export type Say = (text: string) => Promise<Int16Array>

/** ITU-T T.30 section 4.2.3: the called station's tone, 2100 Hz for 2.6 to 4 s. */
const CED = { frequenciesHz: [2100], durationMs: 3000, levelDbm0: -12 }

/** What callees say and sound, made once and encoded once. */
export class Sounds {
  readonly #say: Say
  readonly #made = new Map<string, Promise<SharedArrayBuffer>>()

  constructor(say: Say) {
    this.#say = say
  }

  speech(text: string, codec: Codec): Promise<SharedArrayBuffer> {
    return this.#keep(`${codec} says ${text}`, codec, () => this.#say(text))
  }

  tone(name: SoundName, codec: Codec): Promise<SharedArrayBuffer> {
    return this.#keep(`${codec} sounds ${name}`, codec, async () => samplesOf(name))
  }

  #keep(key: string, codec: Codec, make: () => Promise<Int16Array>): Promise<SharedArrayBuffer> {
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const making = make().then((samples) => encodeShared(samples, codec))
    this.#made.set(key, making)
    making.catch(() => this.#made.delete(key))
    return making
  }
}

/** Of tones with a cadence so many whole rounds that they can be told. */
function samplesOf(name: SoundName): Int16Array {
  switch (name) {
    case 'beep':
      return beep()
    case 'fax':
      return tone(CED)
    case 'ringing':
      return ringbackTone(6000)
    case 'busy':
      return busyTone(4000)
    case 'congestion':
      return congestionTone(3000)
    default:
      return informationTones(name)
  }
}

function encodeShared(samples: Int16Array, codec: Codec): SharedArrayBuffer {
  const encoded = codec === 'PCMU' ? encodeUlaw(samples) : encodeAlaw(samples)
  const shared = new SharedArrayBuffer(encoded.length)
  new Uint8Array(shared).set(encoded)
  return shared
}
