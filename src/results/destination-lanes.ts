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

/** So many are claimed at once, at most. */
const BATCH = 200

/**
 * Whose turn it is. One destination may take `perDestination` places, but never more than a quarter of
 * those that are free: however many receivers hang, there is a place for the next one. As many again wait
 * for their turn, so that a place is filled at once. Destinations take turns.
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

  /** Remembers which lanes are full, until `done` says that one of them is not any more. */
  room(): LaneRoom {
    const { total } = this.#limits
    const most = 2 * this.#places
    const busy = [...this.#lanes.values()].map((lane) => {
      const load = lane.running + lane.waiting.length
      const room = Math.max(0, most - load)
      lane.isFull = room === 0
      const { accountId, destination } = lane
      return { accountId, destination, load, room }
    })
    // Free places are for whom there is room, however many wait for others.
    const limit = total - this.#running + Math.max(0, total - this.#waiting)
    return { limit: Math.min(BATCH, limit), room: most, busy }
  }

  add(items: readonly Item[]): void {
    for (const item of items) {
      const { accountId, destination } = item
      const key = keyOf(item)
      const lane = this.#lanes.get(key) ?? {
        ...{ accountId, destination, running: 0, isFull: false },
        waiting: [],
      }
      lane.waiting.push(item)
      this.#lanes.set(key, lane)
      this.#waiting++
      // Whoever claimed it knows nothing of what else is due there.
      lane.isFull ||= lane.running + lane.waiting.length >= 2 * this.#places
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

  /** Whether it is time to claim more: a lane that was full has little left to do. */
  done(item: Item): boolean {
    const key = keyOf(item)
    const lane = this.#lanes.get(key)
    if (lane === undefined) return false
    lane.running--
    this.#running--
    const load = lane.running + lane.waiting.length
    if (load === 0) this.#lanes.delete(key)
    if (!lane.isFull || load > this.#places) return false
    lane.isFull = false
    return true
  }

  /** Takes out all that wait. */
  clear(): Item[] {
    this.#waiting = 0
    return [...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0))
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
  isFull: boolean
}
