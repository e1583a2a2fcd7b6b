import { ALAW_TO_ULAW, LINEAR_TO_ALAW, LINEAR_TO_ULAW, ULAW_TO_ALAW } from '#audio'
import { type Codec, FRAME_SAMPLES, SAMPLES_PER_MS, SILENCE_BYTE } from '../codec.ts'
import type { RecordedTracks, RecordingMarks } from './messages.ts'

/** 1 s: what is held here of a recording, once or twice. */
const PIECE_SAMPLES = 8192
/** Beyond the end of any recording: 37 hours. A small integer, because each frame reckons with it. */
const NEVER = 2 ** 30
/** A voice is told when it has lasted so long, and its end so much later (`VoiceListener`). */
export const VOICE_TOLD_MS = 240
export const SILENCE_TOLD_MS = 200
/** A tone is known for a key after so long at most; a gateway lets as much of it through. */
const KEY_TOLD_SAMPLES = 60 * SAMPLES_PER_MS

/** What a recording begins with. */
export interface RecorderOptions {
  /** The next frame. */
  readonly tick: number
  /** Samples that had come before, and are still to be played: they are not part of it. */
  readonly waitingSamples: number
  /** How much later than it comes audio is played, at the beginning, in samples. */
  readonly playoutDelay: number
  readonly codec: Codec
  readonly tracks: RecordedTracks
  readonly maxSamples: number
  /** Gets the octets piece by piece, in order; with two tracks, what was sent comes first of each pair. */
  readonly emit: (piece: Uint8Array<ArrayBuffer>) => void
}

/**
 * One recording, as G.711 on one time line: what was received and, where asked for, what was sent. What
 * is received is recorded as it is played, but placed as if it had been played when it came, so that both
 * stand on the media clock. Holes are silence.
 */
export class Recorder {
  readonly codec: Codec
  readonly #options: RecorderOptions
  readonly #codes: Uint8Array
  readonly #sampleBytes: number
  readonly #frame = new Uint8Array(FRAME_SAMPLES)
  readonly #maxSamples: number
  /** Added to the playout delay of the moment. */
  readonly #shift: number
  /** What may still change, from piece number `#firstPiece` on. */
  #pieces: Uint8Array<ArrayBuffer>[] = []
  #firstPiece = 0
  /** Everything received before this place was played. */
  #heardUntil: number
  #length = 0
  /** Where it ends; the last of it may not have been played yet. */
  #end = NEVER
  /** What is left out on purpose; it goes on while `#pausedUntil` is infinite. */
  #pausedFrom = NEVER
  #pausedUntil = 0
  #voiceFrom: number | undefined
  #voiceUntil: number | undefined
  #keyAt: number | undefined

  constructor(options: RecorderOptions) {
    const { codec, tracks, waitingSamples, playoutDelay } = options
    this.codec = codec
    this.#options = options
    this.#codes = codec === 'PCMU' ? LINEAR_TO_ULAW : LINEAR_TO_ALAW
    this.#sampleBytes = tracks === 'both' ? 2 : 1
    this.#maxSamples = Math.min(options.maxSamples, NEVER)
    this.#shift = tracks === 'both' ? 0 : waitingSamples - playoutDelay
    this.#heardUntil = -this.#delay(playoutDelay)
  }

  /** The frame of 8 kHz that was played at `tick`; undefined: nothing was. */
  hear(frame: Int16Array | undefined, tick: number, playoutDelay: number): void {
    const at = this.#placeOf(tick) - this.#delay(playoutDelay)
    if (frame) {
      for (let n = 0; n < frame.length; n++) {
        this.#frame[n] = this.#codes[(frame[n] ?? 0) + 32_768] ?? 0
      }
      // Where the delay grows, what was made up has no place; where it shrinks, there is a hole.
      const from = Math.max(0, this.#heardUntil - at)
      const to = Math.min(frame.length, this.#end - at)
      this.#write(this.#frame, from, to, at, this.#sampleBytes - 1)
    }
    this.#heardUntil = Math.max(this.#heardUntil, at + FRAME_SAMPLES)
    this.#emitWhole()
  }

  /** The frame that left at `tick`: codes of `codec`, from `start` to `end`. */
  send(bytes: Uint8Array, start: number, end: number, tick: number, codec: Codec): void {
    const place = this.#placeOf(tick)
    if (codec === this.codec) return this.#write(bytes, start, end, place - start, 0)
    const table = codec === 'PCMU' ? ULAW_TO_ALAW : ALAW_TO_ULAW
    for (let n = 0; start + n < end; n++) this.#frame[n] = table[bytes[start + n] ?? 0] ?? 0
    this.#write(this.#frame, 0, end - start, place, 0)
  }

  /** Leaves out what comes and goes from `tick` on, or takes it in again. */
  pause(on: boolean, tick: number): void {
    if (!on) this.#pausedUntil = this.#placeOf(tick)
    else {
      // What came in the last pause may still be to be played.
      const isFirst = this.#pausedFrom === NEVER
      if (isFirst || this.#pausedUntil <= this.#heardUntil) this.#pausedFrom = this.#placeOf(tick)
      this.#pausedUntil = NEVER
    }
  }

  /** The peer began to speak, or has ended. Told once the frame that shows it was heard. */
  noteVoice(active: boolean): void {
    if (active) {
      this.#voiceFrom ??= this.#heardUntil - VOICE_TOLD_MS * SAMPLES_PER_MS
      this.#voiceUntil = undefined
    } else this.#voiceUntil = this.#heardUntil - SILENCE_TOLD_MS * SAMPLES_PER_MS
  }

  /** A key went down: at `tick`, by an event; undefined: in the audio that was heard last. */
  noteKey(tick?: number): void {
    const toldAt = tick === undefined ? this.#heardUntil : this.#placeOf(tick)
    this.#keyAt = Math.max(0, toldAt - KEY_TOLD_SAMPLES)
  }

  /** It ends with what has come before `tick`, of which so much is still to be played. */
  endAt(tick: number, waitingSamples: number, playoutDelay: number): void {
    const place = this.#placeOf(tick)
    const isBoth = this.#options.tracks === 'both'
    this.#end = isBoth ? place : place - this.#delay(playoutDelay) + waitingSamples
    this.#end = Math.max(0, this.#end)
  }

  /** Whether everything up to its end was played before `tick`. */
  isCompleteAt(tick: number, playoutDelay: number): boolean {
    return this.#placeOf(tick) - this.#delay(playoutDelay) >= this.#end
  }

  /** Hands over the rest. */
  finish(): RecordingMarks {
    const { tracks } = this.#options
    if (tracks === 'both' && this.#end < NEVER) {
      this.#length = Math.min(this.#end, this.#maxSamples)
    }
    const samples = Math.max(this.#length, this.#firstPiece * PIECE_SAMPLES)
    while (this.#firstPiece * PIECE_SAMPLES < samples) {
      const left = samples - this.#firstPiece * PIECE_SAMPLES
      this.#emitFirst(Math.min(left, PIECE_SAMPLES))
    }
    const marks = { voiceFrom: this.#voiceFrom, voiceUntil: this.#voiceUntil, keyAt: this.#keyAt }
    return { samples, ...marks }
  }

  #placeOf(tick: number): number {
    return (tick - this.#options.tick) * FRAME_SAMPLES
  }

  #delay(playoutDelay: number): number {
    return playoutDelay + this.#shift
  }

  /** Of `codes`, whose first belongs at `place`, those from `from` to before `to`. */
  #write(codes: Uint8Array, from: number, to: number, place: number, track: number): void {
    const pausedFrom = Math.max(from, this.#pausedFrom - place)
    const pausedTo = Math.min(to, this.#pausedUntil - place)
    if (pausedFrom >= pausedTo) return this.#put(codes, from, to, place, track)
    this.#put(codes, from, pausedFrom, place, track)
    this.#put(codes, pausedTo, to, place, track)
  }

  #put(codes: Uint8Array, from: number, to: number, place: number, track: number): void {
    const last = Math.min(to, this.#maxSamples - place)
    for (let n = Math.max(from, -place); n < last; ) {
      const offset = (place + n) % PIECE_SAMPLES
      const piece = this.#piece((place + n - offset) / PIECE_SAMPLES - this.#firstPiece)
      const stop = Math.min(last, n + PIECE_SAMPLES - offset)
      const at = offset * this.#sampleBytes + track
      // Whole numbers from here on, as the engine knows them: the loop is twice as fast.
      if (piece) spread(codes, n | 0, stop | 0, piece, at | 0, this.#sampleBytes)
      n = stop
      this.#length = Math.max(this.#length, place + n)
    }
  }

  /** Undefined for one that was handed over. */
  #piece(index: number): Uint8Array | undefined {
    while (this.#pieces.length <= index) {
      const piece = new Uint8Array(PIECE_SAMPLES * this.#sampleBytes)
      this.#pieces.push(piece.fill(SILENCE_BYTE[this.codec]))
    }
    return this.#pieces[index]
  }

  #emitWhole(): void {
    const limit = Math.min(this.#heardUntil, this.#end, this.#maxSamples)
    while (limit >= (this.#firstPiece + 1) * PIECE_SAMPLES) this.#emitFirst(PIECE_SAMPLES)
  }

  #emitFirst(samples: number): void {
    this.#piece(0)
    const piece = this.#pieces.shift() ?? new Uint8Array(0)
    this.#firstPiece++
    const bytes = samples * this.#sampleBytes
    this.#options.emit(bytes === piece.length ? piece : piece.slice(0, bytes))
  }
}

function spread(
  codes: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  start: number,
  step: number,
): void {
  for (let n = from, at = start; n < to; n++, at += step) target[at] = codes[n] ?? 0
}
