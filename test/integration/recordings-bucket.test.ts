import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Config } from '#app'
import { concat, formatWav, goertzelPower, parseWav, tone } from '#audio'
import type { CarrierScript } from '#carrier'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { Lab } from '#test/lab'
import { runOutdial } from '#test/outdial-command'
import { S3Server } from '#test/s3-server'
import { readStereoWav } from '#test/stereo-wav'
import { until } from '#test/until'

const LOGIN = { region: 'eu-test-1', accessKeyId: 'AKTEST', secretAccessKey: 'se/cr+et' }
const KEY = 'ab'.repeat(32)
const HUMS = '16177127001'
const TALKS_ON = '16177127002'

const SCRIPT: CarrierScript = {
  [HUMS]: { answerAfterMs: 100, says: 'hum', hangupAfterMs: 1500 },
  [TALKS_ON]: { answerAfterMs: 100, says: 'hum' },
}

const DOCUMENT = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <property name="recordcall" value="true"/>
  <form><block><prompt><audio src="/prompt.wav"/></prompt></block></form></vxml>`
/** Longer than any call here: somebody else ends them. */
const PROMPT = formatWav(tone({ frequenciesHz: [600], durationMs: 30_000, levelDbm0: -12 }), {
  sampleRate: 8000,
})

describe('recordings after the call', { timeout: 120_000 }, () => {
  const bucket = new S3Server(LOGIN)
  let lab: Lab
  let database: TestDatabase
  let config: Config
  let settings: Record<string, string>
  before(async () => {
    await bucket.start()
    const hum = tone({ frequenciesHz: [1500], durationMs: 10_000, levelDbm0: -12 })
    const pages = { '/recorded.vxml': DOCUMENT, '/prompt.wav': PROMPT }
    lab = await Lab.start(pages, { script: SCRIPT, say: async () => concat([hum]) })
    database = await openTestDatabase()
    const recordingBucket = { ...LOGIN, url: bucket.url('/bucket/calls') }
    config = lab.config({ databaseUrl: database.url, recordingBucket })
    settings = {
      DATABASE_URL: database.url,
      OUTDIAL_DATA: config.dataFolder,
      OUTDIAL_NODE: config.node,
      OUTDIAL_RECORDING_BUCKET: `${recordingBucket.url}?region=${LOGIN.region}`,
      AWS_ACCESS_KEY_ID: LOGIN.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOGIN.secretAccessKey,
      OUTDIAL_RECORDING_KEY: KEY,
    }
  })
  after(async () => {
    await lab.stop()
    await Promise.all([database.close(), bucket.stop()])
  })

  const recordings = (): string => join(config.dataFolder, 'recordings')
  const outdial = (...words: string[]) => runOutdial(words, { cwd: lab.folder, env: settings })
  const queue = (url: string, number: string): Promise<number> =>
    lab.queue(url, number, { start_url: lab.web.url('/recorded.vxml') })

  it('stay on the disk while the bucket refuses, which is told, and are exported from the bucket', async () => {
    bucket.refusal = { status: 403, code: 'AccessDenied', message: 'Access Denied' }
    const server = await lab.startServer(config)
    const callId = await queue(server.url, HUMS)
    assert.equal((await lab.result(callId)).get('outcome'), 'answered')
    await server.logged('AccessDenied')
    const { stdout: why } = await outdial('why', String(callId))
    assert.match(
      why,
      new RegExp(
        `recording of attempt 1: ${callId}-1.wav, \\d\\.\\d s, on the disk of lab, not yet in the bucket \\(.*403 AccessDenied`,
      ),
    )
    assert.ok(existsSync(join(recordings(), `${callId}-1.wav`)))
    await server.stop()

    bucket.refusal = undefined
    await database.db.execute('UPDATE recordings SET due_at = now()')
    const next = await lab.startServer(config)
    await until(async () => bucket.objects.has(`/bucket/calls/${callId}-1.wav`))
    await until(async () => !existsSync(join(recordings(), `${callId}-1.wav`)))
    const { status, stderr } = await outdial('recording', 'export', String(callId), 'out.wav')
    assert.equal(status, 0, stderr)
    const { received } = readStereoWav(readFileSync(join(lab.folder, 'out.wav')))
    assert.ok(goertzelPower(received, 1500) > 1000 * goertzelPower(received, 600))
    const none = await outdial('recording', 'export', '999', 'none.wav')
    assert.match(none.stderr, /There is no recording of call 999/)
    assert.ok(!existsSync(join(lab.folder, 'none.wav')))
    await next.stop()

    bucket.refusal = { status: 403, code: 'AccessDenied', message: 'Access Denied' }
    const { stdout: doctor } = await outdial('doctor')
    assert.match(doctor, /recordings.*The bucket answered PUT with 403 AccessDenied/)
    bucket.refusal = undefined
  })

  it('leave nothing that reads as whole where the server is killed, and what is left is removed', async () => {
    const server = await lab.startServer(config)
    const callId = await queue(server.url, TALKS_ON)
    const unfinished = join(recordings(), 'unfinished')
    // More than the head: the first piece of audio is there.
    await until(async () => {
      const names = existsSync(unfinished) ? readdirSync(unfinished) : []
      return names.some((name) => readFileSync(join(unfinished, name)).length > 65_536)
    })
    server.kill()
    await server.exited
    const left = readdirSync(recordings(), { recursive: true, encoding: 'utf8' })
    assert.deepEqual(
      left.filter((name) => name.endsWith('.wav')),
      [],
    )
    const parts = readdirSync(unfinished)
    assert.equal(parts.length, 1)
    assert.throws(() => parseWav(readFileSync(join(unfinished, parts[0] ?? ''))), {
      code: 'wav-invalid',
    })
    const next = await lab.startServer(config)
    assert.equal((await lab.result(callId)).get('outcome'), 'answered')
    assert.ok(!existsSync(unfinished))
    assert.equal(bucket.objects.has(`/bucket/calls/${callId}-1.wav`), false)
    await next.stop()
  })

  it('do not keep a call from going on where they cannot be written', async () => {
    const dataFolder = join(lab.folder, 'blocked')
    mkdirSync(dataFolder)
    writeFileSync(join(dataFolder, 'recordings'), 'a file where the folder should be')
    const server = await lab.startServer({ ...config, dataFolder })
    const callId = await queue(server.url, HUMS)
    const result = await lab.result(callId)
    assert.deepEqual([result.get('outcome'), result.get('hangup_by')], ['answered', 'callee'])
    assert.match(server.log, /call not recorded/)
    const { stdout: why } = await outdial('why', String(callId))
    assert.match(why, /recording of attempt 1: none, it could not be stored \(.*(ENOTDIR|EEXIST)/)
    await server.stop()
  })
})
