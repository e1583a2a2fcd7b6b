// The tests of the store once more, on a PostgreSQL like one that DATABASE_URL names.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { after, it } from 'node:test'
import { findSystemPostgresql, startPostgresqlServer } from '#test/postgresql-server'

const STORE = join(import.meta.dirname, '..', '..', 'src', 'store')
const programs = findSystemPostgresql()

if (programs === undefined) {
  it('runs on a server of the system', { skip: 'no PostgreSQL in /usr/lib/postgresql' }, () => {})
} else {
  const server = await startPostgresqlServer(programs)
  after(() => server.stop())
  process.env['OUTDIAL_TEST_DATABASE_URL'] = server.url
  for (const file of globSync('{accounts,attempts,calls,nodes,results,trunks}/*.test.ts', {
    cwd: STORE,
  })) {
    await import(join(STORE, file))
  }
  await import(join(STORE, 'database', 'pg-database.test.ts'))
  await import(join(STORE, 'migrate.test.ts'))
}
