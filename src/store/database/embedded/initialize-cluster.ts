import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { OutdialError } from '#base'
import type { ClusterHome } from './cluster-home.ts'
import { runAs } from './process-owner.ts'
import { PROGRAM_ENVIRONMENT, type Programs } from './programs.ts'

/** The one role there is; whoever can reach the socket is it. */
export const CLUSTER_USER = 'outdial'
/** The first version whose own locale provider sorts alike on every system. */
const BUILTIN_LOCALE_SINCE = 17

/** The version that made the cluster; undefined where there is none yet. */
export async function readClusterVersion(home: ClusterHome): Promise<number | undefined> {
  const text = await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number.parseInt(text, 10)
}

/**
 * Makes the cluster in a neighbour folder, syncs it and gives it its name: a folder of that name is
 * whole, however often the process was killed meanwhile. Call it under the start lock.
 *
 * @throws OutdialError `store-start-failed`
 */
export async function initializeCluster(home: ClusterHome, programs: Programs): Promise<void> {
  await removeUnfinished(home)
  const unfinished = `${home.data}.new-${randomBytes(4).toString('hex')}`
  await runInitdb(home, programs, unfinished)
  await rename(unfinished, home.data)
  await syncFolder(home.folder)
}

/** An orphaned `initdb` may still be writing into one of them: then it stays, until the next time. */
async function removeUnfinished(home: ClusterHome): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (!name.startsWith('data.new-')) continue
    await rm(join(home.folder, name), { recursive: true, force: true }).catch(() => {})
  }
}

/** `initdb` syncs all that it wrote before it ends. */
async function runInitdb(home: ClusterHome, programs: Programs, data: string): Promise<void> {
  const locale =
    programs.majorVersion >= BUILTIN_LOCALE_SINCE
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C']
  const child = spawn(
    join(programs.folder, 'initdb'),
    [
      `--pgdata=${data}`,
      `--username=${CLUSTER_USER}`,
      '--encoding=UTF8',
      ...locale,
      '--auth-local=trust',
      '--auth-host=reject',
      '--data-checksums',
      '--no-instructions',
    ],
    {
      env: PROGRAM_ENVIRONMENT,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      ...runAs(home.owner),
    },
  )
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000)
  })
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  if (status === 0) return
  throw new OutdialError(
    'store-start-failed',
    `PostgreSQL’s data folder could not be made (initdb: ${status}): ${words.trim()}`,
  )
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
