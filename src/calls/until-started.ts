import { sleep } from '#base'
import { LATEST_START_MS } from '#model'
import { type CallScope, lastStartAhead } from '#store'
import { type CallsContext, moment } from './context.ts'

/** By so much a node may misjudge the database's clock. */
const CLOCK_SLACK_MS = 20

/**
 * Waits until each INVITE that had been given its time has left, or does not leave any more: what was
 * taken back before this is not dialled after it.
 */
export async function untilStarted(context: CallsContext, scope: CallScope): Promise<void> {
  const aheadMs = await lastStartAhead(context.db, scope, moment(context).now)
  if (aheadMs === undefined) return
  await sleep(context.clock, Math.max(0, aheadMs + LATEST_START_MS + CLOCK_SLACK_MS))
}
