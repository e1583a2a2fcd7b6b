import { type FileHandle, open, rm } from 'node:fs/promises'
import { errorMessage, OutdialError } from '#base'

/**
 * Writes a capture to a file, or over one. Nothing is left of it where the end of the capture did not come.
 *
 * @throws OutdialError `pcap-not-written`
 */
export async function writePcap(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w', 0o600).catch(notWritten)
  try {
    await file.writeFile(pieces)
  } catch (cause) {
    await removeFile(file, path)
    notWritten(cause)
  } finally {
    await file.close()
  }
}

/** What Wireshark reads at the same time, a pipe for instance, is left alone. */
async function removeFile(file: FileHandle, path: string): Promise<void> {
  if ((await file.stat()).isFile()) await rm(path, { force: true })
}

function notWritten(cause: unknown): never {
  const sentence = `The packets cannot be written to a file: ${errorMessage(cause)}.`
  throw new OutdialError('pcap-not-written', sentence, { cause })
}
