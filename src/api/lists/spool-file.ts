import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, OutdialError, type Random, randomHex } from '#base'

/** Rows of one piece are held together: few enough to be forgotten before the collector comes. */
const CHUNK_BYTES = 16 * 1024
/** The embedded database may be on the same disk: no upload takes its last space. */
const RESERVED_BYTES = 256 * 2 ** 20
const LOOK_EVERY_BYTES = 16 * 2 ** 20

export interface SpoolOptions {
  /** Made where it is not there. */
  readonly folder: string
  readonly random: Random
  /** Keeps it in the folder under this name, also when it is closed; absent: it goes with its last reader. */
  readonly keepAs?: string
  /** So much of its disk stays free. */
  readonly reservedBytes?: number
}

/**
 * An uploaded file, kept on disk until the form around it is whole: its fields may come in any order,
 * and a client may be slow. Unless it is to be kept it has no name from the first moment on, so that a crash leaves nothing.
 */
export class SpoolFile {
  readonly #handle: FileHandle
  readonly #options: SpoolOptions
  readonly #hash = createHash('sha256')
  #bytes = 0
  #lookAtBytes = 0

  private constructor(handle: FileHandle, options: SpoolOptions) {
    this.#handle = handle
    this.#options = options
  }

  /** @throws OutdialError `upload-not-storable`, temporary */
  static async create(options: SpoolOptions): Promise<SpoolFile> {
    const { folder, random, keepAs } = options
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, keepAs ?? `${randomHex(random, 16)}.upload`)
      const handle = await open(path, 'wx+', 0o600)
      if (keepAs === undefined) await unlink(path)
      return new SpoolFile(handle, options)
    } catch (error) {
      throw notStorable(error)
    }
  }

  /** @throws OutdialError `upload-not-storable`, temporary */
  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk)
    this.#bytes += chunk.length
    try {
      if (this.#bytes > this.#lookAtBytes) await this.#refuseLastSpace()
      await this.#handle.writeFile(chunk)
    } catch (error) {
      throw notStorable(error)
    }
  }

  async #refuseLastSpace(): Promise<void> {
    const { folder, reservedBytes = RESERVED_BYTES } = this.#options
    const { bavail, bsize } = await statfs(folder)
    if (bavail * bsize < reservedBytes) throw new Error('little space is left on it')
    this.#lookAtBytes = this.#bytes + LOOK_EVERY_BYTES
  }

  /** SHA-256 of what was written, in hex. Once. */
  digest(): string {
    return this.#hash.digest('hex')
  }

  /** From the beginning. */
  async *read(): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let position = 0; position < this.#bytes; ) {
      const { bytesRead } = await this.#handle.read(buffer, 0, CHUNK_BYTES, position)
      if (bytesRead === 0) throw new Error('The spooled upload is shorter than it was')
      position += bytesRead
      yield Buffer.from(buffer.subarray(0, bytesRead))
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

function notStorable(cause: unknown): OutdialError {
  return new OutdialError(
    'upload-not-storable',
    `The upload cannot be kept on the server's disk (${errorMessage(cause)}); try again later.`,
    { temporary: true, cause },
  )
}
