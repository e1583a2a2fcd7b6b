import type { Account } from '#model'
import { databaseNow, type RefusedRow } from '#store'
import { readCallTimes, type TimeChoice } from './call-times.ts'
import type { CallsContext } from './context.ts'
import { replacesInvalidCallerId } from './replaces-invalid-caller-id.ts'
import { type ImportedRows, type ListOptions, type RowSink, RowSorter } from './row-sorter.ts'
import type { PhoneList } from './write-list.ts'

/** A list that is only looked at. */
export interface CheckList {
  readonly account: Account
  readonly scheduled: TimeChoice
  readonly expiration: TimeChoice
  readonly duplicates: ListOptions['duplicates']
}

/**
 * How many rows of a list would become calls, and which would not. Nothing is dialled or written, and of the list
 * no more is held than its numbers.
 *
 * @throws OutdialError those of `readCallTimes` and of the list
 */
export async function checkList(
  context: CallsContext,
  request: CheckList,
  list: PhoneList,
): Promise<ImportedRows> {
  const sorter = await openSorter(context, request, () => {})
  for await (const rows of list) {
    for (const row of rows) sorter.take(row)
  }
  return sorter.result()
}

/** All rows that would become no calls, in the order of the list. Throws as `checkList`. */
export async function* refusedRowsOfList(
  context: CallsContext,
  request: CheckList,
  list: PhoneList,
): AsyncGenerator<readonly RefusedRow[]> {
  let refused: RefusedRow[] = []
  const sorter = await openSorter(context, request, (row) => refused.push(row))
  for await (const rows of list) {
    for (const row of rows) sorter.take(row)
    if (refused.length === 0) continue
    yield refused
    refused = []
  }
}

async function openSorter(
  context: CallsContext,
  { account, duplicates, ...choices }: CheckList,
  addRefused: RowSink['addRefused'],
): Promise<RowSorter> {
  const now = context.now?.() ?? (await databaseNow(context.db))
  const { expiresAt, ...times } = readCallTimes(choices, { now, timeZone: account.timeZone })
  const terms = {
    ...{ account, now, times, campaignExpiresAt: expiresAt },
    replacesInvalidCallerId: await replacesInvalidCallerId(context),
  }
  return new RowSorter({ duplicates, onError: 'skip' }, terms, { add: () => {}, addRefused })
}
