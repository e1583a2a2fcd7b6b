import { promisify } from 'node:util'
import { deflateRaw } from 'node:zlib'
import { OutdialError, WriteGroup } from '#base'
import type { AttemptTrace } from '#model'
import { insertTraces } from '#store'
import type { Attempt } from './begin-attempt.ts'
import { type CallsContext, moment } from './context.ts'

const deflate = promisify(deflateRaw)

/** What ends at the same time is written together, but packets, which are megabytes, one by one. */
const AT_ONCE = 1
const MOST_TRACES = 50

/** What happened in an attempt. */
export interface FinishedTrace {
  readonly trace: AttemptTrace
  /** When its call was claimed, monotonic. */
  readonly beganMs: number
  /** Its audio, where that was recorded. */
  readonly packets?: Uint8Array
}

interface PackedTrace {
  readonly attempt: Attempt
  readonly beganMs: number
  readonly trace: Uint8Array
  readonly packets?: Uint8Array | undefined
}

/** Keeps what happened in an attempt that has ended. Rejects `store-…` where it cannot be written. */
export async function keepTrace(
  context: CallsContext,
  attempt: Attempt,
  { trace, beganMs, packets }: FinishedTrace,
): Promise<void> {
  const packed = await deflate(JSON.stringify(trace))
  const packedPackets = packets === undefined ? undefined : await deflate(packets, { level: 1 })
  const most = packets === undefined ? MOST_TRACES : 1
  await groupOf(context, most).add({ attempt, beganMs, trace: packed, packets: packedPackets })
}

type TraceGroup = WriteGroup<PackedTrace, true>

/** Of each server, by how many they write at most. */
const groups = new WeakMap<CallsContext, Map<number, TraceGroup>>()

function groupOf(context: CallsContext, most: number): TraceGroup {
  const own = groups.get(context) ?? new Map<number, TraceGroup>()
  groups.set(context, own)
  const group =
    own.get(most) ??
    new WriteGroup<PackedTrace, true>({
      write: (traces) => writeTraces(context, traces),
      atOnce: AT_ONCE,
      most,
      concernsAll: (error) => error instanceof OutdialError && error.temporary,
    })
  own.set(most, group)
  return group
}

/** The zero of a trace is told by the database's clock, as all times of a call are. */
async function writeTraces(context: CallsContext, traces: readonly PackedTrace[]): Promise<true[]> {
  const nowMs = context.clock.monotonic()
  const rows = traces.map(({ attempt, beganMs, trace, packets }) => {
    const { accountId, callId } = attempt.claim
    const ageMs = nowMs - beganMs
    return { accountId, callId, attempt: attempt.number, ageMs, trace, packets }
  })
  await insertTraces(context.db, rows, moment(context).now)
  return traces.map(() => true)
}
