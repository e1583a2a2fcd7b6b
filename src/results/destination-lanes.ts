import type { BusyDestination, Destination } from '#store'

/** How much may be under way. */
export interface LaneLimits {
  /** At once, of all destinations and of one. */
  readonly total: number
  readonly perDestination: number
}

/** What may be claimed now. */
export interface LaneRoom {
  readonly limit: number
  /** Of a destination that is not among the busy ones. */
  readonly room: number
  readonly busy: readonly BusyDestination[]
}

/** So many are claimed at once, and so many of one destination wait, at most. */
const BATCH = 400
/** As many wait as are posted in this time. */
const AHEAD_MS = 500
/** How much the latest post counts in the average. */
const NEWS = 0.1

/**
 * Whose turn it is. One destination may take `perDestination` places, but never more than a quarter of
 * those that are free: however many receivers hang, there is a place for the next one. As many again wait
 * for their turn, and more where posts are quick, so that a place is filled at once. Destinations take turns.
 */
export class DestinationLanes<Item extends Destination> {
  readonly #limits: LaneLimits
  /** In order of their turns: a destination that was served goes to the end. */
  readonly #lanes = new Map<string, Lane<Item>>()
  #running = 0
  #waiting = 0

  constructor(limits: LaneLimits) {
    this.#limits = limits
  }

  room(): LaneRoom {
    const { total } = this.#limits
    const busy = [...this.#lanes.values()].map((lane) => {
      const load = lane.running + lane.waiting.length
      const room = Math.max(0, this.#mostOf(lane) - load)
      const { accountId, destination } = lane
      return { accountId, destination, load, room }
    })
    // Free places are for whom there is room, however many wait for others.
    const limit = total - this.#running + Math.max(0, total - this.#waiting)
    return { limit: Math.min(BATCH, limit), room: 2 * this.#places, busy }
  }

  /** What was claimed, of that for which there was `room`. */
  add(items: readonly Item[], room: LaneRoom): void {
    const left = new Map(room.busy.map((one) => [keyOf(one), one.room]))
    for (const item of items) {
      const { accountId, destination } = item
      const key = keyOf(item)
      const lane = this.#lanes.get(key) ?? {
        ...{
          accountId,
          destination,
          running: 0,
          mayHaveMore: false,
          postMs: Number.POSITIVE_INFINITY,
        },
        waiting: [],
      }
      lane.waiting.push(item)
      this.#lanes.set(key, lane)
      this.#waiting++
      left.set(key, (left.get(key) ?? room.room) - 1)
    }
    for (const [key, count] of left) {
      const lane = this.#lanes.get(key)
      if (lane !== undefined) lane.mayHaveMore = count <= 0
    }
  }

  /** The next item that may run, which then counts as running until `done`. */
  take(): Item | undefined {
    if (this.#running >= this.#limits.total) return undefined
    for (const [key, lane] of this.#lanes) {
      if (lane.running >= this.#places) continue
      const item = lane.waiting.shift()
      if (item === undefined) continue
      lane.running++
      this.#running++
      this.#waiting--
      this.#lanes.delete(key)
      this.#lanes.set(key, lane)
      return item
    }
    return undefined
  }

  /** Whether it is time to claim more: where there may be more, little is left to do. */
  done(item: Item, tookMs: number): boolean {
    const key = keyOf(item)
    const lane = this.#lanes.get(key)
    if (lane === undefined) return false
    lane.running--
    this.#running--
    lane.postMs =
      lane.postMs === Number.POSITIVE_INFINITY ? tookMs : lane.postMs * (1 - NEWS) + tookMs * NEWS
    const load = lane.running + lane.waiting.length
    if (load === 0) this.#lanes.delete(key)
    if (!lane.mayHaveMore || load > this.#mostOf(lane) / 2) return false
    lane.mayHaveMore = false
    return true
  }

  /** Takes out all that wait. */
  clear(): Item[] {
    this.#waiting = 0
    return [...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0))
  }

  /** Of a destination, running and waiting. */
  #mostOf({ postMs }: Pick<Lane<Item>, 'postMs'>): number {
    const places = this.#places
    const ahead = (places * AHEAD_MS) / Math.max(1, postMs)
    return places + Math.min(BATCH, Math.max(places, Math.floor(ahead)))
  }

  /** Of one destination, just now. */
  get #places(): number {
    const { total, perDestination } = this.#limits
    return Math.min(perDestination, Math.max(1, Math.floor((total - this.#running) / 4)))
  }
}

function keyOf({ accountId, destination }: Destination): string {
  return `${accountId} ${destination}`
}

interface Lane<Item> extends Destination {
  running: number
  readonly waiting: Item[]
  /** As much of it was claimed as there was room for, or nothing since there was none. */
  mayHaveMore: boolean
  /** How long a post takes, on the average. */
  postMs: number
}
