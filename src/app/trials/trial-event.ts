import type { TrialEvent } from '#api'
import type { JsonValue } from '#script'
import type { TryEvent } from '../try-event.ts'

const MOST_CHARACTERS = 2000
const MOST_ITEMS = 100

/** An event in the words of the JSON interface; what a document has made too long is cut off. */
export function trialEventOf(event: TryEvent): TrialEvent {
  switch (event.event) {
    case 'listen': {
      const { timeoutMs, modes } = event
      const until = timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }
      return { event: 'listen', modes: [...modes], ...until }
    }
    case 'prompt': {
      const { audio, marks, text, bargein } = event
      return { event: 'prompt', text: cut(text), audio: some(audio), bargein, marks: some(marks) }
    }
    case 'input': {
      const { interpretation, ...others } = event
      return { ...texts(others), interpretation: abridged(interpretation) }
    }
    case 'record': {
      const { type, beep, maxTimeMs: max_time_ms, finalSilenceMs: final_silence_ms } = event
      return { event: 'record', type, beep, max_time_ms, final_silence_ms }
    }
    case 'end':
      return endOf(event)
    default:
      return texts(event)
  }
}

function endOf(event: Extract<TryEvent, { event: 'end' }>): TrialEvent {
  const { value, disconnectValue, fault } = event
  return {
    event: 'end',
    reason: event.reason,
    ...(value === undefined ? {} : { value: abridged(value) }),
    ...(disconnectValue === undefined ? {} : { disconnect_value: abridged(disconnectValue) }),
    virtual_ms: event.virtualMs,
    steps: event.steps,
    ...(fault === undefined ? {} : { fault: texts(fault) }),
  }
}

/** The same with its texts cut. */
function texts<Fields extends object>(fields: Fields): Fields {
  const cutFields = Object.entries(fields).map(([name, value]) => {
    return [name, typeof value === 'string' ? cut(value) : value]
  })
  return Object.fromEntries(cutFields) as Fields
}

function some(list: readonly string[]): string[] {
  return list.slice(0, MOST_ITEMS).map(cut)
}

function abridged(value: JsonValue): JsonValue {
  const text = JSON.stringify(value)
  return text.length <= MOST_CHARACTERS ? value : cut(text)
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`
}
