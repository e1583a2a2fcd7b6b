import type { JsonValue } from '#script'
import { type Prompt, promptWords, type SessionEnd, type SessionMoment } from '#vxml'

/** What happens in a dialogue that is tried, as plain data: a line each of `outdial try --json`. */
export type TryEvent =
  /** `status` 0: there was no answer, and `message` says why. */
  | {
      readonly event: 'fetch'
      readonly uri: string
      readonly status: number
      readonly message?: string
    }
  | {
      readonly event: 'prompt'
      readonly text: string
      readonly audio: readonly string[]
      readonly bargein: boolean
      readonly marks: readonly string[]
    }
  | { readonly event: 'listen'; readonly modes: readonly string[]; readonly timeoutMs?: number }
  | {
      readonly event: 'input'
      readonly mode: 'dtmf' | 'voice'
      readonly value: string
      readonly interpretation: JsonValue
      readonly confidence: number
    }
  | { readonly event: 'noinput' }
  | { readonly event: 'nomatch'; readonly mode: 'dtmf' | 'voice'; readonly value: string }
  | {
      readonly event: 'record'
      readonly type: string
      readonly beep: boolean
      readonly maxTimeMs: number
      readonly finalSilenceMs: number
    }
  | { readonly event: 'transfer'; readonly dest: string; readonly type: string }
  | { readonly event: 'log'; readonly label: string; readonly text: string }
  | {
      readonly event: 'throw'
      readonly name: string
      readonly message: string
      readonly uri: string
      readonly line?: number
      readonly column?: number
    }
  /** What is passed over; with `trace` only: a step of the form interpretation algorithm. */
  | {
      readonly event: 'step' | 'warning'
      readonly text: string
      readonly uri: string
      readonly line: number
      readonly column: number
    }
  | {
      readonly event: 'end'
      readonly reason: SessionEnd['reason']
      readonly value?: JsonValue
      /** What `<disconnect>` returned, where `<exit>` gave the value. */
      readonly disconnectValue?: JsonValue
      readonly virtualMs: number
      readonly steps: number
      readonly fault?: SessionEnd['fault']
    }

/** Undefined where it is told elsewhere: a prompt, and a fetch when its answer is there. */
export function eventOfMoment(moment: SessionMoment): TryEvent | undefined {
  switch (moment.kind) {
    case 'listen': {
      const { modes, timeoutMs } = moment
      return { event: 'listen', modes, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
    }
    case 'input': {
      const { mode, text, interpretation, confidence } = moment
      return { event: 'input', mode, value: text, interpretation, confidence }
    }
    case 'nomatch':
      return { event: 'nomatch', mode: moment.mode, value: moment.text }
    case 'noinput':
      return { event: 'noinput' }
    case 'throw': {
      const { kind: _, event, message, uri, line, column } = moment
      return {
        event: 'throw',
        name: event,
        message,
        uri,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      }
    }
    case 'step':
    case 'warning': {
      const { kind: event, message: text, uri, line, column } = moment
      return { event, text, uri, line, column }
    }
    default:
      return undefined
  }
}

/** `isAudio`: whether the audio at that address can be played; else its fallback is said. */
export function promptEvent(
  { parts, bargein }: Prompt,
  isAudio: (uri: string) => boolean,
): TryEvent {
  return {
    event: 'prompt',
    text: promptWords(parts, isAudio).join(' '),
    audio: parts.flatMap((part) => (part.kind === 'audio' ? [part.uri] : [])),
    bargein,
    marks: parts.flatMap((part) => (part.kind === 'mark' ? [part.name] : [])),
  }
}

/** The event that ends every dialogue. */
export function endEvent(end: SessionEnd, virtualMs: number, steps: number): TryEvent {
  const { exitValue, disconnectValue } = end
  const value = {
    ...optionalJson('value', exitValue),
    ...optionalJson('disconnectValue', disconnectValue),
  }
  const fault = end.fault === undefined ? {} : { fault: end.fault }
  return { event: 'end', reason: end.reason, ...value, virtualMs, steps, ...fault }
}

function optionalJson<Key extends string>(key: Key, text: string | undefined) {
  return text === undefined ? {} : ({ [key]: JSON.parse(text) } as { [name in Key]: JsonValue })
}
