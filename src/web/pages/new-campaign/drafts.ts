import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SpoolFile } from '#api'
import { type Clock, type Random, randomHex, randomUuid } from '#base'
import type { WebSession } from '#calls'
import type { ListCheck } from '#client'
import type { Layout } from './layout-guess.ts'

/** A campaign that somebody is about to launch: its list, and what has been said of it so far. */
export interface Draft {
  readonly id: string
  readonly accountId: number
  readonly sessionId: number
  /** As the browser calls it; empty: numbers that were typed. */
  readonly fileName: string
  readonly layout: Layout
  /** What the forms hold, by the interface's names of the fields. */
  readonly values: Readonly<Record<string, string>>
  /** Of the launch: twice sent is once launched. */
  readonly key: string
  /** What the list was found to be, and what was asked for then. */
  readonly checked?: { readonly asked: string; readonly found: ListCheck }
  /** The campaign that its calls are to be added to; absent: it becomes one of its own. */
  readonly addsTo?: number
  /** The campaign that it has become, or was added to. */
  readonly launchedAs?: number
}

export const LIST_NAME = 'list'
const STATE_NAME = 'draft.json'
const BEGINNING_BYTES = 64 * 1024
/** A list of numbers lies about no longer. */
const LIFE_MS = 86_400_000
/** Of one session: who begins another one has given up the first. */
const MOST_DRAFTS = 5
const ID = /^[0-9a-f]{32}$/

export interface DraftsOptions {
  readonly folder: string
  readonly clock: Clock
  readonly random: Random
}

type Owner = Pick<WebSession, 'sessionId' | 'account'>

/** The drafts on this server's disk, each a folder of its own. Nobody but the session that made one sees it. */
export class Drafts {
  readonly #options: DraftsOptions

  constructor(options: DraftsOptions) {
    this.#options = options
  }

  newId(): string {
    return randomHex(this.#options.random, 16)
  }

  /** Where its list is, or is to be put. */
  folderOf(id: string): string {
    return join(this.#options.folder, id)
  }

  async begin(
    owner: Owner,
    begun: Pick<Draft, 'id' | 'fileName' | 'layout' | 'addsTo'>,
  ): Promise<Draft> {
    const draft = {
      ...{ ...begun, accountId: owner.account.accountId, sessionId: owner.sessionId },
      values: { max_retries: '0', retry_interval: '300', duplicates: 'drop', on_error: 'skip' },
      key: randomUuid(this.#options.random),
    }
    await this.keep(draft)
    await this.#removeSurplus(owner)
    return draft
  }

  /** Undefined: there is none for this session on this server. */
  async find({ sessionId, account }: Owner, id: string): Promise<Draft | undefined> {
    if (!ID.test(id)) return undefined
    const draft = await this.#read(id)
    const isOwn = draft?.sessionId === sessionId && draft.accountId === account.accountId
    return isOwn ? draft : undefined
  }

  /** Whole or not at all. */
  async keep(draft: Draft): Promise<void> {
    const folder = this.folderOf(draft.id)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `${this.newId()}.new`)
    await writeFile(path, JSON.stringify(draft), { mode: 0o600 })
    await rename(path, join(folder, STATE_NAME))
  }

  /** Its list, and what was found in it, are gone; where it led to is known for as long as it would have lived. */
  async launched(draft: Draft, launchedAs: number): Promise<void> {
    const { checked: _numbers, ...rest } = draft
    await this.keep({ ...rest, values: {}, launchedAs })
    await rm(join(this.folderOf(draft.id), LIST_NAME), { force: true })
  }

  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true })
  }

  /** From the beginning, as often as it is asked for. */
  read(id: string): AsyncIterable<Buffer> {
    return createReadStream(join(this.folderOf(id), LIST_NAME))
  }

  /** What was typed, as its list. */
  async write(id: string, text: string): Promise<void> {
    const { random } = this.#options
    const spool = await SpoolFile.create({ folder: this.folderOf(id), random, keepAs: LIST_NAME })
    try {
      await spool.write(Buffer.from(text))
    } finally {
      await spool.close()
    }
  }

  /** As much of its list as shows how it is written; empty: there is none. */
  async beginning(id: string): Promise<string> {
    const path = join(this.folderOf(id), LIST_NAME)
    const stream = createReadStream(path, { end: BEGINNING_BYTES - 1 })
    const pieces: Buffer[] = []
    try {
      for await (const piece of stream) pieces.push(piece)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    return Buffer.concat(pieces).toString('utf8')
  }

  /** The same as the body of a request. */
  stream(id: string): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.read(id))
  }

  async #read(id: string): Promise<Draft | undefined> {
    const path = join(this.folderOf(id), STATE_NAME)
    try {
      return JSON.parse(await readFile(path, 'utf8'))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async #removeSurplus(owner: Owner): Promise<void> {
    const ages = await draftAges(this.#options)
    const own: string[] = []
    for (const { id } of ages) {
      if ((await this.find(owner, id)) !== undefined) own.push(id)
    }
    for (const id of own.slice(MOST_DRAFTS)) await this.remove(id)
  }
}

/** Removes those that were begun a day ago. Uploads that broke off are among them. */
export async function removeOldDrafts(folder: string, clock: Clock): Promise<void> {
  for (const { id, ageMs } of await draftAges({ folder, clock })) {
    if (ageMs > LIFE_MS) await rm(join(folder, id), { recursive: true, force: true })
  }
}

/** The youngest first. */
async function draftAges({
  folder,
  clock,
}: Pick<DraftsOptions, 'folder' | 'clock'>): Promise<{ id: string; ageMs: number }[]> {
  const names = await readdir(folder).catch(() => [])
  const now = clock.now()
  const ages = await Promise.all(
    names
      .filter((name) => ID.test(name))
      .map(async (id) => {
        const begun = await stat(join(folder, id)).catch(() => undefined)
        return begun === undefined ? [] : [{ id, ageMs: now - begun.birthtimeMs }]
      }),
  )
  return ages.flat().sort((one, other) => one.ageMs - other.ageMs)
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
