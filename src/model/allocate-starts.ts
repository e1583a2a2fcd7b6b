/** How far ahead a start may be given its time. */
export const LOOK_AHEAD_MS = 100
/** A start is asked for again so long before its time: neither one by one, nor in the last moment. */
const AGAIN_AHEAD_MS = LOOK_AHEAD_MS / 2
/** An INVITE that would leave so long after its time is not sent. */
export const LATEST_START_MS = 40
/**
 * How much later than another an INVITE may arrive that was given the same time: what it may leave late,
 * and what clocks and the network add.
 */
const JITTER_MS = LATEST_START_MS + 10

/**
 * What is limited together: the installation, a trunk, an account or a campaign; its limits, and what
 * counts against them. Times here are milliseconds since 1970 by one clock, with a fraction.
 */
export interface StartScope {
  /** Calls at once; absent: no limit. */
  readonly lines?: number | undefined
  readonly callsPerSecond?: number | undefined
  /** Calls claimed, dialing and answered. */
  readonly inUse: number
  /** So many starts and no more; absent: no limit. */
  readonly startsLeft?: number | undefined
  /** As an earlier allocation left it. */
  readonly nextStartAt?: number | undefined
}

/** Due calls that are alike in all that decides who starts. */
export interface StartCandidate {
  readonly listId: number
  readonly accountId: number
  readonly campaignId: number
  readonly kind: 'single' | 'bulk'
  /** How many of them are due. */
  readonly due: number
  /** The ways out that they may take, the preferred one first. */
  readonly trunks: readonly string[]
}

export interface StartRequest<Candidate extends StartCandidate = StartCandidate> {
  /** The earliest time for a start. */
  readonly now: number
  /** No more starts than these, whatever the limits allow. */
  readonly atMost: number
  readonly installation: StartScope
  /** By name, account's id and campaign's id; what is not here has no limit and nothing in use. */
  readonly trunks: ReadonlyMap<string, StartScope>
  readonly accounts: ReadonlyMap<number, StartScope>
  /** `weight`: a campaign's part among those of its account, 1 where it is absent. */
  readonly campaigns: ReadonlyMap<number, StartScope & { readonly weight?: number }>
  readonly candidates: readonly Candidate[]
}

export interface Start<Candidate extends StartCandidate = StartCandidate> {
  readonly candidate: Candidate
  readonly trunk: string
  readonly startAt: number
}

export interface StartAllocation<Candidate extends StartCandidate = StartCandidate> {
  /** In the order of their times. */
  readonly starts: readonly Start<Candidate>[]
  /** Of each scope that has got a start: `installation`, `trunk:NAME`, `account:ID`, `campaign:ID`. */
  readonly nextStartAt: ReadonlyMap<string, number>
  /** From when on it is worth while to ask again, where only rates are in the way of a further start. */
  readonly againAt?: number
}

/**
 * Who may start, when, and on which trunk. A start takes the next time that all its scopes have free;
 * scopes without a free line give none. Whoever is ready for a time gets it in this order: single calls
 * before bulk; the account with the fewest lines in use; of its campaigns the one with the fewest for
 * its weight; and of equals the one whose last start is longest ago. What must wait longer for a rate of
 * its own lets others go first.
 */
export function allocateStarts<Candidate extends StartCandidate>(
  request: StartRequest<Candidate>,
): StartAllocation<Candidate> {
  const contenders = enter(request)
  const installation = new Gate('installation', request.installation)
  const starts: Start<Candidate>[] = []
  const started = new Set<Gate>()
  for (;;) {
    const next = choose(contenders, installation, request.now)
    const isLater = next !== undefined && next.startAt > request.now + LOOK_AHEAD_MS
    if (next === undefined || isLater || starts.length >= request.atMost) {
      const nextStartAt = new Map([...started].map(({ name, nextAt }) => [name, nextAt]))
      return { starts, nextStartAt, ...(isLater ? { againAt: next.startAt - AGAIN_AHEAD_MS } : {}) }
    }
    const { contender, trunk, startAt } = next
    for (const gate of [installation, trunk.gate, contender.account, contender.campaign]) {
      gate.take(startAt)
      started.add(gate)
    }
    contender.left--
    starts.push({ candidate: contender.candidate, trunk: trunk.name, startAt })
  }
}

/**
 * The distance of two starts, milliseconds. No window of a second sees more than the whole number of
 * `callsPerSecond`, even where the first of them is late and the last is not. Below one a second the
 * window is what is stretched: 0.5 is one call in two seconds.
 */
export function startSpacingMs(callsPerSecond: number): number {
  return callsPerSecond >= 1
    ? (1000 + JITTER_MS) / Math.floor(callsPerSecond)
    : 1000 / callsPerSecond + JITTER_MS
}

interface Contender<Candidate> {
  readonly candidate: Candidate
  readonly account: Gate
  readonly campaign: Gate
  readonly trunks: readonly TrunkGate[]
  left: number
}

interface TrunkGate {
  readonly name: string
  readonly gate: Gate
}

/** One gate a scope, shared by all who must pass it. */
function enter<Candidate extends StartCandidate>(
  request: StartRequest<Candidate>,
): Contender<Candidate>[] {
  const accounts = new Map<number, Gate>()
  const campaigns = new Map<number, Gate>()
  const trunks = new Map<string, Gate>()
  return request.candidates.map((candidate) => {
    const { accountId, campaignId, due: left } = candidate
    return {
      candidate,
      left,
      account: gateOf(accounts, 'account', accountId, request.accounts),
      campaign: gateOf(campaigns, 'campaign', campaignId, request.campaigns),
      trunks: candidate.trunks.map((name) => ({
        name,
        gate: gateOf(trunks, 'trunk', name, request.trunks),
      })),
    }
  })
}

function gateOf<Key>(
  gates: Map<Key, Gate>,
  kind: string,
  key: Key,
  scopes: ReadonlyMap<Key, StartScope & { readonly weight?: number }>,
): Gate {
  const gate = gates.get(key) ?? new Gate(`${kind}:${key}`, scopes.get(key) ?? { inUse: 0 })
  gates.set(key, gate)
  return gate
}

interface Choice<Candidate> {
  readonly contender: Contender<Candidate>
  readonly trunk: TrunkGate
  readonly startAt: number
  /** It can take the installation's next free time. */
  readonly ready: boolean
}

function choose<Candidate extends StartCandidate>(
  contenders: readonly Contender<Candidate>[],
  installation: Gate,
  now: number,
): Choice<Candidate> | undefined {
  if (!installation.free) return undefined
  const slot = Math.max(now, installation.nextAt)
  let best: Choice<Candidate> | undefined
  for (const contender of contenders) {
    const { left, account, campaign } = contender
    if (left === 0 || !account.free || !campaign.free) continue
    const from = Math.max(slot, account.nextAt, campaign.nextAt)
    const trunk = chooseTrunk(contender.trunks, from)
    if (trunk === undefined) continue
    const startAt = Math.max(from, trunk.gate.nextAt)
    const choice = { contender, trunk, startAt, ready: startAt <= slot }
    if (best === undefined || goesBefore(choice, best)) best = choice
  }
  return best
}

/** The first that has room at that time, else the one that has it soonest. */
function chooseTrunk(trunks: readonly TrunkGate[], from: number): TrunkGate | undefined {
  let best: TrunkGate | undefined
  for (const trunk of trunks) {
    if (!trunk.gate.free) continue
    if (trunk.gate.nextAt <= from) return trunk
    if (best === undefined || trunk.gate.nextAt < best.gate.nextAt) best = trunk
  }
  return best
}

function goesBefore<Candidate extends StartCandidate>(
  a: Choice<Candidate>,
  b: Choice<Candidate>,
): boolean {
  if (a.ready !== b.ready) return a.ready
  if (!a.ready && a.startAt !== b.startAt) return a.startAt < b.startAt
  const [one, other] = [a.contender, b.contender]
  if (one.candidate.kind !== other.candidate.kind) return one.candidate.kind === 'single'
  if (one.account !== other.account) return one.account.isBehind(other.account)
  return one.campaign.isBehind(other.campaign)
}

/** A scope while its starts are given out. */
class Gate {
  readonly name: string
  nextAt: number
  #inUse: number
  #left: number
  readonly #lines: number
  readonly #spacingMs: number
  readonly #weight: number

  constructor(name: string, scope: StartScope & { readonly weight?: number }) {
    this.name = name
    this.nextAt = scope.nextStartAt ?? Number.NEGATIVE_INFINITY
    this.#inUse = scope.inUse
    this.#left = scope.startsLeft ?? Number.POSITIVE_INFINITY
    this.#lines = scope.lines ?? Number.POSITIVE_INFINITY
    this.#spacingMs = scope.callsPerSecond === undefined ? 0 : startSpacingMs(scope.callsPerSecond)
    this.#weight = scope.weight ?? 1
  }

  get free(): boolean {
    return this.#inUse < this.#lines && this.#left > 0
  }

  take(startAt: number): void {
    this.#inUse++
    this.#left--
    this.nextAt = startAt + this.#spacingMs
  }

  /** Has fewer lines for its weight, or of as many the longer wait. */
  isBehind(other: Gate): boolean {
    const [mine, its] = [this.#inUse / this.#weight, other.#inUse / other.#weight]
    return mine === its ? this.nextAt < other.nextAt : mine < its
  }
}
