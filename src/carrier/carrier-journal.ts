import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { formatWav } from '#audio'
import { OutdialError } from '#base'
import type { CarrierEvent } from './carrier-events.ts'

const TELEPHONE_HZ = 8000
/** So many files may one number have in one folder. */
const MOST_FILES = 100_000

/** What the carrier leaves in its output folder: `carrier-log.jsonl`, and a WAV file a call. */
export class CarrierJournal {
  readonly #folder: string
  #log: WriteStream | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Rejects with `carrier-output-folder` where it cannot be written. */
  async open(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true })
      const file = await open(join(this.#folder, 'carrier-log.jsonl'), 'a')
      this.#log = createWriteStream('', { fd: file })
    } catch (thrown) {
      const sentence = `The folder ${this.#folder} cannot be written to: ${(thrown as Error).message}`
      throw new OutdialError('carrier-output-folder', sentence, { cause: thrown })
    }
  }

  write(event: CarrierEvent): void {
    this.#log?.write(JSON.stringify(event) + '\n')
  }

  /** Writes `<number>-<n>.wav` with the first `n` from `firstCount` on that is free; gives its path. */
  async writeWav(number: string, firstCount: number, samples: Int16Array): Promise<string> {
    const name = number.replace(/[^0-9A-Za-z+]/g, '_').slice(0, 64) || 'unknown'
    for (let count = firstCount; count < firstCount + MOST_FILES; count++) {
      const path = join(this.#folder, `${name}-${count}.wav`)
      if (await writeNew(path, formatWav(samples, { sampleRate: TELEPHONE_HZ }))) return path
    }
    throw new OutdialError(
      'carrier-output-folder',
      `${this.#folder} is full of files of one number.`,
    )
  }

  async close(): Promise<void> {
    const log = this.#log
    this.#log = undefined
    if (log === undefined) return
    log.end()
    await finished(log)
  }
}

/** False where there is such a file already. */
async function writeNew(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(bytes)
    } finally {
      await file.close()
    }
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}
