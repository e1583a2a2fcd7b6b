// The commands that look at, hold, edit and end campaigns and calls, over the store alone.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { insertAccount } from '#store'
import { addTestCampaign, type TestCampaign } from '#test/campaign-fixture'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { type CommandEnd, runOutdial } from '#test/outdial-command'

describe('campaign commands', { timeout: 1_200_000 }, () => {
  let database: TestDatabase
  let account = 0
  let campaign: TestCampaign

  before(async () => {
    database = await openTestDatabase()
    const made = await insertAccount(database.db, { login: 'demo', pinHash: 'none' })
    account = made?.accountId ?? 0
    campaign = await addTestCampaign(database.db, {
      ...{ accountId: account, name: 'spring', calls: 3 },
      dueAt: new Date('2030-01-01T12:00:00Z'),
    })
  })
  after(() => database.close())

  const outdial = (...words: string[]): Promise<CommandEnd> =>
    runOutdial(words, { cwd: tmpdir(), env: { DATABASE_URL: database.url } })
  const said = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await outdial(...words)
    assert.deepEqual([status, stderr], [0, ''], words.join(' '))
    return stdout.trim()
  }
  const json = async (...words: string[]) => JSON.parse(await said(...words, '--json'))

  it('tell of a campaign, and move it from state to state', async () => {
    const id = String(campaign.campaignId)
    const [list, status, none] = await Promise.all([
      said('campaign', 'list', '--account', 'demo'),
      said('campaign', 'status', id),
      outdial('campaign', 'status', '999'),
    ])
    assert.match(none.stderr, /\[campaign-not-found\]/)
    assert.equal(list, `${id}  queued  spring`)
    assert.match(status, /^\d+ {2}queued {2}spring\n3 calls: 3 queued, 0 in progress, none ended$/)
    assert.equal((await json('campaign', 'pause', id)).state, 'paused')
    assert.equal((await json('campaign', 'resume', id)).state, 'queued')
    const edited = await json('campaign', 'edit', id, 'lines=20', 'calling_window=sat 10:00-14:00')
    assert.deepEqual(
      [edited.lines, edited.calling_window, edited.version],
      [20, { sat: ['10:00-14:00'] }, 2],
    )
    assert.equal((await json('campaign', 'edit', id, 'lines=')).lines, undefined)
    const late = await outdial('campaign', 'edit', id, 'lines=5', '--if-version', '2')
    assert.match(
      late.stderr,
      /^outdial: The campaign was edited .*\[campaign-version-conflict\]\n$/,
    )
    assert.equal(late.status, 1)
    const [callId] = campaign.callIds
    assert.match(await said('cancel', String(callId)), /^ended: canceled/)
    assert.equal((await json('campaign', 'drain', id)).draining, true)
    const canceled = await json('campaign', 'cancel', id)
    assert.deepEqual([canceled.state, canceled.progress.ended], ['canceled', { canceled: 1 }])
  })

  it('make, change and remove what campaigns share', async () => {
    const own = ['--account', 'demo'] as const
    const [schedule, pacing] = await Promise.all([
      json('schedule', 'add', '2024', 'calling_window=sat 10:00-14:00', ...own),
      said('pacing', 'add', 'slow', 'lines=2', 'weight=0.5', ...own),
    ])
    assert.deepEqual([schedule.version, schedule.calling_window], [1, { sat: ['10:00-14:00'] }])
    assert.equal(pacing, 'slow  version 1  lines=2  weight=0.5')
    const [late, list, set] = await Promise.all([
      outdial('schedule', 'set', '2024', 'holidays=', '--if-version', '7', ...own),
      said('schedule', 'list', ...own),
      json('pacing', 'set', 'slow', 'lines=9', 'weight=', ...own),
    ])
    assert.match(late.stderr, /\[profile-version-conflict\]/)
    assert.equal(list, '2024  version 1  calling_window={"sat":["10:00-14:00"]}')
    assert.deepEqual([set.lines, set.weight, set.version], [9, undefined, 2])
    const other = await addTestCampaign(database.db, {
      ...{ accountId: account, name: 'named', calls: 1, dueAt: new Date('2030-01-01T12:00:00Z') },
    })
    const id = String(other.campaignId)
    const named = await json('campaign', 'edit', id, 'schedule=2024')
    assert.deepEqual([named.schedule, named.calling_window], ['2024', { sat: ['10:00-14:00'] }])
    await said('campaign', 'cancel', id)
    assert.equal(await said('schedule', 'remove', '2024', ...own), '2024 is removed.')
  })

  it('hold and resume an account, and all', async () => {
    const held = async () => {
      const [row] = await database.db.query<{ all: boolean; one: boolean }>(
        `SELECT i.held AS all, a.held AS one FROM installation i, accounts a`,
      )
      return [row?.all, row?.one]
    }
    const holds = await Promise.all([said('hold'), json('hold', 'demo'), outdial('hold', 'nobody')])
    assert.deepEqual(holds.slice(0, 2), [
      'The installation is held.',
      { login: 'demo', held: true },
    ])
    assert.match(holds[2].stderr, /\[account-not-found\]/)
    assert.deepEqual(await held(), [true, true])
    const resumed = await Promise.all([json('resume'), said('resume', 'demo')])
    assert.deepEqual(resumed, [{ held: false }, 'Account demo goes on.'])
    assert.deepEqual(await held(), [false, false])
    const pending = await json('cancel', '--pending', 'demo')
    assert.deepEqual(pending, { login: 'demo', pending: 'canceled' })
  })
})
