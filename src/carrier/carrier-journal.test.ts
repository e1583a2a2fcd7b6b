import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { parseWav, tone } from '#audio'
import { CarrierJournal } from './carrier-journal.ts'

const SOUND = tone({ frequenciesHz: [440], durationMs: 100 })

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'outdial-carrier-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('recordings of one number are counted, those of earlier runs are kept', () =>
  inFolder(async (folder) => {
    const journal = new CarrierJournal(folder)
    await journal.open()
    const first = await journal.writeWav('+1617', 1, SOUND)
    assert.equal(basename(first), '+1617-1.wav')
    assert.equal(basename(await journal.writeWav('+1617', 1, SOUND)), '+1617-2.wav')
    assert.deepEqual(parseWav(await readFile(first)).samples, SOUND)
    await journal.close()
  }))

test('no number leads out of the folder', () =>
  inFolder(async (folder) => {
    const journal = new CarrierJournal(folder)
    for (const number of ['../../x', '/etc/x', 'a\u0000b', '', '..', 'x'.repeat(5000)]) {
      assert.equal(dirname(await journal.writeWav(number, 1, SOUND)), folder)
    }
  }))

test('events are lines of JSON, appended', () =>
  inFolder(async (folder) => {
    const call = { number: '1\n2', callId: 'a', fromTag: 'b' }
    for (const atMs of [1, 2]) {
      const journal = new CarrierJournal(folder)
      await journal.open()
      journal.write({ kind: 'answered', atMs, time: '2026-01-01T00:00:00.000Z', ...call })
      await journal.close()
    }
    const lines = (await readFile(join(folder, 'carrier-log.jsonl'), 'utf8')).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).atMs),
      [1, 2],
    )
  }))

test('a folder that cannot be written to is named', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    await assert.rejects(new CarrierJournal(join(file, 'sub')).open(), {
      code: 'carrier-output-folder',
    })
  }))
