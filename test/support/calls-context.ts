import { OutdialError, silentLogger, systemClock, systemRandom } from '#base'
import { addAccount, type CallsContext, type UrlCheck } from '#calls'
import type { Database } from '#store'
import { openTestDatabase } from '#test/database'

/** The account that every context of a test has. */
export const TEST_LOGIN = { login: 'user', pin: '1234' }

/** What the verbs need, on a database of its own, with a clock that a test may set. */
export interface TestCalls {
  readonly context: CallsContext
  /** From now on the database's time, for the verbs; undefined: its own clock again. */
  setNow(now: Date | undefined): void
  close(): Promise<void>
}

export async function openTestCalls(
  settings: Partial<CallsContext['settings']> = {},
): Promise<TestCalls> {
  const { db, close } = await openTestDatabase()
  let now: Date | undefined
  const base = callsOn(db, settings)
  const context: CallsContext = Object.defineProperty({ ...base }, 'now', {
    get: () => (now === undefined ? undefined : () => now),
  })
  await addAccount(context, TEST_LOGIN)
  const setNow = (moment: Date | undefined): void => {
    now = moment
  }
  return { context, setNow, close }
}

/** What the verbs need, on a database that is there; its own clock, unless `now` stands in for it. */
export function callsOn(
  db: Database,
  settings: Partial<CallsContext['settings']> = {},
  now?: () => Date,
): CallsContext {
  return {
    db,
    log: silentLogger,
    clock: systemClock,
    random: systemRandom,
    checkUrls: statusCheck,
    settings: { defaultCountry: 'US', retryIntervalScale: 1, quarantineSeconds: 400, ...settings },
    ...(now === undefined ? {} : { now }),
  }
}

/** The least that a check of URLs can be: a real GET that must be answered with 200. */
const statusCheck: UrlCheck = {
  startUrl: (url) => mustAnswer(url, 'start_url', 'start-url-status'),
  resultUrl: (url, field = 'result_url') => mustAnswer(url, field, 'result-url-status'),
}

async function mustAnswer(url: string, field: string, code: string): Promise<void> {
  const response = await fetch(url)
  await response.body?.cancel()
  if (response.status === 200) return
  throw new OutdialError(code, `${field} answered GET with HTTP status ${response.status}.`, {
    field,
  })
}
