import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type ClaimedCall, startSpacingMs } from '#model'
import { DueCursors, findScopes } from '#store'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { changeTrunk, claimCalls, joinNodes, type Limits, queueCall } from './index.ts'

const NOON = new Date('2030-01-01T12:00:00Z')
const ALL_GOOD = { startUrl: async () => {}, resultUrl: async () => {} }
const TRUNKS = new Map<string, Limits>([
  ['first', { callsPerSecond: 1 }],
  ['second', { callsPerSecond: 1 }],
])

describe('changeTrunk', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let node: { nodeId: string; incarnation: number }
  before(async () => {
    calls = await openTestCalls()
  })
  after(() => calls.close())
  beforeEach(async () => {
    await calls.context.db.execute('TRUNCATE calls, attempts, results, pacing, nodes')
    calls.setNow(NOON)
    node = { nodeId: 'n1', incarnation: (await joinNodes(calls.context, 'n1')).incarnation }
  })

  /** A call that was claimed for the first trunk. */
  async function claimOne(installation: Limits = {}): Promise<ClaimedCall> {
    await queueCall(
      { ...calls.context, checkUrls: ALL_GOOD },
      {
        asker: TEST_LOGIN,
        phoneNumber: '6177123000',
        startUrl: 'https://example.org/start',
        messageReference: '',
        callParameters: '',
        maxRetries: 0,
        retryIntervalSeconds: 300,
        scheduled: {},
        expiration: {},
      },
    )
    const { calls: claimed } = await claimCalls(calls.context, {
      ...{ node, installation, atMost: 1, leadMs: 0, cursors: new DueCursors(calls.context.clock) },
      trunks: TRUNKS,
      trunksFor: () => ['first', 'second'],
    })
    assert.equal(claimed[0]?.trunk, 'first')
    return claimed[0].claim
  }

  it('gives a line of another trunk, and a time that counts for every limit', async () => {
    const installation = { lines: 1, callsPerSecond: 1 }
    const claim = await claimOne(installation)
    const trunks = new Map([['second', { lines: 1, callsPerSecond: 1 }]])
    const changed = await changeTrunk(calls.context, claim, { installation, trunks, leadMs: 20 })
    assert.equal(changed?.trunk, 'second')
    assert.equal(
      changed.startAt,
      NOON.getTime() + startSpacingMs(1),
      'a second after the first start',
    )
    const scopes = await findScopes(calls.context.db, [
      'installation',
      'trunk:first',
      'trunk:second',
    ])
    const uses = new Map(scopes.map(({ scope, inUse }) => [scope, inUse]))
    assert.deepEqual([...uses].sort(), [
      ['installation', 1],
      ['trunk:first', 0],
      ['trunk:second', 1],
    ])
  })

  it('gives none where the trunk is full, or has no time within five seconds', async () => {
    const claim = await claimOne()
    const none = async (limits: Limits): Promise<unknown> =>
      changeTrunk(calls.context, claim, {
        ...{ installation: {}, leadMs: 0 },
        trunks: new Map([['second', limits]]),
      })
    assert.equal(await none({ lines: 0 }), undefined)
    await calls.context.db.execute(
      `INSERT INTO pacing (scope, next_start_at) VALUES ('trunk:second', $1)`,
      [new Date(NOON.getTime() + 6_000)],
    )
    assert.equal(await none({ callsPerSecond: 0.1 }), undefined)
  })

  it('gives none to a call that is another node’s, or to be ended', async () => {
    const claim = await claimOne()
    const change = { installation: {}, trunks: new Map([['second', {}]]), leadMs: 0 }
    const stale = { ...claim, claimEpoch: claim.claimEpoch - 1 }
    assert.equal(await changeTrunk(calls.context, stale, change), undefined)
    await calls.context.db.execute(`UPDATE calls SET cancel = 'ringing'`)
    assert.equal(await changeTrunk(calls.context, claim, change), undefined)
  })
})
