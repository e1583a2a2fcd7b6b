import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import type { AttemptTrace, CallState, Outcome, TracedWrite, TraceEntry } from '#model'
import {
  type AttemptRecord,
  type CallRecord,
  findCall,
  findResultTries,
  findTracePackets,
  findTraces,
  type KeptTrace,
  type ResultHistory,
} from '#store'
import type { CallsContext } from './context.ts'
import type { ExplainCall } from './explain-call.ts'

const inflate = promisify(inflateRaw)

/** What happened in a call, attempt by attempt. */
export interface CallTrace {
  readonly callId: number
  readonly accountId: number
  readonly campaignName: string
  readonly destination: string
  readonly state: CallState
  readonly outcome?: Outcome
  readonly cause?: string
  /** Empty where it was never dialled. */
  readonly attempts: readonly TracedAttempt[]
}

/** The last one has the posts of the result on its time line as well. */
export interface TracedAttempt extends AttemptTrace {
  readonly attempt: number
  readonly trunk: string
  readonly state: AttemptRecord['state']
  readonly outcome?: Outcome
  readonly cause?: string
  /** When the call was claimed for it; the zero of all its times. */
  readonly beganAt: Date
  /**
   * `kept`: everything; else what the database has of it, from the intent on: it is `in-progress`, or its
   * trace is `missing`, because none was to be kept, or its server was gone before it could be.
   */
  readonly completeness: 'kept' | 'in-progress' | 'missing'
}

/** Undefined where there is no such call. */
export async function traceCall(
  { db }: CallsContext,
  { callId, accountId }: ExplainCall,
): Promise<CallTrace | undefined> {
  const call = await findCall(db, callId, accountId)
  if (call === undefined) return undefined
  const traces = await findTraces(db, call)
  const result = await findResultTries(db, call)
  const attempts = await Promise.all(
    call.attempts.map((record) => attemptOf(record, traces, isLast(call, record) && result)),
  )
  const { campaignName, destination, state, outcome, cause } = call
  return {
    ...{ callId, accountId: call.accountId, campaignName, destination, state },
    ...(outcome === undefined ? {} : { outcome }),
    ...(cause === undefined ? {} : { cause }),
    attempts,
  }
}

function isLast(call: CallRecord, { attempt }: AttemptRecord): boolean {
  return call.attempts.at(-1)?.attempt === attempt
}

async function attemptOf(
  record: AttemptRecord,
  traces: readonly KeptTrace[],
  result: ResultHistory | undefined | false,
): Promise<TracedAttempt> {
  const { attempt, trunk, state, outcome, cause } = record
  const kept = traces.find((trace) => trace.attempt === attempt)
  const beganAt = kept?.beganAt ?? record.dialedAt
  const trace = kept === undefined ? { entries: writesOf(record) } : await unpack(kept)
  const posts = result ? postsOf(result, storeZero(record, trace.entries) ?? beganAt) : []
  return {
    ...{ attempt, trunk, state, beganAt },
    ...(outcome === undefined ? {} : { outcome }),
    ...(cause === undefined ? {} : { cause }),
    completeness: kept ? 'kept' : state === 'ended' ? 'missing' : 'in-progress',
    ...trace,
    entries: [...trace.entries, ...posts].sort((one, other) => one.atMs - other.atMs),
  }
}

async function unpack({ trace }: KeptTrace): Promise<AttemptTrace> {
  return JSON.parse((await inflate(trace)).toString('utf8'))
}

/**
 * The audio packets of a call, by the number of the attempt, where they were recorded: rtp's
 * `readCapture` reads them.
 */
export async function tracePackets(
  { db }: CallsContext,
  call: Pick<CallTrace, 'accountId' | 'callId'>,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const kept = await findTracePackets(db, call)
  const unpacked = kept.map(async ({ attempt, packets }) => {
    return [attempt, new Uint8Array(await inflate(packets))] as const
  })
  return new Map(await Promise.all(unpacked))
}

/** Of an attempt without a trace. */
function writesOf({ dialedAt, ringingAt, answeredAt, endedAt }: AttemptRecord): TraceEntry[] {
  const write = (state: TracedWrite['state'], at: Date | undefined): TraceEntry[] =>
    at === undefined ? [] : [{ atMs: msBetween(dialedAt, at), kind: 'write', state }]
  return [
    ...write('dialing', dialedAt),
    ...write('ringing', ringingAt),
    ...write('answered', answeredAt),
    ...write('ended', endedAt),
  ]
}

/**
 * The zero of an attempt's time line by the database's clock, as far as it concerns what came after the
 * ending: both know that moment. A little early where the ending had to wait for its turn to be written.
 */
function storeZero({ endedAt }: AttemptRecord, entries: readonly TraceEntry[]): Date | undefined {
  const ended = entries.findLast((entry) => entry.kind === 'write' && entry.state === 'ended')
  if (endedAt === undefined || ended === undefined) return undefined
  return new Date(endedAt.getTime() - ended.atMs)
}

/** What came of a try is written down when it is over. */
function postsOf({ createdAt, tries }: ResultHistory, zero: Date): TraceEntry[] {
  const posts = tries.map(({ try: number, triedAt, durationMs, ...answer }): TraceEntry => {
    const atMs = msBetween(zero, triedAt) - durationMs
    return { atMs, kind: 'post', try: number, ...answer, tookMs: durationMs }
  })
  return [{ atMs: msBetween(zero, createdAt), kind: 'write', state: 'result' }, ...posts]
}

function msBetween(from: Date, to: Date): number {
  return to.getTime() - from.getTime()
}
