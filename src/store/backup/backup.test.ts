import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, it } from 'node:test'
import { silentLogger } from '#base'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { ANSWERED, resultOfCall, useStore } from '#test/store-fixture'
import { finishCalls } from '../calls/finish-calls.ts'
import type { Database } from '../database/database.ts'
import { backupTables } from './backup-tables.ts'
import { restoreBackup } from './restore-backup.ts'
import { writeBackup } from './write-backup.ts'

const log = silentLogger

describe('a backup', () => {
  const from = useStore()
  const opened: TestDatabase[] = []
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close()
  })

  const empty = async (): Promise<Database> => {
    const database = await openTestDatabase()
    opened.push(database)
    return database.db
  }
  const restoreInto = (db: Database, lines: readonly string[], folder?: string) =>
    restoreBackup(db, streamed(lines), { log, ...(folder === undefined ? {} : { folder }) })

  it('is restored row by row; what is numbered goes on where it was; everything is held', async () => {
    const queued = await from.queue({ messageReference: 'a "quoted"\n\\line, ünï' })
    await from.queue()
    const claim = await from.claimOne()
    await from.dial(claim)
    await from.db.transaction((tx) =>
      finishCalls(tx, [{ claim, ending: ANSWERED, result: resultOfCall(claim.callId) }]),
    )
    const lines = await backUp(from.db)
    const db = await empty()
    const { rows, queuedCalls } = await restoreInto(db, lines)
    assert.ok(rows > 5)
    assert.equal(queuedCalls, 1)
    for (const table of await backupTables(db)) {
      const select = `SELECT to_jsonb(t) - 'held' AS row FROM ${table} t ORDER BY t::text`
      assert.deepEqual(await db.query(select), await from.db.query(select), table)
    }
    assert.deepEqual(await db.query('SELECT held FROM installation'), [{ held: true }])
    const [next] = await db.query<{ id: number }>(
      `SELECT nextval(pg_get_serial_sequence('calls', 'call_id')) AS id`,
    )
    assert.equal(next?.id, queued + 2)
  })

  it('is of one moment, whatever is written meanwhile', async () => {
    await from.queue()
    const lines: string[] = []
    await writeBackup(from.db, async (text) => {
      lines.push(...linesOf(text))
      await from.queue()
    })
    const db = await empty()
    assert.equal((await restoreInto(db, lines)).queuedCalls, 1)
  })

  it('of an earlier version is brought up to this one', async () => {
    await from.queue()
    const lines = await backUp(from.db)
    const folder = mkdtempSync(join(tmpdir(), 'outdial-migrations-'))
    try {
      cpSync(join(import.meta.dirname, '../../../migrations'), folder, { recursive: true })
      writeFileSync(
        join(folder, '9001_new.sql'),
        `ALTER TABLE calls ADD mood text NOT NULL DEFAULT 'good'`,
      )
      const db = await empty()
      await restoreInto(db, lines, folder)
      assert.deepEqual(await db.query('SELECT mood FROM calls'), [{ mood: 'good' }])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is refused where it is cut off, garbled or of something else, and nothing is left of it', async () => {
    await from.queue()
    const lines = await backUp(from.db)
    const db = await empty()
    const foreign = [lines[0] ?? '', JSON.stringify({ table: 'pg_authid' }), '{}']
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [lines.slice(0, -1), /cut off/],
      [lines.filter((line) => !line.includes('"message_reference"')), /has \d+ rows, and \d+ were/],
      [lines.with(-2, '{"half'), /not JSON|does not take/],
      [foreign, /no table pg_authid/],
      [['{"a":1}'], /its first line/],
      [[], /line 1 is not JSON/],
    ]
    for (const [text, why] of wrong) {
      await assert.rejects(restoreInto(db, text), { code: 'backup-unreadable', message: why })
      assert.deepEqual(await db.query('SELECT FROM accounts'), [])
    }
    await restoreInto(db, lines)
    await assert.rejects(restoreInto(db, lines), { code: 'restore-not-empty' })
  })

  it('of a newer version is refused', async () => {
    const [first = '', ...others] = await backUp(from.db)
    const header = JSON.parse(first)
    header.migrations.push({ name: '9999_later.sql', checksum: 'x' })
    const db = await empty()
    const restoring = restoreInto(db, [JSON.stringify(header), ...others])
    await assert.rejects(restoring, { code: 'restore-not-possible', message: /9999_later.*newer/ })
  })
})

async function backUp(db: Database): Promise<string[]> {
  const lines: string[] = []
  await writeBackup(db, async (text) => void lines.push(...linesOf(text)))
  return lines
}

function linesOf(text: string): string[] {
  assert.ok(text.endsWith('\n'))
  return text.slice(0, -1).split('\n')
}

async function* streamed(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}
