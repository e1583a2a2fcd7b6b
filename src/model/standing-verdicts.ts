import type { CallState } from './call.ts'
import type { CampaignState } from './campaign-state.ts'
import type { DispatchVerdict } from './dispatch-verdict.ts'

/** All that may keep a queued call from being looked at, before any rule is asked about it. */
export interface CallStanding {
  readonly state: CallState
  readonly dueAt: Date
  readonly expiresAt?: Date
  readonly installationHeld: boolean
  readonly accountHeld: boolean
  readonly campaignName: string
  readonly campaignState: CampaignState
  /** Only calls that were dialled before go on. */
  readonly draining: boolean
  readonly listState: 'importing' | 'complete' | 'failed' | 'draining' | 'canceled'
  readonly attempts: number
  /** Another call of its account to its number is in progress, and the account lets only one. */
  readonly numberInUse: boolean
}

/** What holds a queued call at `now`, one verdict for each thing that could. */
export function standingVerdicts(call: CallStanding, now: Date): DispatchVerdict[] {
  return [
    expiryVerdict(call, now),
    {
      rule: 'hold',
      allows: !(call.installationHeld || call.accountHeld),
      detail: holdDetail(call),
    },
    campaignVerdict(call),
    listVerdict(call),
    dueVerdict(call, now),
    {
      rule: 'number-in-use',
      allows: !call.numberInUse,
      detail: call.numberInUse
        ? 'another call to the number is in progress, and the account lets only one at a time'
        : 'no other call to the number is in the way',
    },
  ]
}

function expiryVerdict({ expiresAt }: CallStanding, now: Date): DispatchVerdict {
  const rule = 'expired'
  if (expiresAt === undefined) return { rule, allows: true, detail: 'the call does not expire' }
  const allows = expiresAt > now
  const tense = allows ? 'expires' : 'expired'
  return { rule, allows, detail: `the call ${tense} at ${expiresAt.toISOString()}` }
}

function holdDetail({ installationHeld, accountHeld }: CallStanding): string {
  if (installationHeld) return 'the whole installation is held'
  return accountHeld ? 'the account is held' : 'neither the installation nor the account is held'
}

function campaignVerdict(call: CallStanding): DispatchVerdict {
  const { campaignName, campaignState, draining, attempts } = call
  const runs = campaignState === 'queued' || campaignState === 'running'
  const drained = draining && attempts === 0
  const detail = `the campaign “${campaignName}” is ${campaignState}`
  return {
    rule: 'campaign',
    allows: runs && !drained,
    detail: drained ? `${detail} and draining: what was never dialled is not begun` : detail,
  }
}

function listVerdict({ listState, attempts }: CallStanding): DispatchVerdict {
  const allows = listState === 'complete' || (listState === 'draining' && attempts > 0)
  const detail = {
    importing: 'its list is still being imported',
    complete: 'its list is complete',
    failed: 'the import of its list broke off: nothing of it is dialled',
    draining: 'its list is draining',
    canceled: 'its list is canceled',
  }[listState]
  return { rule: 'list', allows, detail }
}

function dueVerdict({ dueAt }: CallStanding, now: Date): DispatchVerdict {
  const rule = 'due'
  if (dueAt <= now) return { rule, allows: true, detail: `due since ${dueAt.toISOString()}` }
  return { rule, allows: false, notBefore: dueAt, detail: `due at ${dueAt.toISOString()}` }
}

/** Steps from one objection to the next; a call that needs more is not foreseeable. */
const MOST_STEPS = 50

/**
 * When all of these verdicts allow a call for the first time from `from` on, if nothing else happens.
 * Undefined: one of them cannot say when it will.
 */
export function foreseeDispatch(
  verdictsAt: (moment: Date) => readonly DispatchVerdict[],
  from: Date,
): Date | undefined {
  let moment = from
  for (let step = 0; step < MOST_STEPS; step++) {
    const objections = verdictsAt(moment).filter(({ allows }) => !allows)
    if (objections.length === 0) return moment
    const times = objections.map(({ notBefore }) => notBefore?.getTime() ?? Number.NaN)
    const next = Math.max(...times)
    if (Number.isNaN(next)) return undefined
    moment = new Date(next)
  }
  return undefined
}
