import type { JsonValue } from '#script'
import type { Prompt } from './platform.ts'
import { promptWords } from './prompt/prompt-words.ts'
import type { SessionMoment } from './session-moment.ts'

/** What a dialogue did, to be kept and read by others: nothing in it tells what the caller entered. */
export interface DialogueStep {
  readonly step:
    | 'visit'
    | 'said'
    | 'listening'
    | 'heard'
    | 'nomatch'
    | 'noinput'
    | 'fetch'
    | 'event'
    | 'recorded'
    | 'transfer'
  readonly text: string
  /** Without its query, and where what was heard stood in it, without that. */
  readonly uri?: string
  readonly line?: number
}

/** Longer texts are cut off. */
const MOST_CHARACTERS = 200
/** A dialogue that hears more has its last inputs masked; who talks so long is not read back. */
const MOST_HEARD = 200
/** The steps of the algorithm that say where a dialogue is; the others only repeat it. */
const VISITS = /^(?:initialize|select|execute|handle) /

/** Makes steps of a session's moments, in order; later steps do not repeat what earlier ones heard. */
export class DialogueSteps {
  readonly #heard = new Set<string>()

  /** Undefined: nothing that a reader needs. */
  of(moment: SessionMoment): DialogueStep | undefined {
    switch (moment.kind) {
      case 'step':
        if (!VISITS.test(moment.message)) return undefined
        return { step: 'visit', text: visitOf(moment.message), ...this.#place(moment) }
      case 'prompt':
        return { step: 'said', text: cut(this.#spoken(moment.prompt)) }
      case 'listen': {
        const { modes, timeoutMs } = moment
        const until = timeoutMs === undefined ? '' : `, for ${timeoutMs} ms`
        return { step: 'listening', text: `${modes.join(' or ')}${until}` }
      }
      case 'input':
        this.#hear(moment.text)
        this.#hearAll(moment.interpretation)
        return { step: 'heard', text: `${kindOf(moment)}, confidence ${moment.confidence}` }
      case 'nomatch':
        this.#hear(moment.text)
        return { step: 'nomatch', text: kindOf(moment) }
      case 'noinput':
        return { step: 'noinput', text: '' }
      case 'fetch':
        return { step: 'fetch', text: moment.method, ...this.#place(moment) }
      case 'record':
        return { step: 'recorded', text: `${moment.durationMs} ms, ${moment.reason}` }
      case 'transfer':
        return { step: 'transfer', text: `${moment.type}: ${moment.result}` }
      case 'throw':
        return { step: 'event', text: this.#eventName(moment.event), ...this.#place(moment) }
      case 'warning':
        return undefined
    }
  }

  /** Documents read back what was entered: no digit is kept, and no phrase that was heard. */
  #spoken({ parts }: Prompt): string {
    const words = promptWords(parts, () => true)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim()
    const audio = parts.flatMap((part) => (part.kind === 'audio' ? [this.#address(part.uri)] : []))
    const text = this.#masked(words).replace(/\d/g, '•')
    return [...(text === '' ? [] : [`“${text}”`]), ...audio].join(' ')
  }

  #place({ uri, line }: { uri: string; line?: number }): Pick<DialogueStep, 'uri' | 'line'> {
    return { uri: this.#address(uri), ...(line === undefined ? {} : { line }) }
  }

  #address(uri: string): string {
    const [address = ''] = uri.split(/[?#]/, 1)
    const [origin = ''] = /^[a-z]+:\/\/[^/]*/i.exec(address) ?? []
    return cut(origin + this.#masked(address.slice(origin.length)))
  }

  /** An event may be named after what was entered (`eventexpr`). */
  #eventName(event: string): string {
    const parts = event.split('.')
    return cut(parts.map((part) => (this.#heard.has(part.toLowerCase()) ? '•' : part)).join('.'))
  }

  #masked(text: string): string {
    let masked = text
    for (const heard of this.#heard) masked = without(masked, heard)
    return masked
  }

  #hearAll(value: JsonValue): void {
    if (typeof value === 'string' || typeof value === 'number') this.#hear(String(value))
    else if (typeof value === 'object' && value !== null) {
      for (const part of Object.values(value)) this.#hearAll(part)
    }
  }

  #hear(text: string): void {
    const heard = text.trim().toLowerCase()
    if (heard !== '' && this.#heard.size < MOST_HEARD) this.#heard.add(heard)
  }
}

/** The event that is handled was told before. */
function visitOf(message: string): string {
  return cut(message.replace(/^handle .* in (?=no handler$|the default <|<)/, 'handle in '))
}

/** By what it was entered, and how much; not what. */
function kindOf({ mode, text }: { mode: 'dtmf' | 'voice'; text: string }): string {
  if (mode === 'voice') return 'voice'
  const keys = text.replace(/\s/g, '').length
  return `dtmf, ${keys} ${keys === 1 ? 'key' : 'keys'}`
}

function without(text: string, heard: string): string {
  const lower = text.toLowerCase()
  // Lower case may be longer in some scripts; then places do not fit, and all goes.
  if (lower.length !== text.length) return lower.includes(heard) ? '•' : text
  let masked = ''
  let from = 0
  for (let at = lower.indexOf(heard); at >= 0; at = lower.indexOf(heard, from)) {
    masked += text.slice(from, at) + '•'.repeat(heard.length)
    from = at + heard.length
  }
  return masked + text.slice(from)
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`
}
