/**
 * How a call will have sounded, from what the network did to it: the E-model, ITU-T G.107, with all
 * its default values, so that delay and loss alone count.
 */

/** G.107 table 3: basic signal-to-noise ratio less the simultaneous impairments, all at default. */
const R_WITHOUT_IMPAIRMENT = 93.2
/** G.113 appendix I, G.711 with concealment of lost packets (and the same for G.722 here). */
const LOSS_ROBUSTNESS = 25.1
/** Beyond this delay, conversation suffers (mouth to ear). */
const DELAY_KNEE_MS = 177.3

export interface VoicePath {
  /** Of 1: packets that never came, or came too late to be heard. */
  readonly lossRatio: number
  /** From mouth to ear, one way. */
  readonly delayMs: number
}

/** A mean opinion score, 1 (bad) to 4.41 (the best that G.711 can do). */
export function estimateMos({ lossRatio, delayMs }: VoicePath): number {
  const lossPercent = 100 * lossRatio
  const lossImpairment = (95 * lossPercent) / (lossPercent + LOSS_ROBUSTNESS)
  const delayImpairment = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - DELAY_KNEE_MS)
  return toMos(R_WITHOUT_IMPAIRMENT - delayImpairment - lossImpairment)
}

/** G.107 annex B. */
function toMos(r: number): number {
  if (r <= 0) return 1
  if (r >= 100) return 4.5
  // The cubic dips below 1 for the smallest ratings.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)
}
