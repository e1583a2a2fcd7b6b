// A campaign's life over several nodes and through a crash: who is told of a cancel, what a sweep that
// was killed leaves to the next one, and what the counts say at the end.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { run } from '#app'
import { silentLogger } from '#base'
import type { CarrierScript } from '#carrier'
import { countCampaignCalls, type Database, findCampaign } from '#store'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { openTestDatabase } from '#test/database'
import { LAB_LOGIN, Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab } from '#test/server-lab'
import { until } from '#test/until'

const RINGS_FOR_EVER = '6177123030'
const number = (index: number): string => `1${6_177_140_000 + index}`
/** By turns answered, busy and not there. */
const SCRIPT: CarrierScript = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => [
    number(index),
    [QUICK_CALLEE, { status: 486 }, { status: 404 }][index % 3] ?? QUICK_CALLEE,
  ]),
)

describe('the life of a campaign', { concurrency: 3, timeout: 120_000 }, () => {
  it('is over when all its calls are, and then its counts are those of its calls', async (t) => {
    const the = await openServerLab({
      pages: { '/start.vxml': QUICK_DOCUMENT },
      script: SCRIPT,
      config: () => ({ retryIntervalScale: 1 / 60, callsPerSecond: 40 }),
    })
    t.after(() => the.close())
    const campaign = await campaignIn(the.db, the.lab, 30, new Date(0))
    const stateNow = async () => (await findCampaign(the.db, campaign))?.state
    await until(async () => (await stateNow()) === 'completed', 60_000)
    const progress = await countCampaignCalls(the.db, campaign)
    assert.deepEqual(progress, {
      ...{ accepted: 30, queued: 0, inProgress: 0 },
      ended: { answered: 10, busy: 10, 'invalid-number': 10 },
    })
    assert.deepEqual(progress.ended, await outcomesOnDisk(the.db, campaign))
    assert.equal(the.lab.dials().length, 10 + 10 * 3 + 10, 'only the busy are tried again')
  })

  it('a cancel that one node answers ends what rings at another', async (t) => {
    const the = await openServerLab({ config: () => ({ node: 'a' }) })
    const other = await run(
      {
        ...the.lab.config({ databaseUrl: the.databaseUrl, node: 'b' }),
        dataFolder: `${the.lab.folder}/b`,
        sip: { host: '127.0.0.1', port: 0 },
        rtpPorts: { low: 30_000, high: 30_999 },
      },
      silentLogger,
    )
    t.after(async () => {
      await other.stop()
      await the.close()
    })
    const { host, port } = other.httpAddress
    const callId = await the.lab.queue(the.url, RINGS_FOR_EVER, { max_retries: '3' })
    await the.lab.carrierShows((calls) => calls.length === 1)
    const [holder] = await the.db.query<{ node: string }>(
      'SELECT node_id AS node FROM calls WHERE call_id = $1',
      [callId],
    )
    const asked = holder?.node === 'a' ? `http://${host}:${port}` : the.url
    const askedMs = performance.now()
    const answer = await post(asked, `/v1/calls/${callId}/cancel`)
    assert.equal(answer.status, 200)
    assert.equal((await the.lab.result(callId)).get('outcome'), 'canceled')
    const [dial, ...more] = the.lab.dials()
    assert.equal(more.length, 0)
    // Long before the ring time-out of 20 s, however busy the machine is.
    assert.ok((dial?.canceledAtMs ?? Infinity) - askedMs < 8000)
  })

  it('a canceled one is concluded to the last call, though the server is killed in the midst', async (t) => {
    const { lab, db, config } = await openLab(t)
    const killed = await lab.startServer(config)
    const campaign = await campaignIn(db, lab, 2000, new Date('2030-01-01T00:00:00Z'))
    const ended = async (): Promise<number> =>
      (await countCampaignCalls(db, campaign)).ended.canceled ?? 0
    const answer = await post(killed.url, `/v1/campaigns/${campaign.campaignId}/cancel`)
    assert.equal(answer.status, 200)
    await until(async () => (await ended()) > 0)
    killed.kill()
    await killed.exited
    assert.ok((await ended()) < 2000, 'it was killed in the midst')
    await lab.startServer(config)
    const isOver = async () => (await findCampaign(db, campaign))?.endedAt !== undefined
    await until(isOver, 60_000)
    assert.deepEqual(await outcomesOnDisk(db, campaign), { canceled: 2000 })
    assert.equal(await ended(), 2000)
    const [results] = await db.query<{ count: number }>('SELECT count(*) AS count FROM results')
    assert.equal(results?.count, 2000)
    assert.equal(lab.dials().length, 0)
  })
})

async function openLab(t: TestContext) {
  const lab = await Lab.start()
  const database = await openTestDatabase()
  t.after(async () => {
    await lab.stop()
    await database.close()
  })
  return { lab, db: database.db, config: lab.config({ databaseUrl: database.url }) }
}

/** Of the account that every lab has. */
async function campaignIn(
  db: Database,
  lab: Lab,
  calls: number,
  dueAt: Date,
): Promise<TestCampaign> {
  const [account] = await db.query<{ accountId: number }>(
    'SELECT account_id AS "accountId" FROM accounts',
  )
  return addTestCampaign(db, {
    ...{ accountId: account?.accountId ?? 0, name: 'one', calls, dueAt },
    startUrl: lab.web.url('/start.vxml'),
    resultUrl: lab.web.url('/result'),
    destination: (index) => `+${number(index)}`,
  })
}

async function outcomesOnDisk(db: Database, { campaignId }: TestCampaign): Promise<object> {
  const rows = await db.query<{ outcome: string; calls: number }>(
    'SELECT outcome, count(*) AS calls FROM calls WHERE campaign_id = $1 GROUP BY outcome',
    [campaignId],
  )
  return Object.fromEntries(rows.map(({ outcome, calls }) => [outcome, calls]))
}

function post(server: string, path: string): Promise<Response> {
  const authorization = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`
  return fetch(`${server}${path}`, { method: 'POST', headers: { authorization } })
}
