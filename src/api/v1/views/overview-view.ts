import type { Overview, TrunkOverview } from '#calls'
import { outcomeBucketView } from './statistics-view.ts'

const BUCKET_SECONDS = 300

/** `isWhole`: for whom looks after the installation; accounts learn nothing of its servers. */
export function overviewView(overview: Overview, isWhole: boolean): object {
  const { standing, lines, callsPerSecond, outcomes, outcomesAsOf, results, trunks, nodes } =
    overview
  return {
    as_of: standing.now,
    installation_held: standing.installationHeld,
    account_held: standing.accountHeld,
    lines: { in_use: lines.inUse, free: lines.free, limit: lines.limit },
    calls_per_second: {
      now: Math.round(callsPerSecond.inUse * 100) / 100,
      limit: callsPerSecond.limit,
    },
    queue: {
      queued: standing.queued,
      due: standing.due,
      at_least: standing.isAtLeast,
      oldest_due_seconds: standing.oldestDueSeconds,
    },
    campaigns: standing.campaigns,
    outcomes: {
      as_of: outcomesAsOf,
      bucket_seconds: BUCKET_SECONDS,
      buckets: outcomes.map(outcomeBucketView),
    },
    results: {
      pending: results.pending,
      undeliverable: results.undeliverable,
      at_least: results.isAtLeast,
    },
    trunks: trunks.map((trunk) => trunkView(trunk, isWhole)),
    live_nodes: nodes.length,
    ...(isWhole && {
      nodes: nodes.map(({ nodeId, startedAt, heartbeatAt }) => {
        return { node: nodeId, started_at: startedAt, heartbeat_at: heartbeatAt }
      }),
    }),
  }
}

function trunkView({ name, lines, linesInUse, nodes }: TrunkOverview, isWhole: boolean): object {
  const usable = nodes.some((node) => node.usable)
  const own = {
    name,
    state: nodes.length === 0 ? 'unknown' : usable ? 'usable' : 'unusable',
    reason: nodes.find((node) => !node.usable)?.reason,
  }
  if (!isWhole) return own
  return {
    ...{ ...own, lines_in_use: linesInUse, lines },
    nodes: nodes.map((node) => {
      const { nodeId, usable: isUsable, reason, detail } = node
      return { node: nodeId, usable: isUsable, reason, detail }
    }),
  }
}
