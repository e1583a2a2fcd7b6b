import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { errorMessage, OutdialError } from '#base'
import type { ClientOptions } from '#client'

/** A server, and what opens it. */
export type Server = Pick<ClientOptions, 'url' | 'auth'>

/** What `outdial login` has kept. @throws OutdialError `login-unreadable` */
export function readLogin(): Server | undefined {
  const path = loginPath()
  try {
    const { url, auth } = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof url === 'string' && typeof auth === 'object' && auth !== null) return { url, auth }
    throw new Error('it has no server and no key')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    const sentence =
      `${path} cannot be read (${errorMessage(cause)}). ` +
      'Remove it (outdial logout), and log in again (outdial login).'
    throw new OutdialError('login-unreadable', sentence, { cause })
  }
}

/** Readable by its owner only from its first moment on. Returns where it is. */
export function writeLogin(server: Server): string {
  const path = loginPath()
  const draft = `${path}.${process.pid}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(draft, { force: true })
    writeFileSync(draft, `${JSON.stringify(server)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(draft, path)
  } catch (cause) {
    const sentence = `${path} cannot be written: ${errorMessage(cause)}. Is the folder yours?`
    throw new OutdialError('login-unwritable', sentence, { cause })
  }
  return path
}

export function removeLogin(): void {
  rmSync(loginPath(), { force: true })
}

/** XDG Base Directory Specification 0.8: an unset, empty or relative path counts for none. */
function loginPath(): string {
  const given = process.env['XDG_CONFIG_HOME'] ?? ''
  const folder = given.startsWith('/') ? given : join(homedir(), '.config')
  return join(folder, 'outdial', 'login.json')
}
