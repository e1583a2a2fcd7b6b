import { closeSync, openSync } from 'node:fs'
import { type Clock, errorMessage, OutdialError, sleep } from '#base'
import { folderDenied } from './folder-denied.ts'

// flock(2), the same on Linux and macOS
const SHARED = 1
const EXCLUSIVE = 2
const NON_BLOCKING = 4
const UNLOCK = 8

const RETRY_MS = 20

/**
 * A lock that the kernel keeps (flock(2), which Node does not offer): it is gone with the process that
 * held it, however that died, and holds between threads and containers that share the file.
 */
export class FileLock {
  readonly #fd: number
  readonly #system: System
  readonly #path: string
  #open = true

  private constructor(path: string, system: System) {
    this.#fd = openFile(path)
    this.#path = path
    this.#system = system
  }

  /** @throws OutdialError `store-folder-denied` */
  static async open(path: string): Promise<FileLock> {
    return new FileLock(path, await loadSystem())
  }

  /** Tries until `timeoutMs` have passed. False: others hold it still. */
  async acquire(mode: 'shared' | 'exclusive', clock: Clock, timeoutMs: number): Promise<boolean> {
    const deadline = clock.monotonic() + timeoutMs
    while (!this.tryAcquire(mode)) {
      if (clock.monotonic() >= deadline) return false
      await sleep(clock, RETRY_MS)
    }
    return true
  }

  /** Changes the mode where this lock is held already, which may let others in between. */
  tryAcquire(mode: 'shared' | 'exclusive'): boolean {
    const operation = (mode === 'shared' ? SHARED : EXCLUSIVE) | NON_BLOCKING
    if (this.#system.flock(this.#fd, operation) === 0) return true
    const errno = this.#system.errno()
    if (this.#system.isBusy(errno)) return false
    throw new OutdialError(
      'store-folder-unlockable',
      `The file system of ${this.#path} cannot lock files (errno ${errno}). Choose another ` +
        'OUTDIAL_DATA folder, or set DATABASE_URL.',
    )
  }

  release(): void {
    this.#system.flock(this.#fd, UNLOCK)
  }

  /** Releases it as well. Twice-safe. */
  close(): void {
    if (this.#open) closeSync(this.#fd)
    this.#open = false
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a', 0o600)
  } catch (error) {
    throw folderDenied(`The lock ${path} cannot be used (${errorMessage(error)}).`, error)
  }
}

interface System {
  flock(fd: number, operation: number): number
  errno(): number
  isBusy(errno: number): boolean
}

let system: Promise<System> | undefined

/** Loaded when first needed: with a DATABASE_URL it never is. */
function loadSystem(): Promise<System> {
  system ??= import('koffi').then(({ default: koffi }) => {
    const flock = koffi.load(null).func('int flock(int fd, int operation)')
    const { EWOULDBLOCK, EAGAIN, EINTR } = koffi.os.errno
    return {
      flock: (fd, operation) => flock(fd, operation) as number,
      errno: () => koffi.errno(),
      isBusy: (errno) => errno === EWOULDBLOCK || errno === EAGAIN || errno === EINTR,
    }
  })
  return system
}
