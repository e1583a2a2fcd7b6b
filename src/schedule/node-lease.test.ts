import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { silentLogger, VirtualClock } from '#base'
import { joinNodes, type RecoveredAttempt } from '#calls'
import type { Database } from '#store'
import { openTestCalls, type TestCalls } from '#test/calls-context'
import { until } from '#test/until'
import { NodeLease } from './node-lease.ts'

const TIMEOUT_MS = 10_000
const BEAT_MS = TIMEOUT_MS / 5

describe('NodeLease', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let clock: VirtualClock
  /** What the lease under test told. */
  let told: string[]
  let isStoreAway = false

  before(async () => {
    calls = await openTestCalls()
  })
  after(() => calls.close())
  beforeEach(async () => {
    clock = new VirtualClock()
    told = []
    isStoreAway = false
    await calls.context.db.execute('TRUNCATE nodes')
  })

  function open(nodeId: string, recovered: RecoveredAttempt[] = []): NodeLease {
    const { db } = calls.context
    const guard = <T>(work: () => Promise<T>): Promise<T> =>
      isStoreAway ? Promise.reject(new Error('The store is away.')) : work()
    const away: Database = {
      ...{ start: async () => {}, stop: async () => {}, listen: () => () => {} },
      notify: () => {},
      whenCommitted: () => {},
      copy: () => assert.fail('nothing is copied here'),
      query: (sql, params) => guard(() => db.query(sql, params)),
      execute: (sql, params) => guard(() => db.execute(sql, params)),
      transaction: (work) => guard(() => db.transaction(work)),
    }
    return new NodeLease({
      calls: { ...calls.context, db: away },
      nodeId,
      timeoutMs: TIMEOUT_MS,
      onRecovered: (attempts) => recovered.push(...attempts),
      onLost: async () => void told.push('lost'),
      onReplaced: () => told.push('replaced'),
      clock,
      log: silentLogger,
    })
  }

  async function heartbeatOf(nodeId: string): Promise<string> {
    const [row] = await calls.context.db.query<{ at: string }>(
      `SELECT heartbeat_at::text || live AS at FROM nodes WHERE node_id = $1`,
      [nodeId],
    )
    return row?.at ?? ''
  }

  /** Starts the lease, its first sign of life given. */
  async function start(lease: NodeLease): Promise<void> {
    await lease.start()
    await atRest()
  }

  /** It waits for its next beat, and for its fence. */
  function atRest(): Promise<void> {
    return until(async () => clock.pendingTimers === 2)
  }

  async function beat(): Promise<void> {
    await clock.advance(BEAT_MS)
    await atRest()
  }

  it('dials no more and ends what it has, well before others may take it for dead', async () => {
    const lease = open('a')
    await start(lease)
    await joinNodes(calls.context, 'b')
    await beat()
    assert.ok(lease.holds)
    isStoreAway = true
    await clock.advance(0.59 * TIMEOUT_MS)
    assert.deepEqual([lease.holds, told], [true, []])
    await clock.advance(0.02 * TIMEOUT_MS)
    assert.deepEqual([lease.holds, told], [false, ['lost']])
    isStoreAway = false
    await lease.stop()
  })

  it('dials no more but lets its calls go on where nobody is there to take them over', async () => {
    const lease = open('a')
    await start(lease)
    isStoreAway = true
    await clock.advance(TIMEOUT_MS)
    assert.deepEqual([lease.holds, told], [false, []])
    isStoreAway = false
    await clock.advance(BEAT_MS)
    await until(async () => lease.holds)
    await lease.stop()
  })

  it('takes another for dead once that was silent for the whole time-out, by its own clock', async () => {
    await joinNodes(calls.context, 'dead')
    const lease = open('a')
    await start(lease)
    // However old the sign looks by the store's clock: it was not seen to be silent.
    await calls.context.db.execute(`UPDATE nodes SET heartbeat_at = now() - interval '1 day'
      WHERE node_id = 'dead'`)
    for (let i = 0; i < 5; i++) {
      await beat()
      assert.match(await heartbeatOf('dead'), /true$/)
    }
    await calls.context.db.execute(`UPDATE nodes SET heartbeat_at = now() WHERE node_id = 'dead'`)
    for (let i = 0; i < 5; i++) {
      await beat()
      assert.match(await heartbeatOf('dead'), /true$/, 'it has given a sign meanwhile')
    }
    await beat()
    assert.match(await heartbeatOf('dead'), /false$/)
    await lease.stop()
  })

  it('joins again where it was taken for dead, and ends where it was started elsewhere', async () => {
    const lease = open('a')
    await start(lease)
    await calls.context.db.execute('UPDATE nodes SET live = false')
    await clock.advance(BEAT_MS)
    await until(async () => lease.incarnation === 2 && lease.holds)
    assert.deepEqual(told, ['lost'])
    await joinNodes(calls.context, 'a')
    await clock.advance(BEAT_MS)
    await until(async () => told.includes('replaced'))
    assert.equal(lease.holds, false)
    await lease.stop()
  })
})
