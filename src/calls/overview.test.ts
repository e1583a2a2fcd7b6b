import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  addAccount,
  addTrunk,
  countEndedCalls,
  editAccount,
  findAccount,
  holdAccount,
  holdInstallation,
  joinNodes,
  overview,
  reportNode,
} from '#calls'
import { finishCalls } from '#store'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addTestCampaign, claimForTest } from '#test/campaign-fixture'
import { BUSY, endOf } from '#test/store-fixture'

const NOON = new Date('2030-01-01T12:07:30Z')
const later = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000)

describe('the overview', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let accountId = 0
  let otherId = 0
  before(async () => {
    calls = await openTestCalls({ installation: { lines: 10, callsPerSecond: 20 } })
    calls.setNow(NOON)
    const { context } = calls
    await addAccount(context, { login: 'other', pin: '1' })
    accountId = (await findAccount(context, TEST_LOGIN.login)).accountId
    otherId = (await findAccount(context, 'other')).accountId
    const { db } = context
    await addTestCampaign(db, { accountId, name: 'own', calls: 9, dueAt: later(-90) })
    await addTestCampaign(db, { accountId: otherId, name: 'its', calls: 4, dueAt: later(-30) })
    await addTestCampaign(db, { accountId, name: 'later', calls: 3, dueAt: later(60) })
  })
  after(() => calls.close())

  it('tells an account what waits of its own, and all of them to the installation', async () => {
    const { context } = calls
    const { standing } = await overview(context, { accountId })
    assert.deepEqual(
      [standing.queued, standing.due, standing.isAtLeast, standing.oldestDueSeconds],
      [12, 9, false, 90],
    )
    assert.deepEqual(standing.campaigns, { queued: 2 })
    const whole = await overview(context, {})
    assert.deepEqual([whole.standing.queued, whole.standing.due], [16, 13])
    assert.deepEqual(whole.standing.campaigns, { queued: 3 })
  })

  it('takes what others use off the free lines, and the least of the limits', async () => {
    const { context } = calls
    await editAccount(context, { accountId, fields: { lines: 8, calls_per_second: 5 } })
    // Nine of the account's own come first, then three of the other's.
    assert.equal((await claimForTest(context.db, 12, NOON)).length, 12)
    await context.db.execute(
      `UPDATE calls SET second_trunk = 'carrier' WHERE call_id = (SELECT max(call_id) FROM calls WHERE account_id = $1 AND state = 'claimed')`,
      [otherId],
    )
    const own = await overview(context, { accountId })
    assert.deepEqual(own.lines, { inUse: 9, limit: 8, free: 0 })
    assert.equal(own.callsPerSecond.limit, 5)
    const other = await overview(context, { accountId: otherId })
    assert.deepEqual(other.lines, { inUse: 4, limit: 10, free: 0 })
    assert.equal(other.callsPerSecond.limit, 20)
    assert.deepEqual((await overview(context, {})).lines, { inUse: 13, limit: 10, free: 0 })
  })

  it('tells what was counted of the last hour, in stretches of five minutes', async () => {
    const { context } = calls
    const claims = await context.db.query<{ callId: number; claimEpoch: number }>(
      `SELECT call_id AS "callId", claim_epoch AS "claimEpoch" FROM calls
       WHERE account_id = $1 AND state = 'claimed' ORDER BY call_id`,
      [accountId],
    )
    const endings = [-4000, -3300, -3000, -150, -149, -1].map(later)
    for (const [index, at] of endings.entries()) {
      const claim = { accountId, ...(claims[index] ?? assert.fail('nine are claimed')) }
      await finishCalls(context.db, [endOf(claim, BUSY)], at)
    }
    assert.equal((await countEndedCalls(context)).counted, 6)
    const own = await overview(context, { accountId })
    assert.equal(own.outcomesAsOf.getTime(), NOON.getTime())
    assert.deepEqual(
      own.outcomes.map(({ at, calls: of }) => [at.toISOString().slice(11, 16), of.busy ?? 0]),
      [
        ...[
          ['11:10', 1],
          ['11:15', 1],
          ['11:20', 0],
          ['11:25', 0],
          ['11:30', 0],
          ['11:35', 0],
        ],
        ...[
          ['11:40', 0],
          ['11:45', 0],
          ['11:50', 0],
          ['11:55', 0],
          ['12:00', 0],
          ['12:05', 3],
        ],
      ],
    )
    const busy = async (id?: number): Promise<number> =>
      (await overview(context, { accountId: id })).outcomes.reduce(
        (sum, { calls: { busy: some = 0 } }) => sum + some,
        0,
      )
    assert.deepEqual([await busy(), await busy(accountId), await busy(otherId)], [5, 5, 0])
  })

  it('tells what the nodes have told lately of starts and trunks', async () => {
    const { context } = calls
    for (const name of ['carrier', 'spare', 'new']) {
      await addTrunk(context, { name, host: '127.0.0.1', invalidCallerId: 'decline', lines: 30 })
    }
    const up = { name: 'carrier', usable: true }
    const resting = { name: 'carrier', usable: false, reason: 'resting' } as const
    const spare = { name: 'spare', usable: false, reason: 'no-answer' } as const
    const starts = { [accountId]: 90, [otherId]: 30 }
    for (const nodeId of ['a', 'b', 'c']) await joinNodes(context, nodeId)
    await reportNode(context, { nodeId: 'a', report: { starts, trunks: [up, spare] } })
    await reportNode(context, { nodeId: 'b', report: { starts, trunks: [resting] } })
    const own = await overview(context, { accountId })
    assert.equal(own.callsPerSecond.inUse, 3)
    assert.equal((await overview(context, {})).callsPerSecond.inUse, 4)
    assert.deepEqual(
      own.trunks.map(({ name, linesInUse, nodes }) => [name, linesInUse, nodes.length]),
      [
        ['carrier', 7, 2],
        ['spare', 0, 1],
        ['new', 0, 0],
      ],
    )
    assert.deepEqual(
      own.nodes.map(({ nodeId }) => nodeId),
      ['a', 'b', 'c'],
    )
    calls.setNow(later(30))
    const stale = await overview(context, {})
    assert.deepEqual([stale.callsPerSecond.inUse, stale.trunks[0]?.nodes], [0, []])
    calls.setNow(NOON)
  })

  it('has nothing due while it is held', async () => {
    const { context } = calls
    await holdAccount(context, { accountId: otherId, held: true })
    const other = await overview(context, { accountId: otherId })
    const { standing } = other
    assert.deepEqual([standing.accountHeld, standing.installationHeld], [true, false])
    assert.deepEqual([standing.due, standing.oldestDueSeconds], [0, undefined])
    assert.ok(standing.queued > 0)
    await holdInstallation(context, true)
    const own = await overview(context, { accountId })
    assert.deepEqual([own.standing.accountHeld, own.standing.installationHeld], [false, true])
    assert.equal(own.standing.due, 0)
    await holdInstallation(context, false)
  })
})
