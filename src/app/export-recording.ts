import { OutdialError } from '#base'
import { openFile, openRecording, RecordingFolder, readRecording } from '#recordings'
import { type CallRecordingRecord, findCallRecordings } from '#store'
import type { Config } from './config.ts'
import { type Ground, recordingSettings } from './wire.ts'

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
  const settings = recordingSettings(config, ground)
  const folder = new RecordingFolder({ ...settings, random: ground.random })
  const source = await openRecording({ ...settings, folder }, found)
  if (source === undefined) throw elsewhere(found)
  return readRecording(source, { key: settings.key })
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

function elsewhere({ bucket, nodeId }: CallRecordingRecord): OutdialError {
  const where = bucket === undefined ? `on the disk of the node ${nodeId}` : `in ${bucket}`
  return new OutdialError(
    'recording-elsewhere',
    `The recording is ${where}: run this with the settings of a server that reaches it.`,
  )
}
