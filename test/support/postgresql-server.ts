import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const DEBIAN = '/usr/lib/postgresql'
const PASSWORD = 'p@ss/word'

export interface PostgresqlServer {
  readonly url: string
  readonly majorVersion: number
  stop(): Promise<void>
}

/** The programs of a PostgreSQL that the system has, the newest where there are several. */
export function findSystemPostgresql(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : []
  return versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

/** A PostgreSQL like one that somebody else runs: over TCP, with a password, in a folder of its own. */
export async function startPostgresqlServer(programs: string): Promise<PostgresqlServer> {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-postgresql-'))
  const user = userOfServer()
  chmodSync(folder, 0o700)
  writeFileSync(join(folder, 'password'), PASSWORD)
  if (user)
    for (const path of [folder, join(folder, 'password')]) chownSync(path, user.uid, user.gid)
  const data = join(folder, 'data')
  const run = { cwd: '/', env: { LC_ALL: 'C' }, ...user }
  const initdb = ['-D', data, '-U', 'tester', '-A', 'scram-sha-256', '-N', '-E', 'UTF8']
  execFileSync(join(programs, 'initdb'), [...initdb, `--pwfile=${folder}/password`], {
    ...run,
    stdio: 'ignore',
  })
  const port = await freePort()
  const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'fsync=off']
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...run,
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const url = `postgresql://tester:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`
  const version = await answered(url, () => child.exitCode !== null)
  return {
    url,
    majorVersion: Math.floor(version / 10_000),
    async stop() {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root. */
function userOfServer(): { uid: number; gid: number } | undefined {
  if (process.geteuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody']))
  return { uid: id('-u'), gid: id('-g') }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function answered(url: string, hasEnded: () => boolean): Promise<number> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows } = await client.query(`SELECT current_setting('server_version_num') AS v`)
      return Number(rows[0]?.v)
    } catch (error) {
      if (hasEnded() || Date.now() > deadline) throw error
    } finally {
      await client.end().catch(() => {})
    }
  }
}
