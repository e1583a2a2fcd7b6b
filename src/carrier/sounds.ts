import { beep, encodeAlaw, encodeUlaw, tone } from '#audio'
import type { Codec } from '#rtp'

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

  tone(name: 'beep' | 'fax', codec: Codec): Promise<SharedArrayBuffer> {
    return this.#keep(`${codec} sounds ${name}`, codec, async () =>
      name === 'beep' ? beep() : tone(CED),
    )
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

function encodeShared(samples: Int16Array, codec: Codec): SharedArrayBuffer {
  const encoded = codec === 'PCMU' ? encodeUlaw(samples) : encodeAlaw(samples)
  const shared = new SharedArrayBuffer(encoded.length)
  new Uint8Array(shared).set(encoded)
  return shared
}
