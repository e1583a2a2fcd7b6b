import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OutdialError, systemRandom } from '#base'
import { SpoolFile } from './spool-file.ts'

const random = systemRandom
const home = mkdtempSync(join(tmpdir(), 'outdial-spool-'))
after(() => rmSync(home, { recursive: true }))

const isNotStorable = (error: unknown): boolean =>
  error instanceof OutdialError && error.code === 'upload-not-storable' && error.temporary

test('gives back what was written, and has no name meanwhile', async () => {
  const folder = join(home, 'made', 'on the way')
  const file = await SpoolFile.create({ folder, random })
  const chunks = Array.from({ length: 20 }, (_, at) => Buffer.alloc(7000, at))
  for (const chunk of chunks) await file.write(chunk)
  assert.deepEqual(readdirSync(folder), [])
  const read: Buffer[] = []
  for await (const chunk of file.read()) read.push(chunk)
  assert.deepEqual(Buffer.concat(read), Buffer.concat(chunks))
  await file.close()
})

test('leaves the last space of a disk alone', async () => {
  const options = { folder: home, random, reservedBytes: Number.MAX_SAFE_INTEGER }
  const file = await SpoolFile.create(options)
  await assert.rejects(file.write(Buffer.from('x')), isNotStorable)
  await file.close()
})

test('says so where the folder cannot be', async () => {
  writeFileSync(join(home, 'file'), '')
  const folder = join(home, 'file', 'folder')
  await assert.rejects(SpoolFile.create({ folder, random }), isNotStorable)
})
