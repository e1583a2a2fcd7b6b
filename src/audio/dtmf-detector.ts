/**
 * DTMF in the audio: the frequencies of ITU-T Q.23, judged as in Q.24: both tones loud enough and
 * balanced (twist), nothing else loud, held for 40 ms at least, and a pause before the next key.
 */
import { FrequencyCheck } from './frequency-check.ts'
import { meanSquare, ZERO_DBM0_POWER } from './pcm.ts'
import { DTMF_HIGH_HZ, DTMF_KEYS, DTMF_LOW_HZ } from './tone.ts'

/** 12.75 ms at 8 kHz: every 40 ms hold two whole blocks, and 20 ms never do. */
const BLOCK = 102
/** Each tone at least at this level. Q.24 table A-1: −25 to −29 dBm must work; lines attenuate. */
const MIN_TONE_POWER = ZERO_DBM0_POWER * 10 ** (-32 / 10)
/** The high tone may be 4 dB stronger than the low one, or 8 dB weaker (Q.24, twist), measured coarsely. */
const MAX_REVERSE_TWIST = 10 ** (4.7 / 10)
const MAX_NORMAL_TWIST = 10 ** (9.2 / 10)
/** The winner of a group stands so far above the others of its group. */
const MIN_GROUP_RATIO = 10 ** (8 / 10)
/**
 * The two tones are so much of all power: speech, which has more in it, is not a key (talk-off).
 * Less than all, as a tone 1.5 % off its frequency (Q.24) loses up to 1.4 dB in its filter.
 */
const MIN_TONE_SHARE = 0.74
/** The low tone alone is so much, where the high one is as much stronger as it may be. */
const MIN_LOW_SHARE = MIN_TONE_SHARE / (1 + MAX_REVERSE_TWIST)
const BLOCKS_TO_START = 2
/** 10 ms of interruption spoil two blocks at most, 40 ms of pause three at least. */
const BLOCKS_TO_END = 3

const CHECK = new FrequencyCheck(2 * BLOCK)
const LOW_GROUP = coefficients(DTMF_LOW_HZ)
const HIGH_GROUP = coefficients(DTMF_HIGH_HZ)

export interface DtmfListener {
  /** The key is certain to be down. */
  onStart?(key: string): void
  /** The key is up again. `durationMs` to the precision of a block, 13 ms. */
  onEnd?(key: string, durationMs: number): void
}

/** One caller's keys. Feed 8 kHz samples in order, in pieces of any length; nothing is allocated. */
export class DtmfDetector {
  readonly #listener: DtmfListener
  #block = new Int16Array(BLOCK)
  #lastBlock = new Int16Array(BLOCK)
  #filled = 0
  /** Power of each frequency of a group in the present block. */
  readonly #low = new Float64Array(4)
  readonly #high = new Float64Array(4)
  /** Key of the last block, −1 for none. */
  #lastKey = -1
  #sameBlocks = 0
  /** The key that is down, −1 for none; for how many blocks; and for how many it has been missed. */
  #downKey = -1
  #downBlocks = 0
  #missedBlocks = 0

  constructor(listener: DtmfListener) {
    this.#listener = listener
  }

  process(samples: Int16Array, start = 0, end = samples.length): void {
    for (let at = start; at < end; ) {
      const block = this.#block
      const filled = this.#filled
      const count = Math.min(end - at, BLOCK - filled)
      for (let n = 0; n < count; n++) block[filled + n] = samples[at + n] ?? 0
      at += count
      this.#filled = filled + count
      if (this.#filled < BLOCK) return
      this.#filled = 0
      this.#judge(this.#keyOfBlock())
      this.#block = this.#lastBlock
      this.#lastBlock = block
    }
  }

  /** No more audio is to come: a key that is down is let go. */
  flush(): void {
    this.#release()
    this.#filled = 0
    this.#lastKey = -1
    this.#sameBlocks = 0
  }

  /** Index into DTMF_KEYS, or −1. The cheapest doubts come first: most blocks go no further. */
  #keyOfBlock(): number {
    const total = meanSquare(this.#block)
    if (total < 2 * MIN_TONE_POWER) return -1
    measureGroup(this.#block, LOW_GROUP, this.#low)
    const row = standout(this.#low)
    const low = this.#low[row] ?? 0
    if (low < MIN_TONE_POWER || low < total * MIN_LOW_SHARE) return -1
    measureGroup(this.#block, HIGH_GROUP, this.#high)
    const column = standout(this.#high)
    const high = this.#high[column] ?? 0
    if (high < MIN_TONE_POWER) return -1
    if (high > low * MAX_REVERSE_TWIST || low > high * MAX_NORMAL_TWIST) return -1
    if (low + high < total * MIN_TONE_SHARE) return -1
    return row * 4 + column
  }

  #judge(key: number): void {
    this.#sameBlocks = key === this.#lastKey ? this.#sameBlocks + 1 : 1
    this.#lastKey = key
    if (this.#downKey >= 0) {
      this.#downBlocks++
      this.#missedBlocks = key === this.#downKey ? 0 : this.#missedBlocks + 1
      const replaced = key >= 0 && key !== this.#downKey && this.#sameBlocks >= BLOCKS_TO_START
      if (this.#missedBlocks >= BLOCKS_TO_END || replaced) this.#release()
    }
    const isLongEnough = key >= 0 && this.#sameBlocks >= BLOCKS_TO_START
    if (this.#downKey < 0 && isLongEnough && this.#isOnFrequency(key)) {
      this.#downKey = key
      this.#downBlocks = this.#sameBlocks
      this.#missedBlocks = 0
      this.#listener.onStart?.(DTMF_KEYS[key] ?? '')
    }
  }

  /** Over the last two blocks: one alone cannot tell 1.5 % from 3.5 %. */
  #isOnFrequency(key: number): boolean {
    CHECK.take(this.#lastBlock, this.#block)
    const [low = 0, high = 0] = [DTMF_LOW_HZ[key >> 2], DTMF_HIGH_HZ[key & 3]]
    return CHECK.isOn(low) && CHECK.isOn(high)
  }

  #release(): void {
    if (this.#downKey < 0) return
    const key = DTMF_KEYS[this.#downKey] ?? ''
    const durationMs = ((this.#downBlocks - this.#missedBlocks) * BLOCK) / 8
    this.#downKey = -1
    this.#missedBlocks = 0
    this.#listener.onEnd?.(key, durationMs)
  }
}

/**
 * Goertzel's algorithm for four frequencies in one pass; their state fits the registers. No arrays are
 * taken apart here: that alone would take three times as long as the filters.
 */
function measureGroup(block: Int16Array, group: Float64Array, powers: Float64Array): void {
  const a = group[0] ?? 0
  const b = group[1] ?? 0
  const c = group[2] ?? 0
  const d = group[3] ?? 0
  let a0 = 0
  let a1 = 0
  let b0 = 0
  let b1 = 0
  let c0 = 0
  let c1 = 0
  let d0 = 0
  let d1 = 0
  for (let i = 0; i < block.length; i++) {
    const sample = block[i] ?? 0
    const nextA = sample + a * a0 - a1
    const nextB = sample + b * b0 - b1
    const nextC = sample + c * c0 - c1
    const nextD = sample + d * d0 - d1
    a1 = a0
    a0 = nextA
    b1 = b0
    b0 = nextB
    c1 = c0
    c0 = nextC
    d1 = d0
    d0 = nextD
  }
  const scale = 2 / (BLOCK * BLOCK)
  powers[0] = (a0 * a0 + a1 * a1 - a * a0 * a1) * scale
  powers[1] = (b0 * b0 + b1 * b1 - b * b0 * b1) * scale
  powers[2] = (c0 * c0 + c1 * c1 - c * c0 * c1) * scale
  powers[3] = (d0 * d0 + d1 * d1 - d * d0 * d1) * scale
}

/** The one power that stands out from the other three, or −1. */
function standout(powers: Float64Array): number {
  let best = 0
  for (let f = 1; f < 4; f++) if ((powers[f] ?? 0) > (powers[best] ?? 0)) best = f
  const limit = powers[best] ?? 0
  for (let f = 0; f < 4; f++) {
    if (f !== best && (powers[f] ?? 0) * MIN_GROUP_RATIO > limit) return -1
  }
  return best
}

function coefficients(frequenciesHz: readonly number[]): Float64Array {
  return Float64Array.from(
    frequenciesHz,
    (frequency) => 2 * Math.cos((2 * Math.PI * frequency) / 8000),
  )
}
