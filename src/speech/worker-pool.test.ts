import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger, systemClock, VirtualClock } from '#base'
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

/** A worker that doubles numbers, and on request fails, crashes, or never comes back. */
const MISCHIEF = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', (job) => {
      if (job === 'hang') for (;;);
      if (job === 'crash') throw new Error('crashed')
      if (job === 'wait') return
      if (job === 'fail') parentPort.postMessage({ kind: 'failed', code: 'speech-failed', message: 'no' })
      else parentPort.postMessage({ kind: 'done', value: 2 * job })
    })
  `)}`,
)

type Job = number | 'hang' | 'crash' | 'fail' | 'wait'

async function withPool(
  options: Partial<WorkerPoolOptions>,
  use: (pool: WorkerPool<Job, number>) => Promise<void>,
): Promise<void> {
  const pool = new WorkerPool<Job, number>({
    name: 'test',
    module: MISCHIEF,
    size: 1,
    deadlineMs: 10_000,
    queueLimit: 3,
    clock: systemClock,
    log: silentLogger,
    ...options,
  })
  await pool.start()
  try {
    await use(pool)
  } finally {
    await pool.stop()
  }
}

test('jobs are done in order, and one that fails harms no other', () =>
  withPool({}, async (pool) => {
    const failed = assert.rejects(pool.run('fail'), { code: 'speech-failed', message: 'no' })
    assert.deepEqual(await Promise.all([pool.run(1), pool.run(2)]), [2, 4])
    await failed
  }))

test('a worker that hangs is ended at the deadline and replaced', () =>
  withPool({ deadlineMs: 300 }, async (pool) => {
    await assert.rejects(pool.run('hang'), { code: 'speech-timeout', temporary: true })
    assert.equal(await pool.run(4), 8)
  }))

test('a worker that crashes fails its job and is replaced', () =>
  withPool({}, async (pool) => {
    const crashed = assert.rejects(pool.run('crash'), { code: 'speech-failed' })
    assert.equal(await pool.run(4), 8)
    await crashed
  }))

test('a full queue refuses, and stopping ends what waits', () =>
  withPool({ clock: new VirtualClock() }, async (pool) => {
    const waiting = ([1, 2, 3, 4] as const).map(() =>
      assert.rejects(pool.run('wait'), { code: 'speech-stopped' }),
    )
    await assert.rejects(pool.run(1), { code: 'speech-overloaded', temporary: true })
    await pool.stop()
    await Promise.all(waiting)
    await assert.rejects(pool.run(1), { code: 'speech-stopped' })
  }))

test('two workers work at the same time', () =>
  withPool({ size: 2 }, async (pool) => {
    const first = assert.rejects(pool.run('wait'), { code: 'speech-stopped' })
    assert.equal(await pool.run(3), 6)
    await pool.stop()
    await first
  }))
