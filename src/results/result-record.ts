import { type Clock, measure, OutdialError, sleep, WriteGroup } from '#base'
import {
  type Database,
  disableResultUrls,
  type Queryable,
  type RestRule,
  type ResultKey,
  type ResultTry,
  recordResultTries,
} from '#store'
import { isResult } from './post-result.ts'

/** What is posted during a write and a rest shares the next one: a statement costs as much as dozens of tries. */
const AT_ONCE = 1
const REST_MS = 5
const MOST_TRIES = 500

/** Writes down what came of tries, of those that end at the same time together, and then measures it. */
export function recordGroup(
  db: Database,
  rest: RestRule,
  clock: Clock,
): WriteGroup<ResultTry, undefined> {
  return new WriteGroup({
    write: (tries) => record(db, rest, tries),
    atOnce: AT_ONCE,
    most: MOST_TRIES,
    rest: () => sleep(clock, REST_MS),
    concernsAll: (error) => error instanceof OutdialError && error.temporary,
  })
}

async function record(
  db: Database,
  rest: RestRule,
  tries: readonly ResultTry[],
): Promise<undefined[]> {
  const gone = tries.flatMap(({ verdict, result }) =>
    verdict.kind === 'undeliverable' && verdict.why === 'gone' ? [result] : [],
  )
  const write = async (tx: Queryable) => ({
    delivered: await recordResultTries(tx, tries, rest),
    disabled: gone.length === 0 ? 0 : await disableResultUrls(tx, gone),
  })
  // One statement is a transaction of its own, without two more questions.
  const { delivered, disabled } = await (gone.length === 0 ? write(db) : db.transaction(write))
  for (const { result, verdict, durationMs } of tries) {
    const word = verdict.kind === 'undeliverable' ? verdict.why : verdict.kind
    measure('result-tried', { kind: kindOf(result), verdict: word, durationMs })
  }
  for (const one of delivered) {
    measure('result-delivered', { kind: kindOf(one), lagSeconds: one.lagSeconds })
  }
  for (let count = 0; count < disabled; count++) measure('result-url-disabled', {})
  return tries.map(() => undefined)
}

function kindOf(one: Pick<ResultKey, 'sequence'>): 'result' | 'event' {
  return isResult(one) ? 'result' : 'event'
}
