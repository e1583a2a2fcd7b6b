import { createReadStream } from 'node:fs'
import { errorMessage, OutdialError } from '#base'

/** A file, piece by piece. @throws OutdialError `list-unreadable` */
export async function* readFileBytes(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path)
  } catch (cause) {
    throw new OutdialError('list-unreadable', `The list cannot be read: ${errorMessage(cause)}.`, {
      cause,
    })
  }
}
