import type { Callee } from './world/sim-carrier.ts'
import { SimChance } from './world/sim-chance.ts'

/** A call that a client will submit. Times are milliseconds since the start of the world. */
export interface PlannedCall {
  /** Names the submission; no other has it. */
  readonly reference: string
  readonly number: string
  readonly submitMs: number
  readonly maxRetries: number
  readonly retryIntervalSeconds: number
  readonly scheduledMs?: number
  readonly expiresMs?: number
  /** What the far end makes of its dials, in order; the last for all further ones. */
  readonly callees: readonly Callee[]
  /** The client cancels it. */
  readonly cancelMs?: number
  /** Sent again with the same `Idempotency-Key` where no answer came. */
  readonly hasKey: boolean
}

export type Fault = { readonly fromMs: number; readonly untilMs: number } & (
  | { readonly kind: 'kill' | 'pause' | 'restart'; readonly node: number }
  | { readonly kind: 'jump'; readonly node: number; readonly byMs: number }
  | { readonly kind: 'store-down' | 'customer-down' }
  | { readonly kind: 'trunk-down'; readonly trunk: number }
  | { readonly kind: 'loss'; readonly probability: number }
)

/** Everything that a seed decides beforehand. */
export interface Plan {
  readonly seed: number
  readonly nodes: number
  readonly trunks: number
  readonly lines: number
  readonly callsPerSecond: number
  readonly calls: readonly PlannedCall[]
  readonly faults: readonly Fault[]
  readonly lostCommits: number
  readonly lostNotifications: number
  readonly failingPosts: number
  readonly lostAnswers: number
}

const MINUTE = 60_000
/** Calls and faults come within this time; after it the world heals. */
export const TROUBLE_MS = 12 * MINUTE

/** Somebody who never hangs up, and waits for the caller to do so. */
const HANGS_ON_MS = 3_600_000

export interface PlanSize {
  readonly calls: number
  readonly troubleMs: number
}

/** What happens on a seed. Half of the seeds are calm in each kind of trouble. */
export function makePlan(seed: number, size: PlanSize = { calls: 8, troubleMs: TROUBLE_MS }): Plan {
  const chance = new SimChance(seed)
  const nodes = chance.pick([1, 1, 2, 2, 3])
  const trunks = chance.pick([1, 1, 2])
  const calls: PlannedCall[] = []
  for (let index = 0; index < size.calls; index++) {
    calls.push(planCall(chance, { index, size, before: calls.at(-1) }))
  }
  const isCalm = chance.happens(0.2)
  return {
    seed,
    nodes,
    trunks,
    lines: chance.pick([1, 2, 3, 5, 8]),
    callsPerSecond: chance.pick([0.5, 1, 2, 5, 20]),
    calls,
    faults: isCalm ? [] : planFaults(chance, { nodes, trunks, size, calls }),
    lostCommits: isCalm ? 0 : chance.pick([0, 0, 0.02, 0.1]),
    lostNotifications: chance.pick([0, 0, 0.3, 1]),
    failingPosts: chance.pick([0, 0, 0.3]),
    lostAnswers: chance.pick([0, 0, 0.2]),
  }
}

interface Place {
  readonly index: number
  readonly size: PlanSize
  readonly before: PlannedCall | undefined
}

function planCall(chance: SimChance, { index, size, before }: Place): PlannedCall {
  // Some come soon after another one to the same number.
  const twin = index % 2 === 1 && chance.happens(0.3) ? before : undefined
  const submitMs =
    twin === undefined
      ? Math.floor(chance.between(500, size.troubleMs * 0.6))
      : (twin.scheduledMs ?? twin.submitMs) + chance.whole(100, 10_000)
  const scheduledMs = chance.happens(0.3)
    ? secondOf(submitMs + chance.between(1000, 4 * MINUTE))
    : undefined
  const expiresMs = chance.happens(0.2)
    ? secondOf((scheduledMs ?? submitMs) + chance.between(5000, 8 * MINUTE))
    : undefined
  return {
    reference: `call-${index}`,
    number: twin?.number ?? `617555${1000 + index}`,
    submitMs,
    maxRetries: chance.pick([0, 1, 1, 2, 3]),
    retryIntervalSeconds: chance.pick([60, 60, 90, 180]),
    ...(scheduledMs === undefined ? {} : { scheduledMs }),
    ...(expiresMs === undefined ? {} : { expiresMs }),
    callees: Array.from({ length: 4 }, () => planCallee(chance)),
    ...(chance.happens(0.2)
      ? { cancelMs: submitMs + chance.whole(200, chance.pick([15_000, 3 * MINUTE])) }
      : {}),
    hasKey: chance.happens(0.5),
  }
}

/** The interface speaks of whole seconds. */
function secondOf(ms: number): number {
  return Math.ceil(ms / 1000) * 1000
}

function planCallee(chance: SimChance): Callee {
  const die = chance.fraction()
  const afterMs = chance.whole(20, 3000)
  if (die < 0.2) return { kind: 'refuses', status: 486, afterMs }
  if (die < 0.35)
    return { kind: 'refuses', status: chance.pick([404, 480, 500, 503, 603]), afterMs }
  if (die < 0.5) return { kind: 'rings' }
  if (die < 0.55) return { kind: 'silent' }
  return {
    kind: 'answers',
    // Sometimes just when the caller gives up.
    afterMs: chance.happens(0.1) ? 20_000 + chance.whole(-60, 60) : chance.whole(300, 15_000),
    hangsUpAfterMs: chance.happens(0.5) ? chance.whole(500, 40_000) : HANGS_ON_MS,
    ...(chance.happens(0.4) ? { presses: String(chance.whole(0, 9)) } : {}),
  }
}

interface Surroundings extends Pick<Plan, 'nodes' | 'trunks' | 'calls'> {
  readonly size: PlanSize
}

function planFaults(chance: SimChance, world: Surroundings): Fault[] {
  const { nodes, trunks, calls, size } = world
  const count = chance.whole(1, 4)
  return Array.from({ length: count }, () => {
    // Most come while some call rings or somebody talks.
    const { scheduledMs, submitMs } = chance.pick(calls)
    const fromMs = chance.happens(0.6)
      ? (scheduledMs ?? submitMs) + chance.whole(100, 35_000)
      : Math.floor(chance.between(2000, size.troubleMs * 0.8))
    const shortly = { fromMs, untilMs: fromMs + chance.whole(500, 20_000) }
    const long = { fromMs, untilMs: fromMs + chance.whole(20_000, 3 * MINUTE) }
    const within = chance.happens(0.6) ? shortly : long
    const node = chance.whole(0, nodes - 1)
    switch (chance.whole(0, 9)) {
      case 0:
      case 1:
      case 2:
        return { kind: 'kill', node, ...within }
      case 3:
        return { kind: 'pause', node, ...within }
      case 4:
        return { kind: 'restart', node, ...within }
      case 5:
        return { kind: 'store-down', ...within }
      case 6:
        return { kind: 'customer-down', ...within }
      case 7:
        return { kind: 'trunk-down', trunk: chance.whole(0, trunks - 1), ...within }
      case 8:
        return { kind: 'loss', probability: chance.pick([0.05, 0.2, 0.5]), ...within }
      default:
        return { kind: 'jump', node, byMs: chance.pick([-1, 1, 24]) * 3_600_000, ...within }
    }
  })
}
