import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { errorMessage, OutdialError } from '#base'
import { type RestoredBackup, restoreBackup, writeBackup } from '#store'
import type { Config } from './config.ts'
import { withGround } from './ground.ts'
import { wireGround } from './wire.ts'

/**
 * Writes the whole store to `file`, gzipped; beside a running server, as of one moment. The file has its name only
 * when it is whole. Returns how many rows there were.
 *
 * @throws OutdialError `backup-unwritable`
 */
export function backUp(config: Config, file: string): Promise<{ readonly rows: number }> {
  return withGround(config, async ({ ground: { db } }) => {
    const unfinished = `${file}.unfinished`
    const gzip = createGzip()
    const written = pipeline(gzip, createWriteStream(unfinished, { flags: 'w', mode: 0o600 }))
    try {
      const write = async (lines: string): Promise<void> => {
        if (!gzip.write(lines)) await Promise.race([once(gzip, 'drain'), written])
      }
      const backup = await Promise.race([writeBackup(db, write), written.then(() => ({ rows: 0 }))])
      gzip.end()
      await written
      await rename(unfinished, file)
      return backup
    } catch (error) {
      await rm(unfinished, { force: true })
      if (error instanceof OutdialError) throw error
      const sentence = `${file} cannot be written: ${errorMessage(error)}`
      throw new OutdialError('backup-unwritable', sentence, { cause: error })
    }
  })
}

/**
 * Fills the empty database of the settings from `file`. Nothing is dialled until `outdial resume`.
 *
 * @throws OutdialError `backup-unreadable`, `restore-not-empty`
 */
export async function restore(config: Config, file: string): Promise<RestoredBackup> {
  const { db, log } = wireGround({ ...config, logLevel: 'warn' })
  await db.start()
  try {
    return await restoreBackup(db, linesOf(file), { log })
  } finally {
    await db.stop()
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const unzipped = createGunzip()
  const read = pipeline(createReadStream(file), unzipped)
  try {
    yield* createInterface({ input: unzipped, crlfDelay: Infinity })
    await read
  } catch (error) {
    if (error instanceof OutdialError) throw error
    const sentence = `This is no whole backup: ${file}: ${errorMessage(error)}.`
    throw new OutdialError('backup-unreadable', sentence, { cause: error })
  } finally {
    read.catch(() => {})
  }
}
