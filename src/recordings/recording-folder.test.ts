import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { seededRandom } from '#base'
import { FullDisk } from '#test/full-disk'
import { parseRecordingKey } from './parse-recording-key.ts'
import { RecordingFolder } from './recording-folder.ts'
import { collectBytes, openFile, readRecording } from './recording-reader.ts'
import { CHUNK_BYTES, KEY_BYTES, PREAMBLE_BYTES, TAG_BYTES } from './seal.ts'

const root = mkdtempSync(join(tmpdir(), 'outdial-recordings-'))
after(() => rmSync(root, { recursive: true, force: true }))

const KEY = new Uint8Array(KEY_BYTES).fill(7)
const HEAD = Buffer.from('the head')
const SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 5]
const random = seededRandom('recordings')

function folderOf(options: { key?: Uint8Array; folder?: string } = {}): RecordingFolder {
  return new RecordingFolder({ folder: mkdtempSync(join(root, 'of-')), random, ...options })
}

/** Bytes in which each place can be told. */
function audioOf(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 7 + (at >> 8)) & 255))
}

/** Written in pieces of an odd size. Returns its path. */
async function stored(folder: RecordingFolder, size: number, name = '7-1.wav'): Promise<string> {
  const writer = folder.create(HEAD.length)
  const audio = audioOf(size)
  for (let at = 0; at < size; at += 10_007) writer.append(audio.subarray(at, at + 10_007))
  const path = folder.pathOf(name)
  await writer.finish(HEAD, path)
  return path
}

const opened = async (path: string, key?: Uint8Array, limit?: number): Promise<Buffer> =>
  Buffer.from(await collectBytes(readRecording(await openFile(path), { key, limit })))

const fails = (code: string) => ({ code })

describe('RecordingFolder', () => {
  for (const [form, key] of [
    ['in the clear', undefined],
    ['encrypted', KEY],
  ] as const) {
    it(`gives back what was written, of any length: ${form}`, async () => {
      const folder = folderOf(key === undefined ? {} : { key })
      for (const size of SIZES) {
        const path = await stored(folder, size)
        const whole = Buffer.concat([HEAD, audioOf(size)])
        assert.ok((await opened(path, key)).equals(whole), `${size}`)
        assert.ok((await opened(path, key, 9)).equals(whole.subarray(0, 9)), `${size}`)
      }
    })
  }

  it('stores nothing that reads as what it is, where a key is set', async () => {
    const path = await stored(folderOf({ key: KEY }), 1000)
    const bytes = readFileSync(path)
    assert.ok(!bytes.includes(HEAD) && !bytes.includes(audioOf(1000).subarray(100, 116)))
    await assert.rejects(opened(path), fails('recording-key-missing'))
    await assert.rejects(
      opened(
        path,
        KEY.map((byte) => byte + 1),
      ),
      fails('recording-key-wrong'),
    )
  })

  it('seals no two files alike', async () => {
    const folder = folderOf({ key: KEY })
    const [one, other] = [await stored(folder, 500, 'a'), await stored(folder, 500, 'b')]
    const tailOf = (path: string): Buffer => readFileSync(path).subarray(PREAMBLE_BYTES)
    assert.ok(!tailOf(one).equals(tailOf(other)))
  })

  it('refuses what was changed, moved or cut off, wherever', async () => {
    const path = await stored(folderOf({ key: KEY }), 3 * CHUNK_BYTES)
    const bytes = readFileSync(path)
    const first = PREAMBLE_BYTES + HEAD.length + TAG_BYTES
    const step = CHUNK_BYTES + TAG_BYTES
    const forged = (change: (copy: Buffer) => Buffer): Buffer => change(Buffer.from(bytes))
    const flipped = (at: number): Buffer =>
      forged((copy) => {
        copy[at] = (copy[at] ?? 0) ^ 1
        return copy
      })
    const moved = forged((copy) => {
      bytes.copy(copy, first, first + step, first + 2 * step)
      bytes.copy(copy, first + step, first, first + step)
      return copy
    })
    const forgeries = [
      ...[20, PREAMBLE_BYTES, first, first + step + 100, bytes.length - 1].map(flipped),
      ...[first + step, first + 2 * step, first + step + 5, bytes.length - 1].map((end) =>
        forged((copy) => copy.subarray(0, end)),
      ),
      moved,
    ]
    for (const [number, forgery] of forgeries.entries()) {
      writeFileSync(path, forgery)
      await assert.rejects(opened(path, KEY), fails('recording-damaged'), `forgery ${number}`)
    }
  })

  it('has no file of a name until it is whole, and none that was given up', async () => {
    for (const key of [undefined, KEY]) {
      const folder = folderOf(key === undefined ? {} : { key })
      const writer = folder.create(HEAD.length)
      writer.append(audioOf(3 * CHUNK_BYTES))
      while (!existsSync(writer.path)) await new Promise(setImmediate)
      assert.deepEqual(readdirSync(folder.folder), ['unfinished'])
      await writer.abandon()
      await writer.abandon()
      assert.deepEqual(readdirSync(join(folder.folder, 'unfinished')), [])
    }
  })

  it('removes at the start what was left unfinished, and nothing else', async () => {
    const folder = folderOf()
    const path = await stored(folder, 10)
    const writer = folder.create(HEAD.length)
    writer.append(audioOf(3 * CHUNK_BYTES))
    while (!existsSync(writer.path)) await new Promise(setImmediate)
    await new RecordingFolder({ folder: folder.folder, random }).start()
    assert.ok(!existsSync(writer.path) && existsSync(path))
    await writer.abandon()
  })

  it('tells at the end that nothing could be written', async () => {
    const writer = folderOf({ folder: '/dev/null/recordings' }).create(0)
    writer.append(audioOf(100_000))
    await assert.rejects(writer.finish(new Uint8Array(0)), fails('recording-not-stored'))
  })

  const skip = FullDisk.canBeMade ? false : 'only root can make a small disk'
  it('leaves nothing on a disk that is full, and says so', { skip }, async () => {
    const disk = new FullDisk('256k')
    try {
      const folder = folderOf({ folder: join(disk.folder, 'recordings') })
      const writer = folder.create(HEAD.length)
      for (let n = 0; n < 20; n++) writer.append(audioOf(50_000))
      const path = folder.pathOf('7-1.wav')
      await assert.rejects(writer.finish(HEAD, path), /recording could not be written: ENOSPC/)
      assert.deepEqual(readdirSync(folder.folder), ['unfinished'])
      assert.deepEqual(readdirSync(join(folder.folder, 'unfinished')), [])
      await stored(folder, 1000)
    } finally {
      disk.remove()
    }
  })
})

describe('parseRecordingKey', () => {
  it('reads hexadecimal digits, base64, and a file with either', () => {
    const path = join(root, 'key')
    for (const encoding of ['hex', 'base64'] as const) {
      const text = Buffer.from(KEY).toString(encoding)
      assert.deepEqual(Uint8Array.from(parseRecordingKey(text) ?? []), KEY)
      writeFileSync(path, `${text}\n`)
      assert.deepEqual(Uint8Array.from(parseRecordingKey(`file:${path}`) ?? []), KEY)
    }
    assert.equal(parseRecordingKey(''), undefined)
  })

  it('says what is wrong, and never what it was given', () => {
    for (const text of [
      'secret',
      `${'ab'.repeat(31)}`,
      `${'ab'.repeat(33)}`,
      `${'é'.repeat(43)}`,
    ]) {
      assert.throws(
        () => parseRecordingKey(text),
        (error: Error) => {
          assert.match(error.message, /key of 32 octets/)
          return !error.message.includes(text)
        },
      )
    }
    assert.throws(() => parseRecordingKey('file:key'), /absolute path/)
    assert.throws(() => parseRecordingKey('file:/nowhere/key'), /ENOENT/)
  })
})
