import { OutdialError } from '#base'
import { openFile, readRecording } from '#recordings'
import { type CallRecordingRecord, findCallRecordings } from '#store'
import type { Config } from './config.ts'
import { readCallRecording } from './read-call-recording.ts'
import type { Ground } from './wire.ts'

export interface ExportRecording {
  readonly callId: number
  /** Default: the last one that was recorded. */
  readonly attempt?: number | undefined
}

/**
 * A call's recording as a WAV file, decrypted, piece by piece. Rejects `recording-not-found`,
 * `recording-elsewhere`, and while it is read `recording-…`, `fetch-…`.
 */
export async function exportRecording(
  config: Config,
  ground: Ground,
  { callId, attempt }: ExportRecording,
): Promise<AsyncIterable<Uint8Array>> {
  const recordings = await findCallRecordings(ground.db, { callId })
  const found = recordings.findLast((one) =>
    attempt === undefined ? one.name !== undefined : one.attempt === attempt,
  )
  if (found?.name === undefined) throw notFound(callId, found ?? recordings.at(-1))
  return readCallRecording(config, ground, found)
}

/** The same of a file that was kept elsewhere. */
export async function decryptRecording(
  { recordingKey }: Pick<Config, 'recordingKey'>,
  path: string,
): Promise<AsyncIterable<Uint8Array>> {
  return readRecording(await openFile(path), { key: recordingKey })
}

function notFound(callId: number, failed: CallRecordingRecord | undefined): OutdialError {
  const why = failed?.fault === undefined ? '' : ` It could not be stored: ${failed.fault}`
  return new OutdialError(
    'recording-not-found',
    `There is no recording of call ${callId}; outdial why ${callId} names those there are.${why}`,
  )
}
