import { createHash } from 'node:crypto'
import {
  type Clock,
  type GuardedFetch,
  type Logger,
  OutdialError,
  type Service,
  siblingModule,
} from '#base'
import type { AudioBytes } from './audio-format.ts'
import { ByteCache } from './byte-cache.ts'
import { freshnessMs } from './freshness.ts'
import { WorkerPool } from './worker-pool.ts'

/** Decoded audio: equal ids mean equal sound. */
export interface AudioClip {
  readonly id: string
  /** 8 kHz mono. */
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
  readonly #decoder: WorkerPool<AudioBytes, Int16Array>
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
  async load(uri: string, timeoutMs: number): Promise<AudioClip> {
    const known = this.#known.peek(uri)
    if (known !== undefined && known.freshUntil > this.#clock.monotonic()) {
      const clip = this.#clips.peek(known.clip)
      if (clip !== undefined) return clip
    }
    const underway = this.#underway.get(uri)
    if (underway !== undefined) return underway
    const loading = this.#load(uri, timeoutMs).finally(() => this.#underway.delete(uri))
    this.#underway.set(uri, loading)
    return loading
  }

  /** A file that is at hand already. Rejects with the codes of `decodeAudio`. */
  decode(audio: AudioBytes): Promise<AudioClip> {
    const id = clipId(audio)
    return this.#clips.get(id, async () => ({ id, pcm: await this.#decoder.run(audio) }))
  }

  async #load(uri: string, timeoutMs: number): Promise<AudioClip> {
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
    const clip = await this.decode({
      body: file.body,
      extension: extensionOf(uri),
      contentType: (file.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase(),
    })
    const freshUntil = askedAt + freshnessMs(file.headers['cache-control'] ?? '')
    this.#known.put(uri, { clip: clip.id, freshUntil })
    return clip
  }
}

function clipId({ body, extension, contentType }: AudioBytes): string {
  const format = JSON.stringify([extension, contentType])
  return createHash('sha256').update(format).update(body).digest('base64url')
}

function extensionOf(uri: string): string {
  const path = URL.parse(uri)?.pathname ?? ''
  return /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? ''
}
