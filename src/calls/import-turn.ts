import { AccountLanes } from '#base'
import type { Database } from '#store'

/** Two lists keep one processor and two connections busy: the rest is for calls. */
const AT_ONCE = 2

/** Waits for the turn of an account's upload, one of it at a time; call what it resolves with at its end. */
export async function importTurn(db: Database, accountId: number): Promise<() => void> {
  const lanes = lanesOf(db)
  const turn = Promise.withResolvers<void>()
  const item = { accountId, start: turn.resolve }
  lanes.add([item])
  startNext(lanes)
  await turn.promise
  return () => {
    lanes.done(item)
    startNext(lanes)
  }
}

type Lanes = AccountLanes<{ readonly accountId: number; readonly start: () => void }>

/** One a database, and so one a process. */
const known = new WeakMap<Database, Lanes>()

function lanesOf(db: Database): Lanes {
  const lanes = known.get(db) ?? new AccountLanes(AT_ONCE, 1)
  known.set(db, lanes)
  return lanes
}

function startNext(lanes: Lanes): void {
  for (let next = lanes.take(); next !== undefined; next = lanes.take()) next.start()
}
