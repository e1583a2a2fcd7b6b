import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OutdialError } from '#base'

/**
 * One server a data folder: a second one would take the first one's calls for left-overs of a crash
 * and hang them up. The lock is a file with the owner's process id; a dead owner's lock is taken over.
 *
 * Throws `data-folder-in-use`, `store-folder-denied`. Returns what gives the lock back.
 */
export function lockDataFolder(folder: string): () => void {
  const path = lockFile(folder)
  makeFolder(folder)
  for (;;) {
    try {
      writeFileSync(path, `${process.pid} ${startTime(process.pid)}`, { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const pid = findServer(folder)
    if (pid !== undefined) {
      throw new OutdialError(
        'data-folder-in-use',
        `Another server (process ${pid}) uses the data folder ${folder}. Stop it, or set OUTDIAL_DATA.`,
        { field: 'OUTDIAL_DATA' },
      )
    }
    rmSync(path, { force: true })
  }
}

/** The process id of the server that uses the data folder. */
export function findServer(folder: string): number | undefined {
  const [pid, started] = readOwner(lockFile(folder))
  // Our own number is an earlier owner's after a restart of a container; where start times tell.
  const isOurs = pid === process.pid && started === ''
  return !isOurs && isAlive(pid, started) ? pid : undefined
}

function lockFile(folder: string): string {
  return join(folder, 'server.pid')
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const sentence =
      `The data folder ${folder} cannot be used (${errorMessage(cause)}). Give it to the user ` +
      'that Outdial runs as, or set OUTDIAL_DATA to another folder.'
    throw new OutdialError('store-folder-denied', sentence, { field: 'OUTDIAL_DATA', cause })
  }
}

function readOwner(path: string): [pid: number, started: string] {
  try {
    const [pid, started = ''] = readFileSync(path, 'utf8').split(' ')
    return [Number(pid), started]
  } catch {
    return [0, '']
  }
}

function isAlive(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return startTime(pid) === started
}

/**
 * When a process started, so that a number used again is not taken for the old owner. Empty where
 * the system does not tell (no `/proc`) and for a process that is dead but not yet reaped.
 */
function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
