import { ToneSpectrum } from '../callee/tone-spectrum.ts'
import { meanSquare, powerToDbm0 } from '../pcm.ts'
import { type InformationTone, InformationTones } from './information-tones.ts'

/** What a network lets a caller hear of a call that is not answered. */
export type ProgressTone = 'ringing' | 'busy' | 'congestion' | InformationTone

const FRAME_MS = 20
/** Quieter than that is silence. */
const SILENCE_DBM0 = -42
/** North America: busy and reorder. The two tones of its ringing tone, and of Britain's, are heard as one. */
const PAIR_HZ = { low: 480, high: 620 }
const PAIR_OFF_HZ = 18
/** 400, 425, 440 and 450 Hz, and the middle of 440 and 480. */
const SINGLE_LEAST_HZ = 385
const SINGLE_MOST_HZ = 490
/** Two that are so near to each other beat, and may look like others that are a little further apart. */
const BEAT_HZ = 100
/** So many frames may be half tone and half silence, or spoilt, where one turns into the other. */
const TURN_FRAMES = 2
/** Two lengths that are meant to be the same. */
const SAME_MS = 60
/** ITU-T E.180 sections 4 and 5: where both exist, congestion is the faster one. */
const BUSY = { leastMs: 330, mostMs: 580, rounds: 3 }
const CONGESTION = { leastMs: 170, mostMs: 310, rounds: 4 }
/** Britain's congestion: on, off, on, off. */
const UNEVEN_MS = [400, 350, 225, 525]
const UNEVEN_ROUNDS = 2
/** One ring, of E.180 section 3 and of North America, or the second of Britain's two. */
const RING = { leastMs: 750, mostMs: 2300 }
const HALF_RING_MS = 400
const BETWEEN_RINGS_MS = 200
const RING_OFF_MS = 80
/** A pause between rings is longer than any between other tones. */
const RING_PAUSE_MS = 1500
/** What is remembered: the lengths of tone and silence in turn. */
const REMEMBERED = 8

/**
 * Listens for progress tones of North America, of Europe as E.180 recommends them, and of Britain, by their
 * frequencies and their cadence, and for information tones. Speech and music are none. Each is told once, until another
 * is heard. Nothing is allocated while it listens.
 */
export class ProgressDetector {
  readonly #onTone: (tone: ProgressTone) => void
  readonly #spectrum = new ToneSpectrum()
  readonly #information = new InformationTones()
  readonly #lengths = new Float64Array(REMEMBERED)
  /** How many of those there are; the last one is a silence where it is even. */
  #count = 0
  #told: ProgressTone | undefined
  #state: 'on' | 'off' | 'other' = 'other'
  #frames = 0
  #turning = 0
  #family: 'pair' | 'single' | undefined
  #pairs = 0
  #measured = 0

  constructor(onTone: (tone: ProgressTone) => void) {
    this.#onTone = onTone
  }

  /** 20 ms at 8 kHz. */
  hear(frame: Int16Array): void {
    const power = meanSquare(frame)
    this.#spectrum.hear(frame, power)
    const information = this.#information.follow(this.#spectrum)
    if (information !== undefined) {
      this.#forget()
      return this.#tell(information)
    }
    this.#follow(this.#kindOf(power))
    const isPause = this.#state === 'off' && this.#frames * FRAME_MS === RING_PAUSE_MS
    if (isPause && this.#isRing()) this.#tell('ringing')
  }

  #kindOf(power: number): 'on' | 'off' | 'other' {
    const { lowHz, highHz } = this.#spectrum
    const middleHz = highHz > 0 ? (lowHz + highHz) / 2 : lowHz
    const isSingle = middleHz > SINGLE_LEAST_HZ && middleHz < SINGLE_MOST_HZ
    if (isSingle && highHz - lowHz < BEAT_HZ) return 'on'
    if (highHz > 0) return isPair(lowHz, highHz) ? 'on' : 'other'
    return powerToDbm0(power) < SILENCE_DBM0 ? 'off' : 'other'
  }

  #follow(kind: 'on' | 'off' | 'other'): void {
    if (kind === this.#state) {
      // What lay between was of the same.
      this.#frames += 1 + this.#turning
      this.#turning = 0
    } else if (++this.#turning <= TURN_FRAMES && kind === 'other') return
    else this.#turn(kind)
    if (kind === 'on') this.#measure()
  }

  #turn(kind: 'on' | 'off' | 'other'): void {
    // The frame where one turns into the other is given to what was before.
    const lasted = (this.#frames + this.#turning - 1) * FRAME_MS
    if (this.#state !== 'other') this.#note(lasted)
    if (kind === 'other') this.#forget()
    this.#state = kind
    this.#frames = 1
    this.#turning = 0
  }

  #measure(): void {
    const { lowHz, highHz } = this.#spectrum
    this.#measured++
    if (isPair(lowHz, highHz)) this.#pairs++
  }

  /** A tone or a silence is over. */
  #note(lastedMs: number): void {
    const wasTone = this.#state === 'on'
    if (wasTone) {
      const family = this.#familyOf()
      if (this.#count > 0 && family !== this.#family) this.#count = 0
      this.#family = family
    }
    // Cadences begin with a tone.
    if (!wasTone && this.#count === 0) return
    if (this.#count === REMEMBERED) {
      this.#lengths.copyWithin(0, 2)
      this.#count -= 2
    }
    this.#lengths[this.#count++] = lastedMs
    if (wasTone) return
    const tone = this.#judge()
    if (tone !== undefined) this.#tell(tone)
  }

  /** By the frames that were measured since it was last asked. */
  #familyOf(): 'pair' | 'single' {
    const family = 2 * this.#pairs > this.#measured ? 'pair' : 'single'
    this.#pairs = 0
    this.#measured = 0
    return family
  }

  #judge(): ProgressTone | undefined {
    if (this.#isEven(BUSY)) return 'busy'
    if (this.#isEven(CONGESTION) || this.#isUneven()) return 'congestion'
    return undefined
  }

  /** The last tones and silences all have about the same length, of these. */
  #isEven({ leastMs, mostMs, rounds }: typeof BUSY): boolean {
    if (this.#count < 2 * rounds) return false
    let least = Number.POSITIVE_INFINITY
    let most = 0
    for (let n = this.#count - 2 * rounds; n < this.#count; n++) {
      const length = this.#lengths[n] ?? 0
      least = Math.min(least, length)
      most = Math.max(most, length)
    }
    return least >= leastMs && most <= mostMs && most - least <= SAME_MS
  }

  /** From either tone on. */
  #isUneven(): boolean {
    const lengths = UNEVEN_ROUNDS * UNEVEN_MS.length
    if (this.#count < lengths || this.#family !== 'single') return false
    return this.#isPattern(0) || this.#isPattern(2)
  }

  #isPattern(shift: number): boolean {
    for (let n = 0; n < UNEVEN_ROUNDS * UNEVEN_MS.length; n++) {
      const wanted = UNEVEN_MS[(n + shift) % UNEVEN_MS.length] ?? 0
      if (Math.abs((this.#lengths[n] ?? 0) - wanted) > SAME_MS) return false
    }
    return true
  }

  /** The tone before this silence. */
  #isRing(): boolean {
    if (this.#family !== 'single' || this.#count % 2 === 0) return false
    const lastMs = this.#lengths[this.#count - 1] ?? 0
    if (lastMs >= RING.leastMs && lastMs <= RING.mostMs) return true
    const pauseMs = this.#lengths[this.#count - 2] ?? 0
    const firstMs = this.#lengths[this.#count - 3] ?? 0
    const isDouble = isAbout(firstMs, HALF_RING_MS) && isAbout(lastMs, HALF_RING_MS)
    return isDouble && isAbout(pauseMs, BETWEEN_RINGS_MS)
  }

  #forget(): void {
    this.#count = 0
    this.#state = 'other'
    this.#frames = 0
    this.#turning = 0
    this.#familyOf()
  }

  #tell(tone: ProgressTone): void {
    if (tone === this.#told) return
    this.#told = tone
    this.#onTone(tone)
  }
}

function isPair(lowHz: number, highHz: number): boolean {
  const isLow = Math.abs(lowHz - PAIR_HZ.low) < PAIR_OFF_HZ
  return isLow && Math.abs(highHz - PAIR_HZ.high) < PAIR_OFF_HZ
}

function isAbout(ms: number, wantedMs: number): boolean {
  return Math.abs(ms - wantedMs) <= RING_OFF_MS
}
