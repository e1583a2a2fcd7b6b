import { open } from 'node:fs/promises'
import { CHUNK_BYTES, PREAMBLE_BYTES, Seal, TAG_BYTES } from './seal.ts'

/** Where a stored recording is read from, octet by octet as it is stored. */
export interface ByteSource {
  readonly bytes: number
  /** From `start` to before `end`. */
  read(start: number, end: number): Promise<Uint8Array>
  close(): Promise<void>
}

export interface ReadOptions {
  /** Needed where it is encrypted. */
  readonly key?: Uint8Array | undefined
  /** So much of it; default: all. */
  readonly limit?: number | undefined
}

/** The file as it was before it was encrypted, piece by piece. Closes `source`. Throws `recording-…`. */
export async function* readRecording(
  source: ByteSource,
  { key, limit = Number.POSITIVE_INFINITY }: ReadOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const beginning = await source.read(0, Math.min(PREAMBLE_BYTES, source.bytes))
    const seal = Seal.read(beginning, key)
    let left = limit
    for await (const piece of seal ? openParts(source, seal) : readPlain(source)) {
      if (left <= 0) return
      yield piece.length > left ? piece.subarray(0, left) : piece
      left -= piece.length
    }
  } finally {
    await source.close()
  }
}

/** All of it at once. */
export async function collectBytes(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

export async function openFile(path: string): Promise<ByteSource> {
  const file = await open(path, 'r')
  const { size } = await file.stat()
  return {
    bytes: size,
    read: async (start, end) => {
      const buffer = Buffer.allocUnsafe(end - start)
      const { bytesRead } = await file.read(buffer, 0, end - start, start)
      return buffer.subarray(0, bytesRead)
    },
    close: () => file.close(),
  }
}

async function* readPlain(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < source.bytes; at += CHUNK_BYTES) {
    yield await source.read(at, Math.min(source.bytes, at + CHUNK_BYTES))
  }
}

async function* openParts(
  source: ByteSource,
  seal: Seal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const head = await source.read(seal.placeOf(0), seal.placeOf(1))
  yield seal.open(0, false, head)
  const step = seal.chunkBytes + TAG_BYTES
  for (let part = 1; ; part++) {
    const start = seal.placeOf(part)
    const isLast = start + step >= source.bytes
    const sealed = await source.read(start, Math.max(start, Math.min(source.bytes, start + step)))
    yield seal.open(part, isLast, sealed)
    if (isLast) return
  }
}
