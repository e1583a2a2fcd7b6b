/** What the four transaction machines of RFC 3261 §17 have in common. */
import type { SipTimers } from './timers.ts'

/** Fixed for the life of a transaction. */
export interface TransactionSetting {
  readonly timers: SipTimers
  /** TCP and its like: no retransmissions, no waiting for strays. */
  readonly reliable: boolean
}

export type TimerLetter = 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M'

/** `trying` is the 200 ms after which the INVITE server transaction says 100 by itself. */
export type TimerName = TimerLetter | 'trying'

export type ClientInput =
  | { readonly kind: 'request-from-tu' }
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'transport-error' }

export type ServerInput =
  | { readonly kind: 'request' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'response-from-tu'; readonly status: number }
  | { readonly kind: 'timer'; readonly timer: TimerName }
  | { readonly kind: 'transport-error' }

export type Action =
  /** Client: the request goes out, first or again. */
  | { readonly kind: 'send-request' }
  /** Client: the ACK for the non-2xx at hand, or the same again. */
  | { readonly kind: 'send-ack' }
  /** Client: the response at hand; server: the request or ACK at hand. */
  | { readonly kind: 'pass-to-tu' }
  /** Server: the response at hand goes out and is remembered. */
  | { readonly kind: 'send-response' }
  | { readonly kind: 'repeat-response' }
  | { readonly kind: 'send-trying' }
  | { readonly kind: 'inform-tu'; readonly failure: 'timeout' | 'transport-error' }
  | { readonly kind: 'set-timer'; readonly timer: TimerName; readonly delayMs: number }
  | { readonly kind: 'clear-timer'; readonly timer: TimerName }

export interface Step<State> {
  readonly state: State
  readonly actions: readonly Action[]
}

/** A machine with its state held, for the drivers. */
export interface Machine<Input> {
  name(): string
  apply(input: Input): readonly Action[]
}

export function holdState<State extends { readonly name: string }, Input>(
  initial: State,
  transition: (state: State, input: Input) => Step<State>,
): Machine<Input> {
  let state = initial
  return {
    name: () => state.name,
    apply(input) {
      const step = transition(state, input)
      state = step.state
      return step.actions
    },
  }
}

export const sendRequest: Action = { kind: 'send-request' }
export const sendAck: Action = { kind: 'send-ack' }
export const passToTu: Action = { kind: 'pass-to-tu' }
export const sendResponse: Action = { kind: 'send-response' }
export const repeatResponse: Action = { kind: 'repeat-response' }
export const informTimeout: Action = { kind: 'inform-tu', failure: 'timeout' }
export const informTransportError: Action = { kind: 'inform-tu', failure: 'transport-error' }

export function setTimer(timer: TimerName, delayMs: number): Action {
  return { kind: 'set-timer', timer, delayMs }
}

export function clearTimer(timer: TimerName): Action {
  return { kind: 'clear-timer', timer }
}
