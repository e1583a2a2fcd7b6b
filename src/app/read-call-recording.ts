import { OutdialError } from '#base'
import { openRecording, RecordingFolder, readRecording } from '#recordings'
import type { CallRecordingRecord } from '#store'
import type { Config } from './config.ts'
import { recordingSettings } from './recording-settings.ts'
import type { Ground } from './wire.ts'

/**
 * A recording as a WAV file, decrypted, piece by piece. Rejects `recording-elsewhere`, `recording-not-found`, and while it is read
 * `recording-…`, `fetch-…`.
 */
export async function readCallRecording(
  config: Config,
  ground: Pick<Ground, 'machine' | 'random'>,
  recording: CallRecordingRecord,
): Promise<AsyncIterable<Uint8Array>> {
  const settings = recordingSettings(config, ground)
  const folder = new RecordingFolder({ ...settings, random: ground.random })
  const source = await openRecording({ ...settings, folder }, recording).catch((error) => {
    // Removed by hand, or by age since it was looked up.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw gone(recording)
    throw error
  })
  if (source === undefined) throw elsewhere(recording)
  return readRecording(source, { key: settings.key })
}

function gone({ name }: CallRecordingRecord): OutdialError {
  return new OutdialError(
    'recording-not-found',
    `The file of the recording, ${name}, is not there.`,
  )
}

function elsewhere({ bucket, nodeId }: CallRecordingRecord): OutdialError {
  const where = bucket === undefined ? `on the disk of the node ${nodeId}` : `in ${bucket}`
  return new OutdialError(
    'recording-elsewhere',
    `The recording is ${where}: ask a server that reaches it, or give the command its settings.`,
  )
}
