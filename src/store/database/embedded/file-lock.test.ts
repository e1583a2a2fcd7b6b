import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { systemClock } from '#base'
import { FileLock } from './file-lock.ts'

describe('FileLock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-lock-'))
  const path = join(folder, 'lock')
  after(() => rmSync(folder, { recursive: true }))

  it('is shared by many or held alone', async () => {
    const [a, b] = [await FileLock.open(path), await FileLock.open(path)]
    assert.equal(a.tryAcquire('shared'), true)
    assert.equal(b.tryAcquire('shared'), true)
    assert.equal(a.tryAcquire('exclusive'), false)
    b.release()
    assert.equal(a.tryAcquire('exclusive'), true)
    assert.equal(b.tryAcquire('shared'), false)
    assert.equal(await b.acquire('shared', systemClock, 30), false)
    const waiting = b.acquire('shared', systemClock, 10_000)
    a.close()
    assert.equal(await waiting, true)
    a.close()
    b.close()
  })

  it('is gone with the process that held it, however that died', async () => {
    const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
    })
    await once(holder.stdout, 'data')
    const lock = await FileLock.open(path)
    assert.equal(lock.tryAcquire('shared'), false)
    holder.kill('SIGKILL')
    assert.equal(await lock.acquire('exclusive', systemClock, 10_000), true)
    lock.close()
  })

  it('says so where its file cannot be made', async () => {
    const nowhere = FileLock.open(join(folder, 'none', 'lock'))
    await assert.rejects(nowhere, { code: 'store-folder-denied' })
  })
})

const HOLDER = `
  const { FileLock } = await import(${JSON.stringify(join(import.meta.dirname, 'file-lock.ts'))})
  const lock = await FileLock.open(process.argv[1])
  if (lock.tryAcquire('exclusive')) console.log('held')
  setInterval(() => lock, 1000)`
