import { encodeAlaw, encodeUlaw } from '#audio'
import { type Clock, type Logger, OutdialError, type Service, siblingModule } from '#base'
import type { OpusJob, OpusPrompt } from './opus-job.ts'
import { WorkerPool } from './worker-pool.ts'

/** What the calls that hear a prompt send. Opus is wideband: what is spoken for it has 16 kHz. */
export type PromptCodec = 'PCMU' | 'PCMA' | 'OPUS'

/** One after the other they are a prompt. */
export interface Piece {
  readonly samples: number
  /** Absent for silence. */
  readonly pcm?: Int16Array
  readonly mark?: string
}

export interface EncodedPrompt {
  /** One byte a sample, 8 kHz, PCMU unless PCMA was wanted. Shared with others: never written to. */
  readonly audio: SharedArrayBuffer
  /** The same as `encodeOpusFrames` makes it, where Opus was wanted. */
  readonly opus?: SharedArrayBuffer
}

const SAMPLES_PER_MS: Readonly<Record<PromptCodec, number>> = { PCMU: 8, PCMA: 8, OPUS: 16 }
/** As long as a `<record>` may be: 28.8 MB of G.711. */
const LONGEST_MS = 3_600_000
/** An hour of it takes some 20 s. */
const DEADLINE_MS = 60_000

/** How many samples of a prompt there are in a millisecond before it is encoded. */
export function samplesPerMs(codec: PromptCodec): number {
  return SAMPLES_PER_MS[codec]
}

/** Turns samples into what goes on the wire: G.711 here, Opus in a worker that starts when it is first needed. */
export class PromptEncoder implements Service {
  readonly #clock: Clock
  readonly #log: Logger
  #pool: WorkerPool<OpusJob, OpusPrompt> | undefined

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock
    this.#log = log
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    await this.#pool?.stop()
  }

  /** Rejects with `speech-prompt-too-long`, and for Opus with the codes of a `WorkerPool`. */
  async encode(pieces: readonly Piece[], codec: PromptCodec): Promise<EncodedPrompt> {
    const samples = pieces.reduce((sum, piece) => sum + piece.samples, 0)
    if (samples > LONGEST_MS * SAMPLES_PER_MS[codec]) {
      const sentence = `A prompt may last ${LONGEST_MS / 1000} seconds, this one lasts longer.`
      throw new OutdialError('speech-prompt-too-long', sentence)
    }
    if (codec !== 'OPUS') return { audio: encodeG711(pieces, samples, codec) }
    const pool = this.#pool ?? (await this.#startPool())
    return pool.run({ samples: join(pieces, samples) })
  }

  async #startPool(): Promise<WorkerPool<OpusJob, OpusPrompt>> {
    const pool = new WorkerPool<OpusJob, OpusPrompt>({
      name: 'opus',
      module: siblingModule(import.meta.url, 'opus-worker'),
      size: 1,
      deadlineMs: DEADLINE_MS,
      queueLimit: 1000,
      clock: this.#clock,
      log: this.#log,
    })
    this.#pool = pool
    await pool.start()
    return pool
  }
}

function encodeG711(
  pieces: readonly Piece[],
  samples: number,
  codec: 'PCMU' | 'PCMA',
): SharedArrayBuffer {
  const encode = codec === 'PCMU' ? encodeUlaw : encodeAlaw
  const audio = new SharedArrayBuffer(samples)
  const bytes = new Uint8Array(audio).fill(encode(new Int16Array(1))[0]!)
  let at = 0
  for (const piece of pieces) {
    if (piece.pcm !== undefined) bytes.set(encode(piece.pcm), at)
    at += piece.samples
  }
  return audio
}

function join(pieces: readonly Piece[], samples: number): Int16Array {
  const joined = new Int16Array(samples)
  let at = 0
  for (const piece of pieces) {
    if (piece.pcm !== undefined) joined.set(piece.pcm, at)
    at += piece.samples
  }
  return joined
}
