import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Random, randomHex } from '#base'
import { openFile, readRecording } from './recording-reader.ts'
import { RecordingWriter } from './recording-writer.ts'
import { KEY_BYTES, SALT_BYTES, Seal } from './seal.ts'

export interface RecordingFolderOptions {
  readonly folder: string
  /** Of `KEY_BYTES`; absent: recordings of calls are stored in the clear. */
  readonly key?: Uint8Array | undefined
  readonly random: Random
}

/**
 * The folder of a node's recordings. What is being written stands apart, under a name that says so, and
 * is moved when it is whole; `start` removes what an earlier process has left there.
 */
export class RecordingFolder {
  readonly folder: string
  readonly key: Uint8Array | undefined
  readonly #unfinished: string
  readonly #random: Random
  /** What lasts no longer than a call is read by this process alone: a key that nobody else ever has. */
  readonly #passingKey: Uint8Array

  constructor({ folder, key, random }: RecordingFolderOptions) {
    this.folder = folder
    this.key = key
    this.#unfinished = join(folder, 'unfinished')
    this.#random = random
    this.#passingKey = random.bytes(KEY_BYTES)
  }

  async start(): Promise<void> {
    await rm(this.#unfinished, { recursive: true, force: true })
  }

  async stop(): Promise<void> {}

  /** A recording that is to be kept; its head will have so many octets. */
  create(headBytes: number): RecordingWriter {
    return this.#writer(headBytes, this.key)
  }

  /** One that is gone when the call is. */
  createPassing(): RecordingWriter {
    return this.#writer(0, this.#passingKey)
  }

  /** What `createPassing` has written at `path`, up to `limit` octets. */
  async *readPassing(path: string, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
    yield* readRecording(await openFile(path), { key: this.#passingKey, limit })
  }

  /** The path of a recording that is whole. */
  pathOf(name: string): string {
    return join(this.folder, name)
  }

  /** `7-1.wav`, and what it is called where it is encrypted. */
  nameOf(callId: number, attempt: number): string {
    return `${callId}-${attempt}.wav${this.key === undefined ? '' : '.sealed'}`
  }

  /** Rejects where the folder cannot be made. */
  async make(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
  }

  #writer(headBytes: number, key: Uint8Array | undefined): RecordingWriter {
    const path = join(this.#unfinished, `${randomHex(this.#random, 12)}.part`)
    if (key === undefined) return new RecordingWriter({ path, headBytes })
    const seal = Seal.begin(key, this.#random.bytes(SALT_BYTES), headBytes)
    return new RecordingWriter({ path, headBytes, seal })
  }
}
