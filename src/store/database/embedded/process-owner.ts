import { execFile } from 'node:child_process'
import { chown, lstat, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { OutdialError } from '#base'

const run = promisify(execFile)

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0
}

/** What `spawn` needs to run a program as `owner`; nothing unless we are root. */
export function runAs(owner: Owner): { uid?: number; gid?: number } {
  return isRoot() ? { uid: owner.uid, gid: owner.gid } : {}
}

/** Whom PostgreSQL, which refuses to run as root, runs as instead: `postgres` where the system has it, else `nobody`. */
export async function findOwner(): Promise<Owner> {
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(
      () => undefined,
    )
    if (ids === undefined) continue
    const [uid, gid] = ids.map(({ stdout }) => Number(stdout))
    if (uid && gid) return { uid, gid }
  }
  throw new OutdialError(
    'store-no-user',
    'PostgreSQL does not run as root, and neither the user postgres nor nobody is there. ' +
      'Start Outdial as an ordinary user, or set DATABASE_URL.',
  )
}

/** Whether `owner` may pass `folder` and every folder on the way to it. */
export async function mayPass(folder: string, owner: Owner): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    if (!allows(await stat(path), owner, 0o1)) return false
    if (path === dirname(path)) return true
  }
}

/** Whether `owner` may come to the program at `path`, read and run it. */
export async function mayRun(path: string, owner: Owner): Promise<boolean> {
  return allows(await stat(path), owner, 0o5) && (await mayPass(dirname(path), owner))
}

function allows(
  file: { mode: number; uid: number; gid: number },
  owner: Owner,
  wanted: number,
): boolean {
  const shift = file.uid === owner.uid ? 6 : file.gid === owner.gid ? 3 : 0
  return ((file.mode >> shift) & wanted) === wanted
}

/** Gives a folder and all that is in it to `owner`; links are not followed. */
export async function giveTo(owner: Owner, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await giveTo(owner, path)
    else if (entry.isFile()) await chown(path, owner.uid, owner.gid)
  }
  if ((await lstat(folder)).uid !== owner.uid) await chown(folder, owner.uid, owner.gid)
}
