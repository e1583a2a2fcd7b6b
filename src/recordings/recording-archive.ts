import { readdir, rm, stat } from 'node:fs/promises'
import { type Clock, errorMessage, type Logger, LookLoop, type Random, type Service } from '#base'
import {
  adoptRecordings,
  type CallRecordingRecord,
  type Database,
  deleteRecording,
  findOldRecordings,
  findRecordingsToMove,
  insertRecording,
  markRecordingMoved,
  markRecordingUnmoved,
  type NewRecording,
  type OldRecording,
  type RecordingFile,
  type RecordingToMove,
} from '#store'
import type { Bucket } from './bucket.ts'
import { RecordingFolder } from './recording-folder.ts'
import { type ByteSource, openFile } from './recording-reader.ts'

export interface RecordingArchiveOptions {
  readonly db: Database
  readonly nodeId: string
  readonly folder: string
  /** 32 octets; absent: recordings are stored in the clear. */
  readonly key?: Uint8Array | undefined
  /** Absent: they stay on the disk. */
  readonly bucket?: Bucket | undefined
  /** They are kept so many days. */
  readonly retentionDays: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

const MOVE_EVERY_MS = 30_000
const TIDY_EVERY_MS = 10 * 60_000
const RETRY_MS = 5000
const BATCH = 100
const FIRST_DELAY_SECONDS = 15
const LONGEST_DELAY_SECONDS = 3600
const DAY_MS = 86_400_000

/**
 * The recordings of calls, from when they are whole until they are old: written to this node's disk, noted
 * in the store, moved to the bucket where there is one, and removed. Each step is done again where it failed,
 * after a restart too.
 */
export class RecordingArchive implements Service {
  readonly folder: RecordingFolder
  readonly #options: RecordingArchiveOptions
  readonly #moving: LookLoop
  readonly #tidying: LookLoop
  #isStarted = false

  constructor(options: RecordingArchiveOptions) {
    this.#options = options
    this.folder = new RecordingFolder(options)
    this.#moving = this.#loop(async () => ((await this.moveOnce()) ? 0 : MOVE_EVERY_MS))
    this.#tidying = this.#loop(async () => {
      await this.tidyOnce()
      return TIDY_EVERY_MS
    })
  }

  async start(): Promise<void> {
    const { folder, log } = this.#options
    await this.folder.start().catch((error: unknown) => {
      log.error('no call can be recorded', { folder, error: errorMessage(error) })
    })
    this.#isStarted = true
    if (this.#options.bucket !== undefined) this.#moving.wake()
    this.#tidying.wake()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#moving.stop(), this.#tidying.stop()])
  }

  /** Notes that a call was recorded, or why it could not be. Never rejects: what is whole is found again. */
  async note(recording: Omit<NewRecording, 'nodeId'>): Promise<void> {
    const { db, nodeId, bucket, log } = this.#options
    try {
      await insertRecording(db, { ...recording, nodeId })
      if (this.#isStarted && bucket !== undefined) this.#moving.wake()
    } catch (error) {
      const { callId } = recording
      log.warn('recording not noted, it will be found later', {
        callId,
        error: errorMessage(error),
      })
    }
  }

  /** Moves those that are due to the bucket. False: there was none, or none could be moved. */
  async moveOnce(): Promise<boolean> {
    const { db, nodeId, bucket } = this.#options
    if (bucket === undefined) return false
    const due = await findRecordingsToMove(db, { nodeId, limit: BATCH })
    let moved = 0
    for (const recording of due) if (await this.#move(bucket, recording)) moved++
    return moved > 0
  }

  /** Notes what was forgotten, and forgets what is old. */
  async tidyOnce(): Promise<void> {
    await this.#adopt()
    await this.#removeOld()
  }

  async #move(bucket: Bucket, recording: RecordingToMove): Promise<boolean> {
    const { db, log } = this.#options
    const { name, callId, tries } = recording
    const path = this.folder.pathOf(name)
    try {
      const { size } = await stat(path)
      await bucket.put(name, { sizeBytes: size, open: () => readStored(path) })
      await markRecordingMoved(db, recording, bucket.url)
      await rm(path, { force: true })
      return true
    } catch (error) {
      const fault = errorMessage(error)
      const delaySeconds = Math.min(FIRST_DELAY_SECONDS * 2 ** tries, LONGEST_DELAY_SECONDS)
      log.error('recording not moved to the bucket, trying again', {
        ...{ callId, name, bucket: bucket.url, delaySeconds, error: fault },
      })
      await markRecordingUnmoved(db, recording, { fault, delaySeconds })
      return false
    }
  }

  /** What is on the disk, but not in the store, or in the bucket already. */
  async #adopt(): Promise<void> {
    const { db, nodeId, retentionDays, clock, log } = this.#options
    const files = await this.#filesOnDisk()
    for (let at = 0; at < files.length; at += BATCH) {
      const batch = files.slice(at, at + BATCH)
      const known = await adoptRecordings(db, nodeId, batch)
      for (const file of batch) {
        const noted = known.find(({ name }) => name === file.name)
        const isOld = clock.now() - file.recordedAt.getTime() > retentionDays * DAY_MS
        // Of a call that is gone, nothing else says when its time is over.
        const isOver = noted === undefined ? isOld : noted.bucket !== null
        if (!isOver) continue
        await rm(this.folder.pathOf(file.name), { force: true })
        log.info('recording was removed from the disk', { name: file.name })
      }
    }
  }

  async #filesOnDisk(): Promise<RecordingFile[]> {
    const names = await readdir(this.folder.folder).catch(() => [])
    const files: RecordingFile[] = []
    for (const name of names) {
      const [, call, attempt] = FILE_NAME.exec(name) ?? []
      const found = call && (await stat(this.folder.pathOf(name)).catch(() => undefined))
      if (!found) continue
      const { size: bytes, mtime: recordedAt } = found
      files.push({ name, callId: Number(call), attempt: Number(attempt), bytes, recordedAt })
    }
    return files
  }

  async #removeOld(): Promise<void> {
    const { db, nodeId, bucket, retentionDays: days, log } = this.#options
    let removed = 0
    let after: OldRecording | undefined
    for (;;) {
      const request = { days, nodeId, bucket: bucket?.url, after, limit: BATCH }
      const old = await findOldRecordings(db, request)
      for (const recording of old) if (await this.#remove(recording)) removed++
      after = old.at(-1)
      if (after === undefined) break
    }
    if (removed > 0) log.info('old recordings were removed', { removed })
  }

  async #remove(recording: OldRecording): Promise<boolean> {
    const { db, bucket, log } = this.#options
    const { name, callId } = recording
    try {
      if (name !== undefined) await rm(this.folder.pathOf(name), { force: true })
      if (name !== undefined && recording.bucket !== undefined) await bucket?.delete(name)
      await deleteRecording(db, recording)
      return true
    } catch (error) {
      log.error('old recording not removed', { callId, name, error: errorMessage(error) })
      return false
    }
  }

  #loop(look: () => Promise<number>): LookLoop {
    const { clock, log } = this.#options
    return new LookLoop({
      clock,
      look,
      failed: (error) => log.error('recordings not looked after', { error: errorMessage(error) }),
      retryMs: RETRY_MS,
    })
  }
}

/** Where a recording is read from. Undefined: it is on another node's disk, or in another bucket. */
export async function openRecording(
  {
    folder,
    nodeId,
    bucket,
  }: Pick<RecordingArchiveOptions, 'nodeId' | 'bucket'> & { folder: RecordingFolder },
  record: CallRecordingRecord,
): Promise<ByteSource | undefined> {
  const { name } = record
  if (name === undefined) return undefined
  if (record.bucket !== undefined) {
    return record.bucket === bucket?.url ? await bucket.open(name) : undefined
  }
  return record.nodeId === nodeId ? await openFile(folder.pathOf(name)) : undefined
}

const FILE_NAME = /^(\d{1,9})-(\d{1,4})\.wav(?:\.sealed)?$/

/** As it is stored. */
async function* readStored(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const source = await openFile(path)
  try {
    const step = 65_536
    for (let at = 0; at < source.bytes; at += step) {
      yield await source.read(at, Math.min(source.bytes, at + step))
    }
  } finally {
    await source.close()
  }
}
