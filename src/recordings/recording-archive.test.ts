import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { createGuardedFetch, type Logger, silentLogger, systemClock, systemRandom } from '#base'
import { type CallRecordingRecord, findCallRecordings } from '#store'
import { S3Server } from '#test/s3-server'
import { useStore } from '#test/store-fixture'
import { Bucket } from './bucket.ts'
import { openRecording, RecordingArchive } from './recording-archive.ts'
import { collectBytes, readRecording } from './recording-reader.ts'
import { KEY_BYTES } from './seal.ts'

const LOGIN = { region: 'eu-test-1', accessKeyId: 'AKTEST', secretAccessKey: 'se/cr+et' }
const KEY = new Uint8Array(KEY_BYTES).fill(3)
const HEAD = Buffer.from('head')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('RecordingArchive', { timeout: 60_000 }, () => {
  const fixture = useStore()
  const server = new S3Server(LOGIN)
  const root = mkdtempSync(join(tmpdir(), 'outdial-archive-'))
  let folder: string
  let logged: string[]
  before(() => server.start())
  beforeEach(() => {
    folder = mkdtempSync(join(root, 'of-'))
    logged = []
  })
  afterEach(() => {
    server.objects.clear()
    server.refusal = undefined
  })
  after(() => {
    server.stop()
    rmSync(root, { recursive: true, force: true })
  })

  const url = (): string => server.url('/bucket/calls')
  const bucketOf = (changes: Partial<typeof LOGIN & { url: string }> = {}): Bucket => {
    const fetch = createGuardedFetch({
      ...{ allowPrivate: ['127.0.0.0/8'], userAgent: 'test', clock: systemClock },
    })
    return new Bucket({ ...LOGIN, url: url(), ...changes }, fetch, systemClock)
  }
  const archiveOf = (bucket?: Bucket): RecordingArchive => {
    const error: Logger['error'] = (event, fields) =>
      void logged.push(`${event} ${JSON.stringify(fields)}`)
    const log = { ...silentLogger, error }
    const parts = { db: fixture.db, clock: systemClock, random: systemRandom, log }
    return new RecordingArchive({
      ...parts,
      ...{ nodeId: 'n1', folder, key: KEY, bucket, retentionDays: 90 },
    })
  }
  /** A recording of a call that was dialled. */
  const recorded = async (archive: RecordingArchive, size = 100_000, notes = true) => {
    await fixture.queue()
    const claim = await fixture.claimOne()
    await fixture.dial(claim)
    const { callId, accountId } = claim
    const writer = archive.folder.create(HEAD.length)
    const audio = new Uint8Array(size).fill(callId)
    writer.append(audio)
    const name = archive.folder.nameOf(callId, 1)
    const path = archive.folder.pathOf(name)
    await writer.finish(HEAD, path)
    const recording = { accountId, callId, attempt: 1, name, bytes: size, durationMs: size >> 4 }
    if (notes) await archive.note(recording)
    return { callId, name, path, whole: Buffer.concat([HEAD, audio]) }
  }
  const noted = async (callId: number): Promise<CallRecordingRecord | undefined> =>
    (await findCallRecordings(fixture.db, { callId }))[0]
  const age = (callId: number, days: number): Promise<number> =>
    fixture.db.execute(
      'UPDATE recordings SET recorded_at = now() - make_interval(days => $2) WHERE call_id = $1',
      [callId, days],
    )
  const makeDue = (): Promise<number> => fixture.db.execute('UPDATE recordings SET due_at = now()')

  it('moves recordings to the bucket, signed, and reads them from there by parts', async () => {
    const bucket = bucketOf()
    const archive = archiveOf(bucket)
    const sizes = [1000, 6_000_000]
    for (const size of sizes) {
      const { callId, name, path, whole } = await recorded(archive, size)
      const stored = readFileSync(path)
      assert.equal(await archive.moveOnce(), true, logged.join())
      assert.equal(existsSync(path), false)
      assert.ok(stored.equals(server.objects.get(`/bucket/calls/${name}`) ?? Buffer.alloc(0)))
      const record = (await noted(callId)) ?? assert.fail('it is noted')
      assert.equal(record.bucket, url())
      const reach = { folder: archive.folder, nodeId: 'n2', bucket }
      const source = (await openRecording(reach, record)) ?? assert.fail('it is reached')
      assert.ok(whole.equals(await collectBytes(readRecording(source, { key: KEY }))))
      const elsewhere = { ...reach, bucket: bucketOf({ url: server.url('/other') }) }
      assert.equal(await openRecording(elsewhere, record), undefined)
    }
    assert.equal(await archive.moveOnce(), false)
    assert.ok(server.received.filter(({ method }) => method === 'GET').length >= 3, 'by parts')
  })

  it('keeps on the disk what the bucket refuses, says why, and tries again later', async () => {
    const archive = archiveOf(bucketOf())
    const { callId, path } = await recorded(archive)
    server.refusal = { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' }
    assert.equal(await archive.moveOnce(), false)
    const sentence = 'The bucket answered PUT with 503 SlowDown: Please reduce your request rate..'
    assert.deepEqual((await noted(callId))?.fault, sentence)
    assert.ok(existsSync(path))
    assert.match(logged.join('\n'), /recording not moved.*SlowDown/)
    server.refusal = undefined
    assert.equal(await archive.moveOnce(), false, 'not before it is due')
    await makeDue()
    assert.equal(await archive.moveOnce(), true)
    const { fault, bucket } = (await noted(callId)) ?? assert.fail('it is noted')
    assert.deepEqual([fault, bucket], [undefined, url()])
    assert.ok(!existsSync(path))
  })

  it('is told by a bucket that the keys are wrong, or that nobody is there', async () => {
    const { callId } = await recorded(archiveOf())
    for (const [changes, why] of [
      [{ secretAccessKey: 'another' }, /403 SignatureDoesNotMatch: The signature is another/],
      [{ region: 'us-east-1' }, /403 SignatureDoesNotMatch: The scope is another/],
      [{ url: 'http://127.0.0.1:9/bucket' }, /Nobody answers there/],
    ] as const) {
      await makeDue()
      assert.equal(await archiveOf(bucketOf(changes)).moveOnce(), false)
      assert.match((await noted(callId))?.fault ?? '', why)
    }
  })

  it('removes what is old: file, object and row, and nothing else', async () => {
    const archive = archiveOf(bucketOf())
    const moved = await recorded(archive)
    await archive.moveOnce()
    const old = await recorded(archive)
    const young = await recorded(archive)
    const foreign = await recorded(archive)
    await fixture.db.execute(`UPDATE recordings SET node_id = 'n2' WHERE call_id = $1`, [
      foreign.callId,
    ])
    for (const { callId } of [moved, old, foreign]) await age(callId, 91)
    await age(young.callId, 89)
    await archive.tidyOnce()
    assert.equal(server.objects.size, 0)
    const left = [moved, old, young, foreign].map(({ path }) => existsSync(path))
    assert.deepEqual(left, [false, false, true, true])
    for (const { callId } of [moved, old]) assert.equal(await noted(callId), undefined)
    for (const { callId } of [young, foreign]) assert.ok(await noted(callId))
  })

  it('removes an old one in the next round where the bucket refused', async () => {
    const archive = archiveOf(bucketOf())
    const { callId } = await recorded(archive)
    await archive.moveOnce()
    await age(callId, 91)
    server.refusal = { status: 403, code: 'AccessDenied', message: 'Access Denied' }
    await archive.tidyOnce()
    assert.ok(await noted(callId))
    assert.match(logged.join('\n'), /old recording not removed.*AccessDenied/)
    server.refusal = undefined
    await archive.tidyOnce()
    assert.equal(await noted(callId), undefined)
  })

  it('finds again what is whole and was not noted, and what is in the bucket already', async () => {
    const archive = archiveOf(bucketOf())
    const forgotten = await recorded(archive, 5000, false)
    const moved = await recorded(archive)
    await archive.moveOnce()
    writeFileSync(moved.path, 'the process ended before this was removed')
    const unknown = ['900001-1.wav', '900002-1.wav', 'notes.txt'].map((name) => join(folder, name))
    for (const path of unknown) writeFileSync(path, 'of no call')
    const longAgo = new Date(Date.now() - 100 * DAY_MS)
    for (const path of [unknown[0], unknown[2]]) utimesSync(path ?? '', longAgo, longAgo)
    await archive.tidyOnce()
    assert.deepEqual((await noted(forgotten.callId))?.name, forgotten.name)
    assert.ok(existsSync(forgotten.path) && !existsSync(moved.path))
    assert.deepEqual(
      unknown.map((path) => existsSync(path)),
      [false, true, true],
    )
    assert.equal(await archive.moveOnce(), true)
    assert.ok(server.objects.has(`/bucket/calls/${forgotten.name}`))
  })

  it('notes why there is none, and forgets that with its time', async () => {
    const archive = archiveOf()
    await fixture.queue()
    const { callId, accountId } = await fixture.claimOne()
    const fault = 'The recording could not be written: ENOSPC'
    await archive.note({ accountId, callId, attempt: 1, bytes: 0, durationMs: 0, fault })
    assert.equal((await noted(callId))?.fault, fault)
    await age(callId, 91)
    await archive.tidyOnce()
    assert.equal(await noted(callId), undefined)
  })
})
