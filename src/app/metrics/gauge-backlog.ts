import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '#base'
import { type Backlog, type Database, findBacklog } from '#store'

/** A look at a million queued calls takes a while: scrapes shortly after each other share one. */
const KEPT_MS = 1_000

const GAUGES: readonly {
  readonly name: string
  readonly help: string
  readonly value: (backlog: Backlog) => number
}[] = [
  {
    name: 'outdial_queued_calls',
    help: 'Calls that wait for an attempt, of all servers on this database.',
    value: ({ queuedCalls }) => queuedCalls,
  },
  {
    name: 'outdial_calls_in_progress',
    help: 'Calls claimed, dialing or answered, of all servers on this database.',
    value: ({ callsInProgress }) => callsInProgress,
  },
  {
    name: 'outdial_oldest_due_call_seconds',
    help: 'How long the first of the calls that may be dialled is overdue; 0 where none is.',
    value: ({ oldestDueCallSeconds = 0 }) => Math.max(0, oldestDueCallSeconds),
  },
  {
    name: 'outdial_pending_results',
    help: 'Results that wait for their delivery, of all servers on this database.',
    value: ({ pendingResults }) => pendingResults,
  },
  {
    name: 'outdial_oldest_due_result_seconds',
    help: 'How long the first result is overdue; 0 where none is.',
    value: ({ oldestDueResultSeconds = 0 }) => Math.max(0, oldestDueResultSeconds),
  },
  {
    name: 'outdial_undeliverable_results',
    help: 'Results of which no more tries are made, until somebody replays them.',
    value: ({ undeliverableResults }) => undeliverableResults,
  },
  {
    name: 'outdial_live_nodes',
    help: 'Servers that share the calls of this database.',
    value: ({ liveNodes }) => liveNodes,
  },
]

/**
 * What waits in the database: every server tells the same, so take the maximum over servers, not the
 * sum. Absent while the store does not answer; `outdial_store_up` tells.
 */
export function gaugeBacklog(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  registers: Registry[],
): void {
  let looked: { readonly atMs: number; readonly backlog: Promise<Backlog | undefined> } | undefined
  const look = (): Promise<Backlog | undefined> => {
    if (looked === undefined || clock.monotonic() - looked.atMs > KEPT_MS) {
      looked = { atMs: clock.monotonic(), backlog: findBacklog(db).catch(() => undefined) }
    }
    return looked.backlog
  }
  for (const { name, help, value } of GAUGES) {
    new Gauge({
      ...{ name, help, registers },
      async collect() {
        const backlog = await look()
        if (backlog === undefined) this.remove()
        else this.set(value(backlog))
      },
    })
  }
  new Gauge({
    name: 'outdial_store_up',
    help: 'Whether the store answered: 1 or 0.',
    registers,
    async collect() {
      this.set((await look()) === undefined ? 0 : 1)
    },
  })
}
