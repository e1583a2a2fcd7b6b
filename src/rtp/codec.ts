/** The codecs that prompts and recordings are in, by their names of RFC 3551 section 4.5.14. */
export type Codec = 'PCMU' | 'PCMA'

/** What packets may hold. G.722 and Opus are spoken on the wire alone: what is handed in and out is PCMU then. */
export type Encoding = Codec | 'G722' | 'OPUS'

/** RFC 3551 section 6, table 4; for Opus the dynamic one of our offers, as most others choose it. */
export const PAYLOAD_TYPE: Readonly<Record<Encoding, number>> = {
  PCMU: 0,
  PCMA: 8,
  G722: 9,
  OPUS: 111,
}

/** The byte whose sample is nearest to nothing (G.711 table 2a and 1a: the smallest positive value). */
export const SILENCE_BYTE: Readonly<Record<Codec, number>> = { PCMU: 0xff, PCMA: 0xd5 }

/** RFC 3389 section 4: comfort noise at 8 kHz, understood whether or not it was agreed on. */
export const COMFORT_NOISE_PAYLOAD_TYPE = 13

/** By what the clock of RTP timestamps is faster than the audio that is heard (RFC 7587 section 4.1: 48 kHz). */
export const CLOCK_SCALE: Readonly<Record<Encoding, number>> = {
  PCMU: 1,
  PCMA: 1,
  G722: 1,
  OPUS: 6,
}

/**
 * The payload types that our offers give to telephone events (dynamic ones: RFC 3551 section 3), by the scale
 * of their clock, which is that of the audio beside them.
 */
export const TELEPHONE_EVENT_PAYLOAD_TYPE: Readonly<Record<number, number>> = { 1: 101, 6: 110 }

export const SAMPLE_RATE = 8000
/** One frame: 20 ms. */
export const FRAME_SAMPLES = 160
export const FRAME_MS = 20
export const SAMPLES_PER_MS = 8
/** The most audio in one packet: more would be too long to lose, and to wait for. */
export const MAX_PTIME_MS = 60
