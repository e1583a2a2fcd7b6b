import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CHUNK = Buffer.alloc(1_000_000)

/** A folder on a disk of its own, small enough to be filled to the last byte. Needs root. */
export class FullDisk {
  readonly folder: string

  static get canBeMade(): boolean {
    return process.geteuid?.() === 0 && process.platform === 'linux'
  }

  /** `size` as `mount` takes it, such as `256k`. */
  constructor(size: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'outdial-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', this.folder])
  }

  fill(): void {
    const file = openSync(this.#filler, 'w')
    try {
      for (let length = CHUNK.length; length > 0; ) {
        try {
          writeSync(file, CHUNK, 0, length)
        } catch {
          // The last bytes by ever smaller pieces.
          length >>= 1
        }
      }
    } finally {
      closeSync(file)
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true })
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.folder])
    rmdirSync(this.folder)
  }

  get #filler(): string {
    return join(this.folder, 'filler')
  }
}
