import {
  type Clock,
  errorMessage,
  type GuardedFetch,
  type Logger,
  measure,
  OutdialError,
  type Service,
} from '#base'
import type { Prompt, PromptPart } from '#vxml'
import { AudioLibrary } from './audio-library.ts'
import { ByteCache } from './byte-cache.ts'
import { FliteSynthesizer } from './flite/flite-synthesizer.ts'
import { amplify } from './loudness.ts'
import {
  type EncodedPrompt,
  type Piece,
  type PromptCodec,
  PromptEncoder,
  samplesPerMs,
} from './prompt-encoder.ts'
import { type LoadedPart, type PromptStep, planPrompt } from './prompt-plan.ts'
import type { SpeechSynthesizer } from './synthesizer.ts'

export interface RenderedPrompt extends EncodedPrompt {
  readonly durationMs: number
  readonly marks: readonly RenderedMark[]
}

export interface RenderedMark {
  readonly name: string
  /** From the start of the prompt. */
  readonly atMs: number
}

/** The audio of a recording of the call, by its `uri`. */
export type RecordingOf = (uri: string) => Promise<CallRecording> | undefined

export interface CallRecording {
  readonly contentType: string
  readonly body: Uint8Array
}

export interface PromptRendererOptions {
  /** Brings the files of `audio` parts. */
  readonly fetch: GuardedFetch
  readonly log: Logger
  readonly clock: Clock
  /** For all caches together. Default 128 MB: an hour and a half of prompts, decoded and encoded. */
  readonly cacheBytes?: number
  /** Default: flite, which this then starts and stops; one that is handed in is the giver's to run. */
  readonly synthesizer?: SpeechSynthesizer
}

/**
 * Prompts as the bytes that go on the wire. Speech is kept by its text, files by their content and for
 * as long as their URI is fresh, whole prompts by all of that: what was asked before costs a look-up.
 */
export class PromptRenderer implements Service {
  readonly #log: Logger
  readonly #synthesizer: SpeechSynthesizer
  readonly #ownsSynthesizer: boolean
  readonly #library: AudioLibrary
  readonly #encoder: PromptEncoder
  readonly #spoken: ByteCache<Int16Array>
  readonly #rendered: ByteCache<RenderedPrompt>

  constructor(options: PromptRendererOptions) {
    const { fetch, log, clock, cacheBytes = 128_000_000 } = options
    this.#log = log
    this.#ownsSynthesizer = options.synthesizer === undefined
    this.#synthesizer = options.synthesizer ?? new FliteSynthesizer({ clock, log })
    this.#library = new AudioLibrary({ fetch, cacheBytes: cacheBytes / 4, clock, log })
    this.#spoken = new ByteCache(cacheBytes / 4, (pcm) => pcm.byteLength)
    this.#encoder = new PromptEncoder({ clock, log })
    this.#rendered = new ByteCache(
      cacheBytes / 2,
      ({ audio, opus }) => audio.byteLength + (opus?.byteLength ?? 0),
    )
  }

  async start(): Promise<void> {
    if (this.#ownsSynthesizer) await this.#synthesizer.start()
    await this.#library.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#library.stop(), this.#encoder.stop()])
    if (this.#ownsSynthesizer) await this.#synthesizer.stop()
  }

  /**
   * Audio that cannot be had is replaced by its fallback, which may be nothing. Rejects with
   * `OutdialError`: `speech-text-too-long`, `speech-prompt-too-long`, `speech-failed`, `speech-timeout`,
   * `speech-overloaded`, `speech-stopped`.
   */
  async render(
    prompt: Prompt,
    codec: PromptCodec,
    recordingOf: RecordingOf = () => undefined,
  ): Promise<RenderedPrompt> {
    const rate = samplesPerMs(codec)
    const parts = await this.#loadParts(prompt.parts, rate, recordingOf)
    const steps = planPrompt(parts)
    const key = renderingKey(steps, prompt.language, codec)
    let cached = true
    const rendered = this.#rendered.get(key, async () => {
      cached = false
      const pieces = await Promise.all(
        steps.map((step) => this.#piece(step, prompt.language, rate)),
      )
      return { ...(await this.#encoder.encode(pieces, codec)), ...timesOf(pieces, rate) }
    })
    measure('prompt-asked', { cached })
    return rendered
  }

  /** Makes ready in the background what will soon be rendered. Best effort. */
  prepare(prompt: Prompt, codec: PromptCodec, recordingOf?: RecordingOf): void {
    this.render(prompt, codec, recordingOf).catch((thrown: unknown) =>
      this.#log.debug('prompt-not-prepared', { reason: errorMessage(thrown) }),
    )
  }

  /** `rate`: samples in a millisecond, here and below. */
  async #loadParts(
    parts: readonly PromptPart[],
    rate: number,
    recordingOf: RecordingOf,
  ): Promise<LoadedPart[]> {
    if (parts.every((part) => part.kind !== 'audio')) return [...parts]
    const loaded = await Promise.all(
      parts.map((part) =>
        part.kind === 'audio' ? this.#loadAudio(part, rate, recordingOf) : [part],
      ),
    )
    return loaded.flat()
  }

  async #loadAudio(
    part: Extract<PromptPart, { kind: 'audio' }>,
    rate: number,
    recordingOf: RecordingOf,
  ): Promise<LoadedPart[]> {
    const { maxDurationMs } = part
    try {
      const recording = recordingOf(part.uri)
      const clip =
        recording === undefined
          ? await this.#library.load(part.uri, part.fetchTimeoutMs, rate * 1000)
          : await this.#library.decode({ ...(await recording), extension: '' }, rate * 1000)
      return [{ kind: 'clip', clip, ...(maxDurationMs !== undefined && { maxDurationMs }) }]
    } catch (thrown) {
      this.#log.warn('audio-not-playable', {
        uri: withoutQuery(part.uri),
        code: thrown instanceof OutdialError ? thrown.code : undefined,
        reason: errorMessage(thrown),
        fallback: part.fallback.length > 0,
      })
      return this.#loadParts(part.fallback, rate, recordingOf)
    }
  }

  async #piece(step: PromptStep, language: string, rate: number): Promise<Piece> {
    switch (step.kind) {
      case 'mark':
        return { samples: 0, mark: step.name }
      case 'silence':
        return { samples: samplesOf(step.durationMs, rate) }
      case 'clip': {
        const pcm = step.clip.pcm.subarray(
          0,
          samplesOf(step.maxDurationMs ?? Number.POSITIVE_INFINITY, rate),
        )
        return { samples: pcm.length, pcm }
      }
      case 'speech': {
        const pcm = await this.#speak(step, language, rate)
        return { samples: pcm.length, pcm }
      }
    }
  }

  async #speak(
    { text, voice: hint }: Extract<PromptStep, { kind: 'speech' }>,
    language: string,
    rate: number,
  ): Promise<Int16Array> {
    const voice = this.#synthesizer.chooseVoice(hint, hint?.language ?? language)
    const key = `${this.#synthesizer.name}/${voice.name}/${voice.rate}/${rate}/${text}`
    const speak = () => this.#synthesizer.synthesize(text, voice, rate * 1000)
    const pcm = await this.#spoken.get(key, speak)
    const volume = hint?.volume ?? 1
    return volume === 1 ? pcm : amplify(pcm, Math.max(0, Math.min(LOUDEST, volume)))
  }
}

/** −6 dBFS of speech leave room for twice the amplitude. */
const LOUDEST = 2

function samplesOf(durationMs: number, rate: number): number {
  return Math.max(0, Math.round(durationMs * rate))
}

function timesOf(
  pieces: readonly Piece[],
  rate: number,
): Pick<RenderedPrompt, 'durationMs' | 'marks'> {
  const marks: RenderedMark[] = []
  let at = 0
  for (const piece of pieces) {
    if (piece.mark !== undefined) marks.push({ name: piece.mark, atMs: at / rate })
    at += piece.samples
  }
  return { durationMs: at / rate, marks }
}

/** Everything that the sound depends on; a clip is named by its content. */
function renderingKey(steps: readonly PromptStep[], language: string, codec: PromptCodec): string {
  const named = steps.map((step) => (step.kind === 'clip' ? { ...step, clip: step.clip.id } : step))
  return JSON.stringify([codec, language, named])
}

/** A query may hold what identifies a person: logs do without. */
function withoutQuery(uri: string): string {
  return uri.replace(/[?#].*$/s, '')
}
