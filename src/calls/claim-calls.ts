import {
  allocateStarts,
  type ClaimedCall,
  type Start,
  type StartAllocation,
  type StartCandidate,
  type StartRequest,
  type StartScope,
} from '#model'
import {
  beginCampaigns,
  claimDueCalls,
  type DueCall,
  type DueCursors,
  type DueList,
  findDueLists,
  findScopes,
  lockDueCalls,
  lockInstallation,
  moveNextStarts,
  type Queryable,
  type ScopeUse,
} from '#store'
import { type CallsContext, moment } from './context.ts'
import { type CappedAccount, findStartsLeft } from './daily-room.ts'
import { type DialableCall, sortDueCalls } from './sort-due-calls.ts'

/** From a list with so many calls due, or more, a claim takes its share. */
const MANY = 10_000
/** So many more of a list's calls are looked at than could start: some may have to wait. */
const SPARE_CALLS = 8
const MOST_CALLS_OF_A_LIST = 500

/** Limits of calls at once and of starts per second. */
export interface Limits {
  readonly lines?: number | undefined
  readonly callsPerSecond?: number | undefined
}

export interface ClaimOptions {
  /** Who claims, and in which of its starts. */
  readonly node: { readonly nodeId: string; readonly incarnation: number }
  /** Of all nodes together. */
  readonly installation: Limits
  readonly trunks: ReadonlyMap<string, Limits>
  /** The trunks by which a call may go, the preferred one first; asked for every call. */
  readonly trunksFor: (call: ClaimedCall) => readonly string[]
  /** At most so many calls. */
  readonly atMost: number
  /** No start sooner than so long after the claim: what it takes to bring an INVITE on its way. */
  readonly leadMs: number
  /** Keep them a node's start. */
  readonly cursors: DueCursors
}

/** A call that is to start at a time of its own. */
export interface ScheduledCall {
  readonly claim: ClaimedCall
  readonly dueAt: Date
  readonly trunk: string
  /** Milliseconds since 1970 by the database's clock. */
  readonly startAt: number
}

export interface ClaimResult {
  /** In the order of their times. */
  readonly calls: readonly ScheduledCall[]
  /** Another claim at once may find more. */
  readonly more: boolean
  /** When the next claim may find something, by the database's clock; absent: nobody knows. */
  readonly againAt?: number
  /** The database's time, and between which monotonic milliseconds of ours that was. */
  readonly time: { readonly at: number; readonly sentMs: number; readonly receivedMs: number }
}

/**
 * Claims due calls, as many as may start now or in a moment, and gives each its trunk and its time.
 * Of all nodes one claims at a time, so the limits hold for all of them together.
 */
export function claimCalls(context: CallsContext, options: ClaimOptions): Promise<ClaimResult> {
  return context.db.transaction(async (tx) => {
    const { clock } = context
    const sentMs = clock.monotonic()
    const { held, now } = await lockInstallation(tx, moment(context).now)
    const time = { at: now.getTime(), sentMs, receivedMs: clock.monotonic() }
    if (held) return { calls: [], more: false, time }
    const from = options.cursors.begin()
    const lists = await findDueLists(tx, { now, from, node: options.node })
    const due = lists.filter(({ dueAt }) => dueAt <= now)
    const later = lists.find(({ dueAt }) => dueAt > now)?.dueAt.getTime()
    const claimed = due.length === 0 ? NOTHING : await claimDue(context, tx, { options, now, due })
    const againAt = Math.min(claimed.againAt ?? Infinity, later ?? Infinity)
    return { ...claimed, time, ...(againAt === Infinity ? {} : { againAt }) }
  })
}

const NOTHING: Omit<ClaimResult, 'time'> = { calls: [], more: false }

interface Claim {
  readonly options: ClaimOptions
  readonly now: Date
  readonly due: readonly DueList[]
}

async function claimDue(
  context: CallsContext,
  tx: Queryable,
  claim: Claim,
): Promise<Omit<ClaimResult, 'time'>> {
  const { options, now, due } = claim
  const allocate = await allocatorOf(tx, claim)
  const shares = allocate(due.map((list) => candidateOf(list, [...options.trunks.keys()], MANY)))
  if (shares.starts.length === 0) return { ...NOTHING, ...again(shares, options) }
  const calls = await lockDueCalls(tx, { now, lists: sharesOf(shares, options) })
  const { dialable, settled } = await sortDueCalls(context, tx, calls, now)
  const classes = classify(due, dialable, options)
  const allocation = allocate(classes)
  const started = allocation.starts.map((start) => ({ start, call: takeFirst(start.candidate) }))
  noteProgress(options.cursors, { calls, left: classes.flatMap(({ calls: left }) => left), now })
  if (started.length === 0) return { ...NOTHING, more: settled > 0, ...again(allocation, options) }
  const scheduled = await writeClaims(tx, claim, started)
  await moveNextStarts(tx, allocation.nextStartAt)
  return { calls: scheduled, more: true, ...again(allocation, options) }
}

/** The limits, and what counts against them, are read once; then any candidates may be tried on them. */
async function allocatorOf(
  tx: Queryable,
  { options, now, due }: Claim,
): Promise<
  <Candidate extends StartCandidate>(candidates: readonly Candidate[]) => StartAllocation<Candidate>
> {
  const { installation, trunks, leadMs, atMost } = options
  const names = [
    'installation',
    ...[...trunks.keys()].map((name) => `trunk:${name}`),
    ...new Set(due.map(({ accountId }) => `account:${accountId}`)),
    ...new Set(due.map(({ campaignId }) => `campaign:${campaignId}`)),
  ]
  const left = await findStartsLeft(tx, due.map(cappedAccountOf), now)
  const uses = new Map((await findScopes(tx, names)).map((use) => [use.scope, use]))
  const limits: Omit<StartRequest, 'candidates'> = {
    now: now.getTime() + leadMs,
    atMost,
    installation: scopeOf(installation, uses.get('installation')),
    trunks: new Map(
      [...trunks].map(([name, trunk]) => [name, scopeOf(trunk, uses.get(`trunk:${name}`))]),
    ),
    accounts: new Map(
      due.map((list) => {
        const own = { lines: list.accountLines, callsPerSecond: list.accountCallsPerSecond }
        const scope = scopeOf(own, uses.get(`account:${list.accountId}`))
        return [list.accountId, { ...scope, startsLeft: left.get(list.accountId) }]
      }),
    ),
    campaigns: new Map(
      due.map((list) => {
        const own = { lines: list.campaignLines, callsPerSecond: list.campaignCallsPerSecond }
        const scope = scopeOf(own, uses.get(`campaign:${list.campaignId}`))
        return [list.campaignId, { ...scope, weight: list.weight }]
      }),
    ),
  }
  return (candidates) => allocateStarts({ ...limits, candidates })
}

function cappedAccountOf(list: DueList): CappedAccount {
  const { accountId, timeZone, attemptsPerDay, minutesPerDay } = list
  return {
    ...{ accountId, timeZone },
    attemptsPerDay: attemptsPerDay ?? undefined,
    minutesPerDay: minutesPerDay ?? undefined,
  }
}

function scopeOf(
  limits: {
    readonly lines?: number | null | undefined
    callsPerSecond?: number | null | undefined
  },
  use: ScopeUse | undefined,
): StartScope {
  return {
    lines: limits.lines ?? undefined,
    callsPerSecond: limits.callsPerSecond ?? undefined,
    inUse: use?.inUse ?? 0,
    nextStartAt: use?.nextStartAt ?? undefined,
  }
}

function candidateOf(list: DueList, trunks: readonly string[], due: number): StartCandidate {
  const { listId, accountId, campaignId, kind } = list
  return { listId, accountId, campaignId, kind, trunks, due }
}

/** How many calls of which list are to be looked at. */
function sharesOf(
  { starts }: StartAllocation,
  { cursors }: ClaimOptions,
): Parameters<typeof lockDueCalls>[1]['lists'] {
  const shares = new Map<number, number>()
  for (const { candidate } of starts) {
    shares.set(candidate.listId, (shares.get(candidate.listId) ?? 0) + 1)
  }
  return [...shares].map(([listId, share]) => ({
    listId,
    limit: Math.min(2 * share + SPARE_CALLS, MOST_CALLS_OF_A_LIST),
    from: cursors.placeOf(listId),
  }))
}

/** Calls of one list that may go by the same trunks. */
interface CallClass extends StartCandidate {
  /** Those that have no start yet, first due first. */
  readonly calls: DialableCall[]
}

function classify(
  due: readonly DueList[],
  calls: readonly DialableCall[],
  { trunksFor }: ClaimOptions,
): CallClass[] {
  const lists = new Map(due.map((list) => [list.listId, list]))
  const classes = new Map<
    string,
    { list: DueList; trunks: readonly string[]; calls: DialableCall[] }
  >()
  for (const call of calls) {
    const list = lists.get(call.listId)
    if (list === undefined) continue
    const trunks = trunksFor(call)
    const key = `${call.listId} ${trunks.join(' ')}`
    const one = classes.get(key) ?? { list, trunks, calls: [] }
    classes.set(key, one)
    one.calls.push(call)
  }
  return [...classes.values()].map(({ list, trunks, calls: own }) => ({
    ...candidateOf(list, trunks, own.length),
    calls: own,
  }))
}

function takeFirst({ calls }: CallClass): DialableCall {
  const [first] = calls.splice(0, 1)
  if (first === undefined) throw new Error('a class gets no more starts than it has calls')
  return first
}

/** The next claim of a list begins at the first call that got no start. */
function noteProgress(
  cursors: DueCursors,
  seen: { calls: readonly DueCall[]; left: readonly DueCall[]; now: Date },
): void {
  const last = new Map(seen.calls.map((call) => [call.listId, call]))
  const firstLeft = new Map(seen.left.toReversed().map((call) => [call.listId, call]))
  for (const [listId, call] of last) {
    cursors.advance(listId, firstLeft.get(listId) ?? call, seen.now)
  }
}

interface Started {
  readonly start: Start<CallClass>
  readonly call: DialableCall
}

async function writeClaims(
  tx: Queryable,
  { options, now, due }: Claim,
  started: readonly Started[],
): Promise<ScheduledCall[]> {
  const { nodeId, incarnation } = options.node
  const starts = started.map(({ start, call }) => ({
    accountId: call.accountId,
    callId: call.callId,
    trunk: start.trunk,
    startAt: new Date(start.startAt),
    verdicts: call.verdicts,
  }))
  const epochs = await claimDueCalls(tx, { nodeId, incarnation, starts, now })
  const campaigns = new Set(started.map(({ call }) => call.campaignId))
  const fresh = due.filter(
    ({ campaignId, campaignState }) => campaignState === 'queued' && campaigns.has(campaignId),
  )
  if (fresh.length > 0) {
    await beginCampaigns(
      tx,
      fresh.map(({ campaignId }) => campaignId),
      now,
    )
  }
  return started.map(({ start, call }) => {
    const { dueAt, serializes: _one, numberInUse: _inUse, verdicts: _why, ...claim } = call
    const claimEpoch = epochs.get(call.callId) ?? claim.claimEpoch
    const { trunk, startAt } = start
    return { claim: { ...claim, nodeId, claimEpoch }, dueAt, trunk, startAt }
  })
}

function again({ againAt }: StartAllocation, { leadMs }: ClaimOptions): { againAt?: number } {
  return againAt === undefined ? {} : { againAt: againAt - leadMs }
}
