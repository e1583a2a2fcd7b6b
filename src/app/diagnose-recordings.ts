import { accessSync, constants, existsSync } from 'node:fs'
import { randomHex } from '#base'
import { collectBytes, readRecording } from '#recordings'
import type { Config } from './config.ts'
import { type Finding, fault } from './finding.ts'
import { recordingSettings } from './recording-settings.ts'
import type { Ground } from './wire.ts'

const WHAT = 'recordings'

/** Where recordings go, and whether they can: a small object is put into the bucket, read and removed. */
export async function diagnoseRecordings(config: Config, ground: Ground): Promise<Finding> {
  const { folder, key, bucket, retentionDays } = recordingSettings(config, ground)
  try {
    if (existsSync(folder)) accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    return fault(WHAT, error, `Give ${folder} to the user that Outdial runs as.`)
  }
  const which = config.recordsCalls ? 'all calls' : 'calls whose document asks for it'
  const sealed = key === undefined ? 'not encrypted' : 'encrypted'
  const kept = `${which}, ${sealed}, kept ${retentionDays} days`
  if (bucket === undefined) return { what: WHAT, state: 'ok', detail: `${kept} in ${folder}` }
  const probe = Buffer.from(randomHex(ground.random, 16))
  const name = `outdial-doctor-${probe}`
  try {
    await bucket.put(name, {
      sizeBytes: probe.length,
      async *open() {
        yield probe
      },
    })
    const read = await collectBytes(readRecording(await bucket.open(name)))
    await bucket.delete(name)
    if (!probe.equals(read)) throw new Error('The bucket gave back something else than was put.')
  } catch (error) {
    const cure =
      'Check OUTDIAL_RECORDING_BUCKET, its region, AWS_ACCESS_KEY_ID, the secret and its rights.'
    return fault(WHAT, error, cure)
  }
  return {
    what: WHAT,
    state: 'ok',
    detail: `${kept} in ${bucket.url}, which took, gave and removed an object`,
  }
}
