import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OutdialError } from '#base'
import { useStore } from '#test/store-fixture'
import { listLiveNodes, startNode } from '../index.ts'

describe('the connection', { timeout: 60_000 }, () => {
  const fixture = useStore()

  const isTemporary = (code: string) => (error: unknown) =>
    error instanceof OutdialError && error.code === code && error.temporary
  const endMe = 'SELECT pg_terminate_backend(pg_backend_pid())'

  it('gives int8 as numbers and refuses those that would not be exact', async () => {
    const exact = await fixture.db.query(
      `SELECT count(*) AS n, 9007199254740991::int8 AS m FROM nodes`,
    )
    assert.deepEqual(exact, [{ n: 0, m: 9007199254740991 }])
    await assert.rejects(fixture.db.query('SELECT 9007199254740993::int8'), /not exact/)
  })

  it('rolls back what failed', async () => {
    const failure = fixture.db.transaction(async (tx) => {
      await startNode(tx, 'n9')
      await tx.query('SELECT 1/0')
    })
    await assert.rejects(failure, /division by zero/)
    assert.deepEqual(await listLiveNodes(fixture.db), [])
  })

  it('does not take a transaction for committed whose failure was hidden', async () => {
    const failure = fixture.db.transaction(async (tx) => {
      await startNode(tx, 'n9')
      await tx.query('SELECT 1/0').catch(() => {})
    })
    await assert.rejects(failure, /Rolled back/)
  })

  it('discards a connection that broke, in a transaction and outside', async () => {
    await assert.rejects(fixture.db.query(endMe), isTemporary('store-unavailable'))
    const failure = fixture.db.transaction(async (tx) => {
      await startNode(tx, 'n9')
      await tx.query(endMe)
    })
    await assert.rejects(failure, isTemporary('store-unavailable'))
    const all = await Promise.all(Array.from({ length: 20 }, () => fixture.db.query('SELECT 1')))
    assert.equal(all.length, 20)
    assert.deepEqual(await listLiveNodes(fixture.db), [])
  })

  it('ends transactions of a process that stands still, and only those', async () => {
    const timeout = `SELECT current_setting('idle_in_transaction_session_timeout') AS t`
    const within = await fixture.db.transaction((tx) => tx.query(timeout))
    assert.deepEqual(within, [{ t: '5s' }])
    const stands = fixture.db.transaction(async (tx) => {
      await tx.query(`SET LOCAL idle_in_transaction_session_timeout = '1ms'`)
      const ended = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE pid = $1`
      const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      for (let left = 1; left > 0; ) {
        const [row] = await fixture.db.query<{ n: number }>(ended, [own?.pid])
        left = row?.n ?? 0
      }
      await tx.query('SELECT 1')
    })
    await assert.rejects(stands, isTemporary('store-unavailable'))
    const [outside] = await fixture.db.query<{ t: string }>(timeout)
    assert.notEqual(outside?.t, '5s')
  })

  it('says so where nobody knows whether a commit took effect', async () => {
    await fixture.db.execute(
      `CREATE OR REPLACE FUNCTION end_me() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER end_me AFTER INSERT ON nodes
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_me()`,
    )
    try {
      const failure = fixture.db.transaction((tx) => startNode(tx, 'n9'))
      await assert.rejects(failure, isTemporary('store-commit-unknown'))
    } finally {
      await fixture.db.execute('DROP TRIGGER end_me ON nodes; DROP FUNCTION end_me')
    }
  })

  it('says when what was written is committed, and not where it is rolled back', async () => {
    const seen: string[] = []
    await fixture.db.transaction(async (tx) => {
      tx.whenCommitted(() => seen.push('committed'))
      await tx.query('SELECT 1')
      seen.push('written')
    })
    const fails = fixture.db.transaction(async (tx) => {
      tx.whenCommitted(() => seen.push('never'))
      throw new Error('rolled back')
    })
    await assert.rejects(fails, /rolled back/)
    assert.deepEqual(seen, ['written', 'committed'])
  })

  it('refuses U+0000 with a code of its own', async () => {
    await assert.rejects(fixture.queue({ messageReference: 'a\0b' }), { code: 'text-not-storable' })
  })

  it('listens again after its connection broke, and wakes for what it may have missed', async () => {
    let woken = Promise.withResolvers<void>()
    const unlisten = fixture.db.listen('some_news', () => woken.resolve())
    const listening = `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN%'`
    await fixture.db.query(`SELECT pg_notify('some_news', '')`)
    for (let rows = 0; rows === 0; ) rows = (await fixture.db.query(listening)).length
    woken = Promise.withResolvers<void>()
    await fixture.db.query(`SELECT pg_terminate_backend(pid) FROM (${listening}) l`)
    await woken.promise
    woken = Promise.withResolvers<void>()
    await fixture.db.query(`SELECT pg_notify('some_news', '')`)
    await woken.promise
    unlisten()
  })
})
