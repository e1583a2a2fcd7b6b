import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { silentLogger } from '#base'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { migrate } from './migrate.ts'

const SHIPPED = join(import.meta.dirname, '..', '..', 'migrations')
const log = silentLogger

describe('migrate', () => {
  let database: TestDatabase
  let folder = ''

  before(async () => {
    database = await openTestDatabase()
  })
  after(() => database.close())
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outdial-migrations-'))
    cpSync(SHIPPED, folder, { recursive: true })
    await database.db.execute(`DELETE FROM migrations WHERE name LIKE '9%'`)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('applies nothing where all was applied', async () => {
    assert.deepEqual(await migrate(database.db, { log }), { applied: [] })
  })

  it('applies each new file once, in order, however many processes try', async () => {
    writeFileSync(join(folder, '9002_b.sql'), 'ALTER TABLE ordered ADD b int;')
    writeFileSync(join(folder, '9001_a.sql'), 'CREATE TABLE ordered (a int);\nSELECT 1;')
    const both = await Promise.all([
      migrate(database.db, { log, folder }),
      migrate(database.db, { log, folder }),
    ])
    const applied = both.flatMap((each) => each.applied)
    assert.deepEqual(applied.sort(), ['9001_a.sql', '9002_b.sql'])
    await database.db.query('SELECT a, b FROM ordered')
  })

  it('leaves nothing of a file that fails', async () => {
    writeFileSync(join(folder, '9003_c.sql'), 'CREATE TABLE half (a int); SELECT 1/0;')
    await assert.rejects(migrate(database.db, { log, folder }), /division by zero/)
    await assert.rejects(database.db.query('SELECT FROM half'), /does not exist/)
    writeFileSync(join(folder, '9003_c.sql'), 'CREATE TABLE half (a int);')
    assert.deepEqual(await migrate(database.db, { log, folder }), { applied: ['9003_c.sql'] })
  })

  it('refuses a file that was changed after it was applied, line ends aside', async () => {
    writeFileSync(join(folder, '9004_d.sql'), 'CREATE TABLE d (a int);\n')
    await migrate(database.db, { log, folder })
    writeFileSync(join(folder, '9004_d.sql'), 'CREATE TABLE d (a int);\r\n')
    assert.deepEqual(await migrate(database.db, { log, folder }), { applied: [] })
    writeFileSync(join(folder, '9004_d.sql'), 'CREATE TABLE d (a bigint);\n')
    await assert.rejects(migrate(database.db, { log, folder }), {
      code: 'migration-edited',
      message: /9004_d\.sql/,
    })
  })

  it('refuses a database that a newer version has migrated', async () => {
    writeFileSync(join(folder, '9005_e.sql'), 'SELECT 1;')
    await migrate(database.db, { log, folder })
    await assert.rejects(migrate(database.db, { log }), {
      code: 'migration-unknown',
      message: /9005_e\.sql/,
    })
  })
})
