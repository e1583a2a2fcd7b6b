import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { useStore } from '#test/store-fixture'
import { countUndeliveredResults, insertAccount } from '../index.ts'

describe('countUndeliveredResults', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const insert = (accountId: number, state: string, results: number): Promise<unknown> =>
    fixture.db.execute(
      `INSERT INTO results (account_id, call_id, webhook_id, url, body, state, due_at)
       SELECT $1, n, format('msg_%s_%s_%s', $1::integer, $2::text, n), 'http://a.example/', '', $2, now()
       FROM generate_series(
         (SELECT coalesce(max(call_id), 0) + 1 FROM results),
         (SELECT coalesce(max(call_id), 0) + $3::integer FROM results)
       ) n`,
      [accountId, state, results],
    )

  it('tells an account of its own, and the installation of all; of a heap that it is one', async () => {
    const { db, accountId } = fixture
    const other = await insertAccount(db, { login: 'other', pinHash: '' })
    const { accountId: otherId } = other ?? assert.fail('it is new')
    await insert(accountId, 'delivered', 5)
    await insert(accountId, 'pending', 2)
    await insert(otherId, 'undeliverable', 3)
    const of = (accountId?: number) => countUndeliveredResults(db, { accountId })
    assert.deepEqual(await of(accountId), { pending: 2, undeliverable: 0, isAtLeast: false })
    assert.deepEqual(await of(), { pending: 2, undeliverable: 3, isAtLeast: false })
    await insert(otherId, 'undeliverable', 10_000)
    assert.deepEqual(await of(otherId), { pending: 0, undeliverable: 10_000, isAtLeast: true })
    assert.deepEqual(await of(accountId), { pending: 2, undeliverable: 0, isAtLeast: false })
  })
})
