import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { useStore } from '#test/store-fixture'
import {
  claimIdempotencyKey,
  completeCallList,
  deleteFailedList,
  deleteFailedRows,
  expireDueCalls,
  failCallLists,
  findFailedList,
  findRefusedRows,
  insertCallList,
  insertCampaign,
  ListBatch,
  type ListedCall,
  type ListKey,
  type RefusedRow,
  touchCallList,
} from '../index.ts'

const DUE = new Date('2030-01-01T12:00:00.250Z')
const HOSTILE = 'a\tb\\N\\.\r\n"\\x41 é😀'

describe('call lists', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const call = (changes: Partial<ListedCall> = {}): ListedCall => ({
    phoneNumber: '6177123000',
    destination: '+16177123000',
    messageReference: '',
    callParameters: '',
    dueAt: DUE,
    ...changes,
  })

  async function begin(name = 'spring'): Promise<ListKey> {
    const { db, accountId } = fixture
    const campaignId = await insertCampaign(db, {
      accountId,
      name,
      campaignParameters: '',
      startUrl: 'https://example.org/start',
      startMethod: 'post',
      maxRetries: 2,
      retryIntervalSeconds: 60,
    })
    return insertCallList(db, { accountId, campaignId: campaignId ?? assert.fail('a free name') })
  }

  function write(
    list: ListKey,
    calls: readonly ListedCall[],
    refused: readonly RefusedRow[] = [],
  ): Promise<void> {
    const batch = new ListBatch(list)
    for (const one of calls) batch.add(one)
    for (const row of refused) batch.addRefused(row)
    assert.equal(batch.rows, calls.length + refused.length)
    return batch.write(fixture.db)
  }

  it('copies values of every kind without loss', async () => {
    const list = await begin()
    const rich = call({
      messageReference: HOSTILE,
      callParameters: '\\N',
      callerId: '6175550100',
      postDial: 'p1',
      timeZone: 'Europe/London',
      expiresAt: new Date('2031-01-01T00:00:00.001Z'),
      columns: { [HOSTILE]: HOSTILE, empty: '' },
    })
    await write(list, [rich, call()])
    const rows = await fixture.db.query(
      `SELECT message_reference, call_parameters, caller_id, post_dial, time_zone, expires_at, columns,
         due_at, start_url, max_retries FROM calls ORDER BY call_id`,
    )
    const none = { start_url: null, max_retries: null, due_at: DUE }
    assert.deepEqual(rows, [
      {
        message_reference: HOSTILE,
        call_parameters: '\\N',
        caller_id: '6175550100',
        post_dial: 'p1',
        time_zone: 'Europe/London',
        expires_at: rich.expiresAt,
        columns: rich.columns,
        ...none,
      },
      {
        message_reference: '',
        call_parameters: '',
        caller_id: null,
        post_dial: null,
        time_zone: null,
        expires_at: null,
        columns: null,
        ...none,
      },
    ])
  })

  it('is claimed, or expires, when it is complete, and not before', async () => {
    const list = await begin()
    await write(list, [call(), call(), call({ expiresAt: DUE })])
    assert.deepEqual(await fixture.claim(), [])
    const expire = () => expireDueCalls(fixture.db, { limit: 9, now: DUE })
    assert.deepEqual(await expire(), [])
    await completeCallList(fixture.db, list, { accepted: 2, refused: 0, duplicates: 1 })
    assert.equal((await expire()).length, 1)
    assert.equal((await fixture.claim()).length, 2)
  })

  it('frees name and key of an upload that fell silent, and removes what it wrote', async () => {
    const { db, accountId } = fixture
    const list = await begin()
    const request = { accountId, key: 'k', method: 'queuecalls', fingerprint: 'f' }
    assert.equal(await claimIdempotencyKey(db, request), undefined)
    await db.execute('UPDATE idempotency_keys SET list_id = $1', [list.listId])
    await write(list, [call(), call(), call()])
    const row = { line: 2, value: '=1', code: 'c', reason: HOSTILE }
    await write(list, [], [row])
    assert.deepEqual(await findRefusedRows(db, list, { afterLine: 0, limit: 9 }), [row])
    assert.equal(await failCallLists(db, { silentSeconds: 60 }), 0)
    await db.execute(`UPDATE call_lists SET touched_at = now() - interval '2 minutes'`)
    assert.equal(await failCallLists(db, { silentSeconds: 60 }), 1)

    assert.equal(await touchCallList(db, list), 0, 'whoever still writes to it is fenced off')
    assert.equal(await completeCallList(db, list, { accepted: 3, refused: 1, duplicates: 0 }), 0)
    assert.equal(await claimIdempotencyKey(db, request), undefined, 'the key is free')
    await begin('spring')
    assert.deepEqual(await findFailedList(db), list)
    assert.equal(await deleteFailedRows(db, list, 2), 3)
    assert.equal(await deleteFailedRows(db, list, 2), 1)
    assert.equal(await deleteFailedRows(db, list, 2), 0)
    await deleteFailedList(db, list)
    assert.equal(await findFailedList(db), undefined)
    assert.deepEqual(await db.query('SELECT name FROM campaigns ORDER BY campaign_id'), [
      { name: 'default' },
      { name: 'spring' },
    ])
  })

  it('leaves a campaign alone that has calls besides the upload that failed', async () => {
    const { db } = fixture
    const first = await begin()
    await write(first, [call()])
    await completeCallList(db, first, { accepted: 1, refused: 0, duplicates: 0 })
    const second = await insertCallList(db, first)
    await failCallLists(db, second)
    await deleteFailedList(db, second)
    const campaigns = await db.query(`SELECT state FROM campaigns WHERE name = 'spring'`)
    assert.deepEqual(campaigns, [{ state: 'queued' }])
  })
})
