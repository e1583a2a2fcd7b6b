import type { Outcome, TrunkStanding } from '#model'
import {
  countUndeliveredResults,
  findQueueStanding,
  findRecentOutcomes,
  findScopes,
  findStatisticsMoment,
  listNodeReports,
  listTrunks,
  type QueueStanding,
  RECENT_SECONDS,
  type ReportingNode,
  type UndeliveredResults,
} from '#store'
import { type CallsContext, moment } from './context.ts'
import { REPORT_HOLDS_SECONDS } from './report-node.ts'

const HOUR_SECONDS = 3600
const MINUTE_SECONDS = 60

/** How an account stands, or the whole installation, at a glance. */
export interface Overview {
  readonly standing: QueueStanding
  readonly lines: Limited
  /** Over the last minute, of the nodes that have told. */
  readonly callsPerSecond: Limited
  /** The last hour, the oldest first: the present five minutes are the last. */
  readonly outcomes: readonly OutcomeBucket[]
  readonly outcomesAsOf: Date
  readonly results: UndeliveredResults
  readonly trunks: readonly TrunkOverview[]
  readonly nodes: readonly ReportingNode[]
}

export interface Limited {
  readonly inUse: number
  /** What may be used, of all nodes together; absent: there is no limit. */
  readonly limit?: number
  readonly free?: number
}

export interface OutcomeBucket {
  readonly at: Date
  readonly calls: Readonly<Partial<Record<Outcome, number>>>
}

export interface TrunkOverview {
  readonly name: string
  readonly lines?: number | undefined
  readonly linesInUse: number
  /** By node, of those that have told. */
  readonly nodes: readonly (TrunkStanding & { readonly nodeId: string })[]
}

/** `accountId` absent: of all accounts. */
export async function overview(
  context: CallsContext,
  { accountId }: { readonly accountId?: number | undefined },
): Promise<Overview> {
  const { db } = context
  const { now } = moment(context)
  const [standing, nodes, outcomesAsOf, results, trunks] = await Promise.all([
    findQueueStanding(db, { accountId, ...(now && { now }) }),
    listNodeReports(db, { withinSeconds: REPORT_HOLDS_SECONDS, ...(now && { now }) }),
    findStatisticsMoment(db),
    countUndeliveredResults(db, { accountId }),
    trunksInUse(context),
  ])
  return {
    standing,
    lines: linesOf(context, standing, accountId),
    callsPerSecond: startsOf(context, { standing, nodes, accountId }),
    outcomes: await lastHour(context, accountId, standing.now),
    outcomesAsOf,
    results,
    trunks: trunks.map((trunk) => ({ ...trunk, nodes: standingsOf(trunk.name, nodes) })),
    nodes,
  }
}

/** An account shares the lines of the installation with all others. */
function linesOf(
  { settings }: CallsContext,
  { linesInUse, allLinesInUse, accountLines }: QueueStanding,
  accountId: number | undefined,
): Limited {
  const all = settings.installation?.lines
  const limit = least([all, accountId === undefined ? undefined : accountLines])
  const free = least([
    all === undefined ? undefined : all - allLinesInUse,
    accountLines === undefined ? undefined : accountLines - linesInUse,
  ])
  return { inUse: linesInUse, ...(limit && { limit }), ...freeOf(free) }
}

function startsOf(
  { settings }: CallsContext,
  given: Pick<Overview, 'standing' | 'nodes'> & { readonly accountId: number | undefined },
): Limited {
  const { standing, nodes, accountId } = given
  const counts = nodes.flatMap(({ report }) => Object.entries(report?.starts ?? {}))
  const sum = (own: readonly (readonly [string, number])[]): number =>
    own.reduce((total, [, starts]) => total + starts, 0) / MINUTE_SECONDS
  const all = sum(counts)
  const inUse =
    accountId === undefined ? all : sum(counts.filter(([id]) => id === String(accountId)))
  const limits = settings.installation?.callsPerSecond
  const limit = least([limits, standing.accountCallsPerSecond])
  return { inUse, ...(limit && { limit }) }
}

function least(limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** A limit may have been lowered below what is in use. */
function freeOf(free: number | undefined): { free?: number } {
  return free === undefined ? {} : { free: Math.max(0, free) }
}

async function lastHour(
  { db }: CallsContext,
  accountId: number | undefined,
  now: Date,
): Promise<OutcomeBucket[]> {
  const buckets = HOUR_SECONDS / RECENT_SECONDS
  const rows = await findRecentOutcomes(db, { accountId, buckets, now })
  const lengthMs = RECENT_SECONDS * 1000
  const lastMs = Math.floor(now.getTime() / lengthMs) * lengthMs
  return Array.from({ length: buckets }, (_, index) => {
    const at = new Date(lastMs - (buckets - 1 - index) * lengthMs)
    const own = rows.filter(({ bucket }) => bucket.getTime() === at.getTime())
    return { at, calls: Object.fromEntries(own.map(({ outcome, calls }) => [outcome, calls])) }
  })
}

async function trunksInUse({ db }: CallsContext): Promise<Omit<TrunkOverview, 'nodes'>[]> {
  const trunks = await listTrunks(db)
  const scopes = await findScopes(
    db,
    trunks.map(({ name }) => `trunk:${name}`),
  )
  const inUse = new Map(scopes.map((use) => [use.scope, use.inUse]))
  return trunks.map(({ name, lines }) => {
    return { name, lines, linesInUse: inUse.get(`trunk:${name}`) ?? 0 }
  })
}

function standingsOf(name: string, nodes: readonly ReportingNode[]): TrunkOverview['nodes'] {
  return nodes.flatMap(({ nodeId, report }) => {
    const standing = report?.trunks.find((trunk) => trunk.name === name)
    return standing === undefined ? [] : [{ ...standing, nodeId }]
  })
}
