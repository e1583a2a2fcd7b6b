import type { Clock } from '#base'

/** Where in a list's queue a claim begins to look: due times and ids at least these. */
export interface QueuePlace {
  readonly dueAt: Date
  readonly callId: number
}

/** Transactions that took their time before this moment are taken to be committed. */
const SLACK_MS = 2000
const FULL_SCAN_EVERY_MS = 5000

/**
 * The low watermarks of one node's claims, one a list. While some other transaction holds an old
 * snapshot, PostgreSQL cannot forget the queue's dead entries, and a claim that begins at a list's head
 * wades through all of them; one that begins where the last claim ended does not. What appears behind a
 * watermark (a claim given back, a slow commit) is found by a scan from the heads every few seconds.
 */
export class DueCursors {
  readonly #clock: Clock
  readonly #places = new Map<number, QueuePlace>()
  #scannedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** By list; a list that is not there: from its head. */
  begin(): ReadonlyMap<number, QueuePlace> {
    if (this.#clock.monotonic() - this.#scannedAt >= FULL_SCAN_EVERY_MS) this.forget()
    return this.#places
  }

  placeOf(listId: number): QueuePlace | undefined {
    return this.#places.get(listId)
  }

  /** Everything before `place` is claimed or put off; `now`: the database's time then. */
  advance(listId: number, place: QueuePlace, now: Date): void {
    const settled = new Date(now.getTime() - SLACK_MS)
    this.#places.set(listId, place.dueAt < settled ? place : { dueAt: settled, callId: 0 })
  }

  /** Begins at the heads again: calls have gone back to the queue. */
  forget(): void {
    this.#scannedAt = this.#clock.monotonic()
    this.#places.clear()
  }
}
