import type { CarrierEvent } from '#carrier'

/**
 * One dial as the far end saw it: a Call-ID and From-tag that an INVITE opened. Times are monotonic
 * milliseconds of the carrier's process; absent where it did not happen.
 */
export interface Dial {
  readonly number: string
  readonly callId: string
  readonly fromTag: string
  /** INVITE transactions: retransmissions share the branch, a repeated dial would not. */
  readonly inviteBranches: Set<string>
  /** When the first INVITE came; `time` by the wall clock, milliseconds. */
  readonly atMs: number
  readonly time: number
  readonly canceledAtMs?: number
  readonly answeredAtMs?: number
  readonly byeAtMs?: number
  /** The final status, where it was refused. */
  readonly refusedWith?: number
  /** The line was free again: refused, CANCEL, BYE of either side, or given up. */
  readonly endedAtMs?: number
}

/** Groups a carrier's log into dials, in order of their first INVITE. Reads nothing else. */
export function dialsIn(events: readonly CarrierEvent[]): Dial[] {
  const dials = new Map<string, Draft>()
  for (const event of events) {
    const key = `${event.callId} ${event.fromTag}`
    if (event.kind === 'request' && event.method === 'INVITE' && !dials.has(key)) {
      const { number, callId, fromTag, atMs } = event
      const time = Date.parse(event.time)
      dials.set(key, { number, callId, fromTag, atMs, time, inviteBranches: new Set() })
    }
    const dial = dials.get(key)
    if (dial !== undefined) note(dial, event)
  }
  return [...dials.values()]
}

type Draft = { -readonly [Key in keyof Dial]: Dial[Key] }

function note(dial: Draft, event: CarrierEvent): void {
  switch (event.kind) {
    case 'request':
      if (event.method === 'INVITE') dial.inviteBranches.add(event.branch)
      if (event.method === 'CANCEL') dial.canceledAtMs ??= event.atMs
      if (event.method === 'BYE') dial.byeAtMs ??= event.atMs
      if (event.method === 'CANCEL' || event.method === 'BYE') dial.endedAtMs ??= event.atMs
      return
    case 'answered':
      dial.answeredAtMs = event.atMs
      return
    case 'refused':
      dial.refusedWith = event.status
      dial.endedAtMs ??= event.atMs
      return
    case 'ended':
      dial.endedAtMs ??= event.atMs
      return
  }
}

/** The most dials that were open at one moment. */
export function mostAtOnce(dials: readonly Dial[]): number {
  const changes = dials.flatMap(({ atMs, endedAtMs = Number.POSITIVE_INFINITY }) => [
    { atMs, by: 1 },
    { atMs: endedAtMs, by: -1 },
  ])
  changes.sort((a, b) => a.atMs - b.atMs || a.by - b.by)
  let open = 0
  return Math.max(0, ...changes.map(({ by }) => (open += by)))
}

/** The most dials that began within any window of `windowMs`, its end not included. */
export function mostWithin(dials: readonly Dial[], windowMs: number): number {
  const starts = dials.map(({ atMs }) => atMs)
  const within = (from: number): number =>
    starts.filter((at) => at >= from && at < from + windowMs).length
  return Math.max(0, ...starts.map(within))
}
