import { createHash } from 'node:crypto'
import {
  access,
  chmod,
  constants,
  lchown,
  lstat,
  mkdir,
  mkdtemp,
  realpath,
  rm,
  rmdir,
  stat,
  symlink,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorMessage, type Logger, OutdialError } from '#base'
import { folderDenied } from './folder-denied.ts'
import { findOwner, giveTo, isRoot, mayPass, type Owner } from './process-owner.ts'

/** Linux allows 107 bytes for a socket's path, macOS 103. */
const LONGEST_SOCKET_PATH = 103
const SOCKET_NAME = '.s.PGSQL.5432'
/** Where a cluster goes whose data folder its user cannot reach. */
const ELSEWHERE = '/var/lib/outdial'

/** One embedded PostgreSQL's places, all of them absolute and free of links. */
export interface ClusterHome {
  readonly folder: string
  /** PGDATA. */
  readonly data: string
  readonly socketFolder: string
  readonly logFile: string
  /** Whom PostgreSQL runs as: we ourselves, unless we are root. */
  readonly owner: Owner
}

/**
 * The data folder, made where it is not there.
 *
 * @throws OutdialError `store-folder-denied`
 */
export async function openDataFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK | constants.X_OK)
    return await realpath(path)
  } catch (error) {
    throw folderDenied(`The data folder ${path} cannot be used (${errorMessage(error)}).`, error)
  }
}

/**
 * Finds or makes `<dataFolder>/postgresql`, under the start lock. Where we are root and PostgreSQL's
 * user cannot come there (a checkout below /root), it becomes a link to a folder of its own in
 * /var/lib/outdial: delete the link and the next start begins with an empty database.
 *
 * @throws OutdialError `store-folder-denied`, `store-no-user`
 */
export async function openClusterHome(dataFolder: string, log: Logger): Promise<ClusterHome> {
  const place = join(dataFolder, 'postgresql')
  try {
    if (!(await exists(place))) await makeHome(place, log)
    return await describeHome(await realpath(place))
  } catch (error) {
    if (error instanceof OutdialError) throw error
    throw folderDenied(
      `The database’s folder ${place} cannot be used (${errorMessage(error)}).`,
      error,
    )
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

async function makeHome(place: string, log: Logger): Promise<void> {
  if (!isRoot()) return void (await mkdir(place, { mode: 0o700 }))
  const owner = await findOwner()
  const dataFolder = dirname(place)
  if (await mayPass(dirname(dataFolder), owner)) {
    await letPass(dataFolder)
    await mkdir(place, { mode: 0o700 })
    return lchown(place, owner.uid, owner.gid)
  }
  await mkdir(ELSEWHERE, { recursive: true, mode: 0o755 })
  const folder = await mkdtemp(join(ELSEWHERE, `${basename(dataFolder)}-`))
  await lchown(folder, owner.uid, owner.gid)
  await symlink(folder, place)
  log.warn('PostgreSQL’s user cannot come to the data folder, so the database lies elsewhere', {
    folder,
  })
}

/** What is in the data folder stays unlisted: others may only pass. */
async function letPass(dataFolder: string): Promise<void> {
  const { mode } = await stat(dataFolder)
  if ((mode & 0o1) === 0) await chmod(dataFolder, mode | 0o1)
}

async function describeHome(folder: string): Promise<ClusterHome> {
  const { uid, gid } = await stat(folder)
  // Root's own: it was copied, or we died before we gave it away.
  const isUnowned = isRoot() && uid === 0
  const owner = isUnowned ? await findOwner() : { uid, gid }
  if (isUnowned) await giveTo(owner, folder)
  if (isRoot() && !(await mayPass(folder, owner))) {
    throw folderDenied(
      `User ${owner.uid}, whose database ${folder} is, cannot come there any more.`,
    )
  }
  return {
    folder,
    data: join(folder, 'data'),
    socketFolder: socketFolderOf(folder),
    logFile: join(folder, 'server.log'),
    owner,
  }
}

/** In the home; where that path is too long for a socket, in /tmp under a name made of it. */
function socketFolderOf(home: string): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const fits = Buffer.byteLength(join(home, 'run', SOCKET_NAME)) <= LONGEST_SOCKET_PATH
  return fits ? join(home, 'run') : `/tmp/outdial-${name}`
}

/**
 * Makes sure that the socket's folder is there and is the owner's alone: in /tmp anybody may have
 * been there before us, so nothing of theirs is followed, given away or talked to.
 *
 * @throws OutdialError `store-folder-denied`
 */
export async function openSocketFolder({ socketFolder, owner }: ClusterHome): Promise<void> {
  if (!(await exists(socketFolder))) await mkdir(socketFolder, { mode: 0o700 })
  const made = await lstat(socketFolder)
  const isPrivate = made.isDirectory() && (made.mode & 0o77) === 0
  if (isPrivate && made.uid === owner.uid) return
  if (isPrivate && isRoot() && made.uid === 0) return lchown(socketFolder, owner.uid, owner.gid)
  throw folderDenied(
    `${socketFolder}, which is for the database’s socket, is not ours alone; remove it.`,
  )
}

/** What a killed server leaves, before another one starts. */
export async function clearSocketFolder({ socketFolder }: ClusterHome): Promise<void> {
  for (const name of [SOCKET_NAME, `${SOCKET_NAME}.lock`]) {
    await rm(join(socketFolder, name), { force: true })
  }
}

/** Once the server has stopped: leaves nothing in /tmp. */
export async function removeSocketFolder({ socketFolder }: ClusterHome): Promise<void> {
  await rmdir(socketFolder).catch(() => {})
}
