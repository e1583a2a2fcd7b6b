import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** The process that PostgreSQL's own lock file names; undefined where there is no such file. */
export async function readPostmasterPid(data: string): Promise<number | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 0 ? pid : undefined
}

/**
 * Whether the process `pid` is the living postmaster of `data`. A zombie is not: it was killed, and
 * only waits to be reaped. Nor is a stranger that got the number of a dead one.
 */
export async function isPostmaster(pid: number, data: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  if (/^[ZX]/.test(state.slice(state.lastIndexOf(')') + 2))) return false
  // A postmaster works in its data folder. Where we may not look, it is not one of ours.
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === data
}
