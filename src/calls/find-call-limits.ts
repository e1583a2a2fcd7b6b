import type { CallLimits, NamedScope } from '#model'
import { findScopes, listTrunks, type Queryable, type ScopeUse } from '#store'

interface Limits {
  readonly lines?: number | undefined
  readonly callsPerSecond?: number | undefined
}

/** The call as far as its limits go. */
export interface LimitedCall {
  readonly accountId: number
  readonly campaignId: number
  readonly accountLines?: number
  readonly accountCallsPerSecond?: number
  readonly campaignLines?: number
  readonly campaignCallsPerSecond?: number
}

/** What a call must keep to now, and what counts against it. */
export async function findCallLimits(
  db: Queryable,
  call: LimitedCall,
  installation: Limits,
): Promise<CallLimits> {
  const trunks = await listTrunks(db)
  const account = `account:${call.accountId}`
  const campaign = `campaign:${call.campaignId}`
  const names = trunks.map(({ name }) => `trunk:${name}`)
  const found = await findScopes(db, ['installation', account, campaign, ...names])
  const uses = new Map(found.map((use) => [use.scope, use]))
  return {
    scopes: [
      scopeOf('the installation', installation, uses.get('installation')),
      scopeOf(
        'the account',
        { lines: call.accountLines, callsPerSecond: call.accountCallsPerSecond },
        uses.get(account),
      ),
      scopeOf(
        'the campaign',
        { lines: call.campaignLines, callsPerSecond: call.campaignCallsPerSecond },
        uses.get(campaign),
      ),
    ],
    trunks: trunks.map((trunk) =>
      scopeOf(`the trunk ${trunk.name}`, trunk, uses.get(`trunk:${trunk.name}`)),
    ),
  }
}

function scopeOf(name: string, limits: Limits, use: ScopeUse | undefined): NamedScope {
  const { lines, callsPerSecond } = limits
  return {
    name,
    lines,
    callsPerSecond,
    inUse: use?.inUse ?? 0,
    nextStartAt: use?.nextStartAt ?? undefined,
  }
}
