import { channel } from 'node:diagnostics_channel'

/**
 * The eleven stops of a call, in order, named after their files: `docs/follow-one-call.md` tells the
 * story, and a test compares one real call's trace with that page.
 */
export const STOPS = [
  'api/plum/queuecall',
  'calls/queue-call',
  'store/calls/insert-calls',
  'schedule/call-loop',
  'store/calls/claim-due-calls',
  'dialer/run-attempt',
  'dialer/place-call',
  'dialer/vxml-platform',
  'calls/finish-attempt',
  'results/result-loop',
  'results/post-result',
] as const

export type Stop = (typeof STOPS)[number]

/** A named moment in the life of one call. */
export interface TraceEvent {
  readonly stop: Stop
  /** Absent where the call has no number yet (the first two stops). */
  readonly callId?: number
}

const stops = channel('outdial:stop')

/** Says that a call has come to `stop`. Costs one property read while nobody listens. */
export function traceStop(stop: Stop, callId?: number): void {
  if (stops.hasSubscribers) stops.publish(callId === undefined ? { stop } : { stop, callId })
}

/** Calls `listener` at every stop until the returned function is called. */
export function onStop(listener: (event: TraceEvent) => void): () => void {
  const subscriber = (message: unknown): void => listener(message as TraceEvent)
  stops.subscribe(subscriber)
  return () => void stops.unsubscribe(subscriber)
}
