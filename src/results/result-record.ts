import { measure, OutdialError, WriteGroup } from '#base'
import {
  type Database,
  disableResultUrls,
  type RestRule,
  type ResultKey,
  type ResultTry,
  recordResultTries,
} from '#store'
import { isResult } from './post-result.ts'

/** Two writes at once keep the disk busy; what is posted meanwhile shares the next one. */
const AT_ONCE = 2
const MOST_TRIES = 200

/** Writes down what came of tries, of those that end at the same time together, and then measures it. */
export function recordGroup(db: Database, rest: RestRule): WriteGroup<ResultTry, undefined> {
  return new WriteGroup({
    write: (tries) => record(db, rest, tries),
    atOnce: AT_ONCE,
    most: MOST_TRIES,
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
  const { delivered, disabled } = await db.transaction(async (tx) => ({
    delivered: await recordResultTries(tx, tries, rest),
    disabled: gone.length === 0 ? 0 : await disableResultUrls(tx, gone),
  }))
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
