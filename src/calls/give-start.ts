import { allocateStarts, type CallState, type ClaimedCall, type StartScope } from '#model'
import {
  type CallLimits,
  findCallLimits,
  findScopes,
  lockInstallation,
  moveNextStarts,
  type Queryable,
  type ScopeUse,
} from '#store'
import type { ClaimResult, Limits } from './claim-calls.ts'
import { type CallsContext, moment } from './context.ts'

/** A call that wants another trunk, missed its time, or wants a second line waits at most so long. */
const LONGEST_WAIT_MS = 5_000

export interface TrunkChoice {
  /** Of all nodes together. */
  readonly installation: Limits
  /** Those that may be tried, the preferred one first. */
  readonly trunks: ReadonlyMap<string, Limits>
  /** No start sooner than so long after. */
  readonly leadMs: number
}

/** A trunk, and when the INVITE may leave by it: milliseconds since 1970 by the database's clock. */
export interface FurtherStart {
  readonly trunk: string
  readonly startAt: number
}

export interface GivenStart extends FurtherStart {
  readonly time: ClaimResult['time']
}

export interface StartTerms {
  /** In which the call is, or it is given none. */
  readonly states: readonly CallState[]
  /** How many lines the call gives up for it: its own, or none. */
  readonly givesUp: 0 | 1
  /** In the same transaction. */
  readonly write: (tx: Queryable, start: FurtherStart) => Promise<void>
}

/**
 * Gives a call in progress another start, within all limits, for which it counts. Undefined where no
 * trunk has room, none has time soon, or the call is to be ended.
 */
export function giveStart(
  context: CallsContext,
  claim: ClaimedCall,
  choice: TrunkChoice,
  { states, givesUp, write }: StartTerms,
): Promise<GivenStart | undefined> {
  return context.db.transaction(async (tx) => {
    const { clock } = context
    const sentMs = clock.monotonic()
    const { held, now } = await lockInstallation(tx, moment(context).now)
    const time = { at: now.getTime(), sentMs, receivedMs: clock.monotonic() }
    const limits = held ? undefined : await findCallLimits(tx, claim, states)
    if (limits === undefined) return undefined
    const earliest = now.getTime() + choice.leadMs
    const found = await allocate(tx, { ...choice, claim, limits, earliest, givesUp })
    if (found === undefined) return undefined
    const { nextStartAt, ...start } = found
    await write(tx, start)
    await moveNextStarts(tx, nextStartAt)
    return { ...start, time }
  })
}

interface Wanted extends TrunkChoice {
  readonly claim: ClaimedCall
  readonly limits: CallLimits
  readonly earliest: number
  readonly givesUp: number
}

async function allocate(
  tx: Queryable,
  wanted: Wanted,
): Promise<(FurtherStart & { nextStartAt: ReadonlyMap<string, number> }) | undefined> {
  const { claim, limits, earliest, givesUp } = wanted
  const { accountId } = claim
  const { campaignId } = limits
  const names = [...wanted.trunks.keys()]
  const ofCall = ['installation', `account:${accountId}`, `campaign:${campaignId}`]
  const uses = await findScopes(tx, [...ofCall, ...names.map((name) => `trunk:${name}`)])
  const use = (name: string): ScopeUse | undefined => uses.find(({ scope }) => scope === name)
  const [installation, account, campaign] = [
    scopeOf(wanted.installation, use('installation'), givesUp),
    scopeOf(accountLimits(limits), use(`account:${accountId}`), givesUp),
    scopeOf(campaignLimits(limits), use(`campaign:${campaignId}`), givesUp),
  ] as const
  const trunks = new Map(
    [...wanted.trunks].map(([name, own]) => [
      name,
      scopeOf(own, use(`trunk:${name}`), name === limits.trunk ? givesUp : 0),
    ]),
  )
  const soonest = Math.min(...[...trunks.values()].map(nextOf))
  const { starts, nextStartAt } = allocateStarts({
    now: Math.max(earliest, soonest, ...[installation, account, campaign].map(nextOf)),
    atMost: 1,
    ...{ installation, trunks },
    accounts: new Map([[accountId, account]]),
    campaigns: new Map([[campaignId, campaign]]),
    candidates: [{ listId: 0, accountId, campaignId, kind: 'single', due: 1, trunks: names }],
  })
  const [start] = starts
  if (start === undefined || start.startAt > latestStart(wanted)) return undefined
  return { trunk: start.trunk, startAt: start.startAt, nextStartAt }
}

/** What was answered already does not expire. */
function latestStart({ claim, earliest, givesUp }: Wanted): number {
  const expiry = givesUp === 0 ? undefined : claim.expiresAt?.getTime()
  return Math.min(earliest + LONGEST_WAIT_MS, (expiry ?? Number.POSITIVE_INFINITY) - 1)
}

function nextOf({ nextStartAt = 0 }: StartScope): number {
  return nextStartAt
}

function accountLimits(limits: CallLimits): Limits {
  const { accountLines: lines, accountCallsPerSecond: callsPerSecond } = limits
  return { lines: lines ?? undefined, callsPerSecond: callsPerSecond ?? undefined }
}

function campaignLimits(limits: CallLimits): Limits {
  const { campaignLines: lines, campaignCallsPerSecond: callsPerSecond } = limits
  return { lines: lines ?? undefined, callsPerSecond: callsPerSecond ?? undefined }
}

function scopeOf(
  { lines, callsPerSecond }: Limits,
  use: ScopeUse | undefined,
  givesUp: number,
): StartScope {
  const inUse = Math.max(0, (use?.inUse ?? 0) - givesUp)
  return { lines, callsPerSecond, inUse, nextStartAt: use?.nextStartAt ?? undefined }
}
