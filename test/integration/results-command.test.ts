// The commands that look at results and post them again, over the store alone.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import {
  type ClaimedResult,
  claimDueResults,
  disableResultUrls,
  finishCalls,
  insertAccount,
  type ResultVerdict,
  recordResultTries,
} from '#store'
import { addTestCampaign } from '#test/campaign-fixture'
import { openTestDatabase } from '#test/database'
import { type CommandEnd, runOutdial } from '#test/outdial-command'
import { BUSY, resultOfCall } from '#test/store-fixture'

const URL = 'https://example.org/result'
const REST = { afterFailures: 10, firstSeconds: 5, longestSeconds: 60 }

describe('outdial results', { timeout: 1_800_000 }, () => {
  it('lists, shows, replays, and enables a URL', async (t) => {
    const { db, url: DATABASE_URL, close } = await openTestDatabase()
    t.after(() => close())
    const account = await insertAccount(db, { login: 'demo', pinHash: 'none' })
    const accountId = account?.accountId ?? 0
    const { callIds } = await addTestCampaign(db, {
      ...{ accountId, name: 'spring', calls: 3, resultUrl: URL, dueAt: new Date() },
    })
    const finished = callIds.map((callId) => {
      const claim = { accountId, callId, claimEpoch: 0 }
      return { claim, ending: BUSY, result: resultOfCall(callId) }
    })
    await finishCalls(db, finished)
    const claim = () => claimDueResults(db, { limit: 9, leaseSeconds: 60 })
    const give = (due: readonly ClaimedResult[], httpStatus: number, verdict: ResultVerdict) =>
      recordResultTries(
        db,
        due.map((result) => ({
          ...{ result, httpStatus, durationMs: 7, isAlive: true, verdict },
          reply: 'no\u001b[2Jsuch table',
        })),
        REST,
      )
    const due = await claim()
    await give(due, 500, { kind: 'undeliverable', why: 'exhausted' })
    await disableResultUrls(db, due.slice(0, 1))

    const env = { DATABASE_URL, OUTDIAL_ACCOUNT: 'demo:1' }
    const outdial = (...words: string[]): Promise<CommandEnd> =>
      runOutdial(['results', ...words], { cwd: tmpdir(), env })
    const said = async (...words: string[]): Promise<string> => {
      const { status, stdout, stderr } = await outdial(...words)
      assert.deepEqual([status, stderr], [0, ''], words.join(' '))
      return stdout.trim()
    }
    const [one = 0, , three = 0] = callIds
    const [list, shown, unknown, disabled, unclear] = await Promise.all([
      said('list', '--state', 'undeliverable', '--json'),
      said('show', `msg_${three}`),
      outdial('show', 'msg_none'),
      said('disabled'),
      outdial('replay'),
    ])
    const rows = list.split('\n').map((line) => JSON.parse(line))
    assert.deepEqual(
      rows.map(({ id, why, tries }) => [id, why, tries]),
      callIds.toReversed().map((callId) => [`msg_${callId}`, 'exhausted', 1]),
    )
    assert.match(shown, /exhausted {2}1 try {2}https:\/\/example.org\/result\n/)
    assert.match(shown, /\n {2}try 1 {2}\S+ {2}7 ms {2}HTTP 500: no \[2Jsuch table$/)
    assert.match(unknown.stderr, /\[result-not-found\]/)
    assert.match(disabled, /^https:\/\/example.org\/result {2}since \S+ {2}by msg_/)
    assert.match(unclear.stderr, /\[results-unclear\]/)

    assert.match(await said('enable', URL), /^Results go to https/)
    assert.match(await said('replay', `msg_${three}`), /^1 results/)
    const first = await claim()
    assert.deepEqual(
      first.map(({ callId, body }) => [callId, body]),
      [[three, resultOfCall(three).body]],
    )
    await give(first, 200, { kind: 'delivered' })
    assert.deepEqual(JSON.parse(await said('replay', '--all', '--json')), { replayed: 2 })
    const rest = await claim()
    assert.deepEqual(rest.map(({ callId }) => callId).sort(), callIds.slice(0, 2))
    const again = await outdial('replay', `msg_${one}`)
    assert.match(again.stderr, /is still being tried, next at .*\[result-pending\]/)
    const late = await said('replay', '--all', '--delivered', '--from', '2020-01-01')
    assert.match(late, /^1 results/)
  })
})
