import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorMessage, OutdialError } from '#base'
import { CHUNK_BYTES, type Seal } from './seal.ts'

/** So much may wait to be written: a disk that is slower than that for longer is as good as full. */
const WAITING_BYTES = 8 << 20

export interface WriterOptions {
  /** Where it is written until it is whole. */
  readonly path: string
  /** What it begins with is known at its end only, and so long. */
  readonly headBytes: number
  /** Absent: in the clear. */
  readonly seal?: Seal
}

/**
 * One recording on its way to the disk: takes octets without waiting. What goes wrong is kept until
 * `finish`, and nothing is written after it. Until then the file lacks its head, and reads as nothing.
 */
export class RecordingWriter {
  readonly path: string
  readonly #options: WriterOptions
  readonly #file: Promise<FileHandle>
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #writing: Promise<void> = Promise.resolve()
  #waitingBytes = 0
  #failure: unknown
  #part = 1
  #bytes = 0

  constructor(options: WriterOptions) {
    this.path = options.path
    this.#options = options
    this.#file = begin(options.path)
    this.#write(async (file) => {
      const { seal, headBytes } = options
      if (seal) await writeAt(file, seal.preamble, 0)
      else await writeAt(file, new Uint8Array(headBytes), 0)
    })
  }

  /** Octets that were appended. */
  get bytes(): number {
    return this.#bytes
  }

  /** Octets that the disk has still to take. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  append(bytes: Uint8Array): void {
    this.#bytes += bytes.length
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    // The last chunk is sealed as such: a full one waits until there is more.
    while (this.#pendingBytes > CHUNK_BYTES) this.#writeChunk(CHUNK_BYTES, false)
  }

  /** Gives it its head and, where it is to stay, its place. Rejects `recording-not-stored`. */
  async finish(head: Uint8Array, path?: string): Promise<void> {
    this.#writeChunk(this.#pendingBytes, true)
    this.#write(async (file) => {
      const { seal } = this.#options
      if (seal) await writeAt(file, seal.close(0, false, head), seal.placeOf(0))
      else await writeAt(file, head, 0)
      if (path !== undefined) await file.datasync()
      await file.close()
      if (path !== undefined) await rename(this.path, path)
    })
    await this.#writing
    if (this.#failure === undefined) return
    const why = errorMessage(this.#failure)
    await this.abandon()
    throw new OutdialError('recording-not-stored', `The recording could not be written: ${why}`)
  }

  /** Nothing is left of it. Twice-safe, never rejects. */
  async abandon(): Promise<void> {
    this.#failure ??= new Error('It was given up.')
    await this.#writing
    const file = await this.#file.catch(() => undefined)
    await file?.close().catch(() => undefined)
    await rm(this.path, { force: true }).catch(() => undefined)
  }

  #writeChunk(length: number, isLast: boolean): void {
    const all = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending)
    const chunk = all.subarray(0, length)
    this.#pending = length < all.length ? [all.subarray(length)] : []
    this.#pendingBytes -= length
    const { seal, headBytes } = this.#options
    const part = this.#part++
    const place = seal ? seal.placeOf(part) : headBytes + (part - 1) * CHUNK_BYTES
    this.#waitingBytes += length
    this.#write(async (file) => {
      await writeAt(file, seal ? seal.close(part, isLast, chunk) : chunk, place)
      this.#waitingBytes -= length
    })
    if (this.#waitingBytes > WAITING_BYTES) this.#failure ??= new Error('The disk is too slow.')
  }

  #write(work: (file: FileHandle) => Promise<void>): void {
    this.#writing = this.#writing.then(async () => {
      if (this.#failure !== undefined) {
        this.#waitingBytes = 0
        return
      }
      try {
        await work(await this.#file)
      } catch (error) {
        this.#failure ??= error
      }
    })
  }
}

async function begin(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return await open(path, 'wx', 0o600)
}

/** All of it: a disk that is nearly full takes a part. */
async function writeAt(file: FileHandle, bytes: Uint8Array, place: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, place + done)
    done += bytesWritten
  }
}
