import { assertNever } from '#base'
import type { MatchKind } from '#grammar'

/**
 * VoiceXML 2.0 appendix D.1: how keys become one input, as a machine. `listening` until the first key
 * (the `timeout` is not its business), then one timer: `interdigittimeout` while more keys could
 * come, `termtimeout` where only the `termchar` could.
 */
export type DtmfState =
  | { readonly kind: 'listening' }
  /** What was pressed may still grow, or already matches. */
  | { readonly kind: 'collecting'; readonly keys: string; readonly match: MatchKind }
  /** Not permitted by any grammar; the rest is collected until the caller is done. */
  | { readonly kind: 'invalid'; readonly keys: string }
  | { readonly kind: 'done'; readonly keys: string; readonly matched: boolean }

export type DtmfInput = { readonly kind: 'key'; readonly key: string } | { readonly kind: 'timer' }

export interface DtmfSettings {
  readonly interdigitTimeoutMs: number
  readonly termTimeoutMs: number
  /** Empty: none. */
  readonly termchar: string
  /** Done at once with the longest match, unless a `termtimeout` waits for the `termchar`. */
  readonly termMaxDigits: boolean
  /** What the active grammars say of `keys`. */
  readonly judge: (keys: string) => MatchKind
}

export interface DtmfStep {
  readonly state: DtmfState
  /** The timer to set instead of the one that runs; absent: none runs. */
  readonly timerMs?: number
}

export const DTMF_START: DtmfState = { kind: 'listening' }

export function transition(state: DtmfState, input: DtmfInput, settings: DtmfSettings): DtmfStep {
  if (state.kind === 'done') return { state }
  if (input.kind === 'timer') return { state: finish(state) }
  switch (state.kind) {
    case 'listening':
      return take('', 'prefix', input.key, settings)
    case 'collecting':
      return take(state.keys, state.match, input.key, settings)
    case 'invalid':
      return input.key === settings.termchar
        ? { state: finish(state) }
        : {
            state: { kind: 'invalid', keys: state.keys + input.key },
            timerMs: settings.interdigitTimeoutMs,
          }
    default:
      return assertNever(state)
  }
}

/** One key after `keys`, which the grammars judged as `before`. */
function take(keys: string, before: MatchKind, key: string, settings: DtmfSettings): DtmfStep {
  const isTermchar = key === settings.termchar
  const complete = keys === '' ? isTermchar && isMatch(settings.judge('')) : isMatch(before)
  // The termchar says that the input is complete; it is no part of the value.
  if (isTermchar && complete) return { state: { kind: 'done', keys, matched: true } }
  const grown = keys + key
  const match = settings.judge(grown)
  if (match === 'none') {
    if (isTermchar) return { state: { kind: 'done', keys: grown, matched: false } }
    return { state: { kind: 'invalid', keys: grown }, timerMs: settings.interdigitTimeoutMs }
  }
  const state: DtmfState = { kind: 'collecting', keys: grown, match }
  if (match !== 'match') return { state, timerMs: settings.interdigitTimeoutMs }
  // No more keys are allowed: only the termchar may follow, within termtimeout.
  if (!settings.termMaxDigits) return { state, timerMs: settings.interdigitTimeoutMs }
  if (settings.termchar !== '' && settings.termTimeoutMs > 0) {
    return { state, timerMs: settings.termTimeoutMs }
  }
  return { state: finish(state) }
}

function isMatch(match: MatchKind): boolean {
  return match === 'match' || match === 'match-may-grow'
}

function finish(state: DtmfState): DtmfState {
  if (state.kind === 'done') return state
  const keys = state.kind === 'listening' ? '' : state.keys
  return { kind: 'done', keys, matched: state.kind === 'collecting' && isMatch(state.match) }
}
