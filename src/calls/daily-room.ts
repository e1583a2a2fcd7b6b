import {
  accountDay,
  type DailyCaps,
  type DayUse,
  type DispatchVerdict,
  dailyCapVerdicts,
  hasDailyCaps,
  startsLeft,
} from '#model'
import { findAccountUsage, type Queryable } from '#store'

/** An account whose day is capped, or not. */
export interface CappedAccount extends DailyCaps {
  readonly accountId: number
  /** IANA name */
  readonly timeZone: string
}

/**
 * How many calls of each account may be given a line, by its id; accounts without caps are not asked about. Call
 * it in the claim's own transaction: what is claimed counts, and nobody else claims meanwhile.
 */
export async function findStartsLeft(
  tx: Queryable,
  accounts: readonly CappedAccount[],
  now: Date,
): Promise<ReadonlyMap<number, number>> {
  const capped = new Map(accounts.filter(hasDailyCaps).map((one) => [one.accountId, one]))
  if (capped.size === 0) return new Map()
  const asked = [...capped.values()].map(({ accountId, timeZone }) => {
    return { accountId, from: accountDay(timeZone, now).from }
  })
  const used = await findAccountUsage(tx, asked)
  return new Map(
    used.map(({ accountId, ...use }) => [accountId, startsLeft(capped.get(accountId) ?? {}, use)]),
  )
}

/** What an account's caps say of its calls, at `now` or later. */
export async function findDailyVerdicts(
  db: Queryable,
  account: CappedAccount,
  now: Date,
): Promise<(moment: Date) => DispatchVerdict[]> {
  if (!hasDailyCaps(account)) return () => []
  const day = accountDay(account.timeZone, now)
  const use = await findDayUse(db, account, now)
  return (moment) => dailyCapVerdicts(account, use, { day, moment })
}

/** What an account has used since its midnight, as far as it was counted: without caps it is not. */
export async function findDayUse(
  db: Queryable,
  { accountId, timeZone }: CappedAccount,
  now: Date,
): Promise<DayUse> {
  const [use] = await findAccountUsage(db, [{ accountId, from: accountDay(timeZone, now).from }])
  return use ?? { attempts: 0, minutes: 0, claimed: 0 }
}
