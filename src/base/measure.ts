import { channel } from 'node:diagnostics_channel'

/** What operators count, by name, with what belongs to one occurrence. */
export interface Measurements {
  /** An INVITE leaves: how long after the call fell due, and after the time that pacing gave it. */
  'attempt-started': { readonly trunk: string; readonly delayMs: number; readonly lateMs: number }
  /** `calleeType`: empty where nobody answered. */
  'attempt-ended': {
    readonly trunk: string
    readonly outcome: string
    readonly calleeType: string
    readonly durationSeconds: number
  }
  /** How a call's audio came in. `mos`: 1 to 4.4; absent where nothing was received. */
  'media-ended': { readonly lossRatio: number; readonly jitterMs: number; readonly mos?: number }
  /** A call has its final outcome, on disk. */
  'call-ended': { readonly outcome: string }
  /**
   * A result, or an event, was posted, and what came of it is on disk. `verdict`: `delivered`, `retry`,
   * `broken-off`, or why no more tries are made of it: `gone`, `exhausted`.
   */
  'result-tried': {
    readonly kind: 'result' | 'event'
    readonly verdict: string
    readonly durationMs: number
  }
  /** From when it was stored until its receiver had it. */
  'result-delivered': { readonly kind: 'result' | 'event'; readonly lagSeconds: number }
  /** A URL has answered 410, and gets nothing any more. */
  'result-url-disabled': Record<never, never>
  /** `cached`: it was there already, or being made. */
  'prompt-asked': { readonly cached: boolean }
  /** A statement or a transaction was answered; with the wait for a connection. */
  'store-asked': { readonly kind: 'statement' | 'transaction'; readonly durationMs: number }
}

/** Says that it happened. Costs a look-up while nobody counts. */
export function measure<Name extends keyof Measurements>(
  name: Name,
  what: Measurements[Name],
): void {
  const own = channelOf(name)
  if (own.hasSubscribers) own.publish(what)
}

/** Calls `count` each time until the returned function is called. */
export function onMeasure<Name extends keyof Measurements>(
  name: Name,
  count: (what: Measurements[Name]) => void,
): () => void {
  const subscriber = (what: unknown): void => count(what as Measurements[Name])
  channelOf(name).subscribe(subscriber)
  return () => void channelOf(name).unsubscribe(subscriber)
}

function channelOf(name: keyof Measurements): ReturnType<typeof channel> {
  return channel(`outdial:${name}`)
}
