import { systemClock } from '#base'
import {
  beginAttempt,
  type CallsContext,
  type ClaimOptions,
  claimCalls,
  finishAttempt,
} from '#calls'
import type { AttemptEnding, ClaimedCall } from '#model'
import { type Database, DueCursors, finishCalls } from '#store'
import { contextOf } from './queued-calls.ts'

const CLIENTS = 32
const BATCH = 200
const ENDED: AttemptEnding = {
  outcome: 'answered',
  cause: 'BYE',
  sipStatus: 200,
  hangupBy: 'callee',
  calleeType: 'unknown',
  durationSeconds: 12,
}

export type Finish = (context: CallsContext, calls: readonly ClaimedCall[]) => Promise<void>

/**
 * Claimed and ended calls a second, by one node, from a queue of many. Each claim is a transaction of up
 * to 200 calls under the lock of all nodes; what `finish` writes is on disk when it resolves.
 */
export async function measureCycles(
  db: Database,
  { node, seconds, finish }: { node: ClaimOptions['node']; seconds: number; finish: Finish },
): Promise<number> {
  const context = contextOf(db)
  const cursors = new DueCursors(systemClock)
  const claim = async (): Promise<ClaimedCall[]> => {
    const claimed = await claimCalls(context, {
      node,
      installation: {},
      trunks: new Map([['bench', {}]]),
      trunksFor: () => ['bench'],
      atMost: BATCH,
      leadMs: 0,
      cursors,
    })
    return claimed.calls.map((call) => call.claim)
  }
  const beganMs = performance.now()
  let cycles = 0
  for (let next = claim(); performance.now() - beganMs < seconds * 1000; ) {
    const calls = await next
    if (calls.length === 0) break
    next = claim()
    await finish(context, calls)
    cycles += calls.length
  }
  return cycles / ((performance.now() - beganMs) / 1000)
}

/** The outcome and the result of each call in a transaction of its own, 32 at a time. */
export const oneByOne: Finish = (context, calls) =>
  atOnce(calls, (call) => conclude(context, [call]))

/** Those of all calls in one transaction. */
export const together: Finish = (context, calls) => conclude(context, calls)

/** All that a dialled call writes: its intent in a transaction of its own, then how the attempt ended. */
export const wholeAttempts: Finish = (context, calls) =>
  atOnce(calls, async (claim) => {
    const attempt = await beginAttempt(context, claim, { trunk: 'bench', invite: INVITE })
    await finishAttempt(context, attempt, ENDED)
  })

const INVITE = { callId: 'x@127.0.0.1', fromTag: 'y', cseq: 1, branch: 'z9hG4bKz', target: 'z' }

async function conclude({ db }: CallsContext, calls: readonly ClaimedCall[]): Promise<void> {
  await finishCalls(
    db,
    calls.map((claim) => {
      const id = `${claim.accountId}_${claim.callId}`
      const event = { webhookId: `evt_${id}`, sequence: 19, body: RESULT }
      const result = { webhookId: `msg_${id}`, body: RESULT, event }
      return { claim, ending: ENDED, result }
    }),
  )
}

const RESULT = new URLSearchParams({ result: 'completed', duration: '12' }).toString()

async function atOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = items.values()
  const client = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}
