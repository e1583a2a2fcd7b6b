import { type FileHandle, open } from 'node:fs/promises'
import { errorMessage, OutdialError } from '#base'
import { TransferProgress } from './transfer-progress.ts'

/**
 * Streams a file to a request, and shows on a terminal how far it is.
 *
 * @throws OutdialError `list-unreadable`, and what the request throws
 */
export async function sendList<Answer>(
  path: string,
  request: (body: ReadableStream<Uint8Array>) => Promise<Answer>,
): Promise<Answer> {
  const { file, size } = await openList(path)
  const progress = new TransferProgress(size)
  try {
    const bytes: ReadableStream<Uint8Array> = file.readableWebStream()
    return await request(bytes.pipeThrough(progress.count()))
  } finally {
    progress.end()
    await file.close()
  }
}

async function openList(path: string): Promise<{ file: FileHandle; size: number }> {
  try {
    const file = await open(path)
    const { size } = await file.stat()
    return { file, size }
  } catch (cause) {
    const sentence = `The list cannot be read: ${errorMessage(cause)}.`
    throw new OutdialError('list-unreadable', sentence, { cause })
  }
}
