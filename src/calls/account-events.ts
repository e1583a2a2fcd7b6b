import { sleep } from '#base'
import { databaseNow, type EventPage, type EventPlace, findEvents } from '#store'
import type { CallsContext } from './context.ts'

/** Between two looks, where the one before found nothing. */
const LOOK_EVERY_MS = 1000

export interface EventBatch {
  readonly events: EventPage['events']
  /** From where to go on: nothing before it is missed, and nothing comes twice. */
  readonly next: EventPlace
}

/** From where on what happens is news. */
export async function presentPlace({ db }: CallsContext): Promise<EventPlace> {
  return { at: await databaseNow(db), of: 'campaign', id: 0 }
}

/**
 * What happens to an account's calls and campaigns, from after a place on; batch by batch, each read from the
 * store when the one before has been taken. At least every `silenceMs` there is a batch, empty where nothing
 * happened. Ends when `signal` aborts.
 */
export async function* accountEvents(
  context: CallsContext,
  {
    accountId,
    after,
    silenceMs,
    signal,
  }: {
    readonly accountId: number
    readonly after: EventPlace
    readonly silenceMs: number
    readonly signal: AbortSignal
  },
): AsyncGenerator<EventBatch, void, undefined> {
  const { db, clock } = context
  let next = after
  let quietSinceMs = clock.monotonic()
  while (!signal.aborted) {
    const page = await findEvents(db, { accountId, after: next })
    next = page.next
    const quietMs = clock.monotonic() - quietSinceMs
    if (page.events.length > 0 || quietMs >= silenceMs) {
      quietSinceMs = clock.monotonic()
      yield { events: page.events, next }
    }
    if (!page.more) await sleep(clock, Math.min(LOOK_EVERY_MS, silenceMs), signal)
  }
}
