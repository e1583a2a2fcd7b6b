import { createHash } from 'node:crypto'
import {
  type Clock,
  type GuardedFetch,
  type Logger,
  OutdialError,
  type Service,
  siblingModule,
} from '#base'
import type { AudioBytes, AudioJob } from './audio-format.ts'
import { ByteCache } from './byte-cache.ts'
import { freshnessMs } from './freshness.ts'
import { WorkerPool } from './worker-pool.ts'

/** Decoded audio: equal ids mean equal sound. */
export interface AudioClip {
  readonly id: string
  /** Mono, of the sample rate that was asked for. */
  readonly pcm: Int16Array
}

export interface AudioLibraryOptions {
  readonly fetch: GuardedFetch
  readonly cacheBytes: number
  readonly clock: Clock
  readonly log: Logger
}

interface Known {
  readonly clip: string
  /** On the monotonic clock. */
  readonly freshUntil: number
}

/** Three minutes of stereo in CD quality, an hour of G.711. */
const FILE_LIMIT_BYTES = 32_000_000
/** What one remembered URI weighs besides its own length. */
const KNOWN_BYTES = 200
const KNOWN_LIMIT_BYTES = 4_000_000

/**
 * Audio files by URI, decoded. A URI is asked again when its answer is no longer fresh; a file is decoded
 * again only when its bytes changed.
 */
export class AudioLibrary implements Service {
  readonly #fetch: GuardedFetch
  readonly #clock: Clock
  readonly #decoder: WorkerPool<AudioJob, Int16Array>
  readonly #clips: ByteCache<AudioClip>
  readonly #known = new ByteCache<Known>(KNOWN_LIMIT_BYTES, () => KNOWN_BYTES)
  readonly #underway = new Map<string, Promise<AudioClip>>()

  constructor({ fetch, cacheBytes, clock, log }: AudioLibraryOptions) {
    this.#fetch = fetch
    this.#clock = clock
    this.#clips = new ByteCache(cacheBytes, (clip) => clip.pcm.byteLength)
    this.#decoder = new WorkerPool({
      name: 'audio',
      module: siblingModule(import.meta.url, 'audio-worker'),
      size: 1,
      deadlineMs: 10_000,
      queueLimit: 1000,
      clock,
      log,
    })
  }

  start(): Promise<void> {
    return this.#decoder.start()
  }

  stop(): Promise<void> {
    return this.#decoder.stop()
  }

  /**
   * Rejects with whatever the fetch rejects with, `speech-audio-fetch` for a status other than 200, or
   * the codes of `decodeAudio`.
   */
  async load(uri: string, timeoutMs: number, sampleRate: number): Promise<AudioClip> {
    // At another rate it is another clip: so rarely both are wanted that it may be fetched twice.
    const name = `${sampleRate} ${uri}`
    const known = this.#known.peek(name)
    if (known !== undefined && known.freshUntil > this.#clock.monotonic()) {
      const clip = this.#clips.peek(known.clip)
      if (clip !== undefined) return clip
    }
    const underway = this.#underway.get(name)
    if (underway !== undefined) return underway
    const loading = this.#load(uri, timeoutMs, sampleRate).finally(() =>
      this.#underway.delete(name),
    )
    this.#underway.set(name, loading)
    return loading
  }

  /** A file that is at hand already. Rejects with the codes of `decodeAudio`. */
  decode(audio: AudioBytes, sampleRate: number): Promise<AudioClip> {
    const id = clipId(audio, sampleRate)
    return this.#clips.get(id, async () => ({
      id,
      pcm: await this.#decoder.run({ ...audio, sampleRate }),
    }))
  }

  async #load(uri: string, timeoutMs: number, sampleRate: number): Promise<AudioClip> {
    const askedAt = this.#clock.monotonic()
    const file = await this.#fetch({
      url: uri,
      method: 'GET',
      timeoutMs,
      maxBytes: FILE_LIMIT_BYTES,
    })
    if (file.status !== 200) {
      const sentence = `The audio file was answered with status ${file.status} instead of 200.`
      throw new OutdialError('speech-audio-fetch', sentence)
    }
    const contentType = (file.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
    const audio = { body: file.body, extension: extensionOf(uri), contentType }
    const clip = await this.decode(audio, sampleRate)
    const freshUntil = askedAt + freshnessMs(file.headers['cache-control'] ?? '')
    this.#known.put(`${sampleRate} ${uri}`, { clip: clip.id, freshUntil })
    return clip
  }
}

function clipId({ body, extension, contentType }: AudioBytes, sampleRate: number): string {
  const format = JSON.stringify([extension, contentType, sampleRate])
  return createHash('sha256').update(format).update(body).digest('base64url')
}

function extensionOf(uri: string): string {
  const path = URL.parse(uri)?.pathname ?? ''
  return /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? ''
}
