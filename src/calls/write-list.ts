import { failPoint, OutdialError } from '#base'
import { ListBatch, type ListKey, type RefusedRow, touchCallList } from '#store'
import type { CallsContext } from './context.ts'
import type { ListRow, ListTerms } from './read-list-row.ts'
import { type ImportedRows, type ListOptions, RowSorter } from './row-sorter.ts'

/** Rows of a list in the order of the file, batch by batch, with those that cannot be read as refused. */
export type PhoneList = AsyncIterable<readonly (ListRow | RefusedRow)[]>

export interface ListWriting {
  readonly list: ListKey
  readonly options: ListOptions
  readonly terms: ListTerms
}

/** Rows that go to the store in one transaction. */
const BATCH = 5_000

/**
 * Writes the calls of a list as it is read: while one batch is on its way to the store, the next one is
 * read. No more than two are held.
 *
 * @throws `ListRefusedError` `list-row-refused`, `list-without-calls`; OutdialError `list-empty`,
 *   `list-too-long`, `upload-lost`, and what reading the list throws
 */
export async function writeList(
  context: CallsContext,
  rows: PhoneList,
  { list, options, terms }: ListWriting,
): Promise<ImportedRows> {
  // One is filled while the other is written.
  let [filling, written] = [new ListBatch(list), new ListBatch(list)]
  let writing: Promise<unknown> = Promise.resolve()
  const write = async (): Promise<void> => {
    throwIfFailed(await writing)
    ;[filling, written] = [written, filling]
    filling.clear()
    // A failure is kept until the next batch is ready: nobody listens in between.
    writing = writeBatch(context, list, written).catch((error: unknown) => new Failed(error))
  }
  const sorter = new RowSorter(options, terms, {
    add: (call) => filling.add(call),
    addRefused: (row) => filling.addRefused(row),
  })
  for await (const some of rows) {
    for (const row of some) sorter.take(row)
    if (filling.rows >= BATCH) await write()
  }
  sorter.refuseUseless()
  await write()
  throwIfFailed(await writing)
  return sorter.result()
}

class Failed {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

function throwIfFailed(outcome: unknown): void {
  if (outcome instanceof Failed) throw outcome.error
}

async function writeBatch({ db }: CallsContext, list: ListKey, batch: ListBatch): Promise<void> {
  await db.transaction(async (tx) => {
    if ((await touchCallList(tx, list)) === 0) throw uploadLost()
    await batch.write(tx)
  })
  failPoint('a-list-half-written')
}

/** Somebody has taken this upload for broken off, and removes it. */
export function uploadLost(): OutdialError {
  return new OutdialError('upload-lost', 'The upload was given up as stalled; send it again.', {
    temporary: true,
  })
}
