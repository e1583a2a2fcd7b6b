import { createHash } from 'node:crypto'
import {
  type Attributes,
  type HrTime,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { maskNumber } from '#base'
import type { KeptAttempt } from '#dialer'
import type { TraceEntry } from '#model'

/** An attempt as spans: itself, its ringing and its conversation, and what was written to the store. */
export function attemptSpans(kept: KeptAttempt, resource: Resource): ReadableSpan[] {
  const { attempt, ending, trace, beganAt } = kept
  const { claim, number } = attempt
  const traceId = idOf(16, claim.accountId, claim.callId, claim.destination, claim.messageReference)
  const build = (part: Part, parent?: SpanContext): ReadableSpan => {
    const spanId = idOf(8, traceId, number, part.name, part.fromMs)
    return spanOf(
      part,
      { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
      { parent, beganAt, resource },
    )
  }
  const { entries } = trace
  const endMs = Math.max(0, ...entries.map(({ atMs }) => atMs))
  const whole = build({
    name: `attempt ${ending.outcome}`,
    ...{ fromMs: 0, toMs: endMs, kind: SpanKind.CLIENT },
    attributes: {
      'outdial.call_id': claim.callId,
      'outdial.campaign': claim.campaignName,
      'outdial.attempt': number,
      'outdial.destination': maskNumber(claim.destination),
      'outdial.outcome': ending.outcome,
      'outdial.callee_type': ending.calleeType,
      'outdial.duration_seconds': ending.durationSeconds,
      ...(ending.sipStatus === undefined ? {} : { 'sip.status': ending.sipStatus }),
    },
    status: FAILURES.has(ending.outcome)
      ? { code: SpanStatusCode.ERROR, message: ending.outcome }
      : { code: SpanStatusCode.UNSET },
    events: entries.flatMap(eventOf),
  })
  const parts = [...phasesOf(entries, endMs), ...entries.flatMap(writeOf)]
  return [whole, ...parts.map((part) => build(part, whole.spanContext()))]
}

/** A callee who does not answer is no error of anybody. */
const FAILURES: ReadonlySet<string> = new Set([
  'trunk-failure',
  'app-error',
  'interrupted',
  'unknown',
])

interface Part {
  readonly name: string
  /** Since the attempt began. */
  readonly fromMs: number
  readonly toMs: number
  readonly kind?: SpanKind
  readonly attributes?: Attributes
  readonly status?: SpanStatus
  readonly events?: readonly { readonly name: string; readonly atMs: number }[]
}

/** From the first INVITE to its answer, and from there to the end. */
function phasesOf(entries: readonly TraceEntry[], endMs: number): Part[] {
  const invitedMs = entries.find((entry) => firstLine(entry)?.startsWith('INVITE '))?.atMs
  if (invitedMs === undefined) return []
  const answeredMs = entries.find((entry) => /^SIP\/2\.0 2\d\d/.test(firstLine(entry) ?? ''))?.atMs
  const ringing = { name: 'ringing', fromMs: invitedMs, toMs: answeredMs ?? endMs }
  if (answeredMs === undefined) return [ringing]
  return [ringing, { name: 'conversation', fromMs: answeredMs, toMs: endMs }]
}

function writeOf(entry: TraceEntry): Part[] {
  if (entry.kind !== 'write') return []
  const { state, atMs, tookMs = 0, error } = entry
  const status =
    error === undefined
      ? { code: SpanStatusCode.UNSET }
      : { code: SpanStatusCode.ERROR, message: error }
  return [{ name: `store ${state}`, fromMs: atMs, toMs: atMs + tookMs, status }]
}

/** A SIP message by its first line, without its number; a step of the dialogue by its name alone. */
function eventOf(entry: TraceEntry): { name: string; atMs: number }[] {
  const { atMs } = entry
  const line = firstLine(entry)
  if (line !== undefined) {
    const direction = entry.kind === 'sip' && entry.direction === 'in' ? 'received' : 'sent'
    return [
      {
        name: `${direction} ${line.startsWith('SIP/') ? line.slice(8) : line.split(' ')[0]}`,
        atMs,
      },
    ]
  }
  if (entry.kind === 'dialogue') return [{ name: `dialogue ${entry.step}`, atMs }]
  return entry.kind === 'media' ? [{ name: `media ${entry.event}`, atMs }] : []
}

function firstLine(entry: TraceEntry): string | undefined {
  return entry.kind === 'sip' ? entry.text.split('\r\n', 1)[0] : undefined
}

function spanOf(
  { name, fromMs, toMs, kind = SpanKind.INTERNAL, attributes = {}, status, events = [] }: Part,
  context: SpanContext,
  around: { parent: SpanContext | undefined; beganAt: Date; resource: Resource },
): ReadableSpan {
  const { parent, beganAt, resource } = around
  const at = (ms: number): HrTime => hrTime(beganAt.getTime() + ms)
  return {
    ...{ name, kind, attributes, resource },
    spanContext: () => context,
    ...(parent === undefined ? {} : { parentSpanContext: parent }),
    startTime: at(fromMs),
    endTime: at(toMs),
    duration: hrTime(toMs - fromMs),
    status: status ?? { code: SpanStatusCode.UNSET },
    links: [],
    events: events.map((event) => ({ name: event.name, time: at(event.atMs) })),
    ended: true,
    instrumentationScope: { name: 'outdial' },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  }
}

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}

/** The same for the same call, on whatever server and in whatever attempt: hexadecimal. */
function idOf(bytes: number, ...of: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(of))
    .digest('hex')
    .slice(0, 2 * bytes)
}
