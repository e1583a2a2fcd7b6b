import { parseTimeDesignation } from '../document/time-designation.ts'
import type { Properties } from '../document/vxml-document.ts'

/**
 * VoiceXML 2.0 section 6.3: a property is looked up from the element outwards: form item, dialog,
 * document, application root, platform.
 */
export class PropertyScopes {
  readonly #chain: readonly Properties[]

  /** Innermost first. */
  constructor(chain: readonly (Properties | undefined)[]) {
    this.#chain = [...chain.filter((scope) => scope !== undefined), PLATFORM_PROPERTIES]
  }

  get(name: string): string | undefined {
    for (const scope of this.#chain) {
      const value = scope.get(name)
      if (value !== undefined) return value
    }
    return undefined
  }

  /** An unreadable time falls back to the next scope outwards: the dialogue goes on. */
  timeMs(name: string): number {
    for (const scope of this.#chain) {
      const parsed = parseTimeDesignation(scope.get(name) ?? '')
      if (parsed !== undefined) return parsed
    }
    return 0
  }

  flag(name: string): boolean {
    return this.get(name) === 'true'
  }

  /** 0 to 1; what is no number falls back as a time does. */
  fraction(name: string): number {
    for (const scope of this.#chain) {
      const value = Number.parseFloat(scope.get(name) ?? '')
      if (Number.isFinite(value)) return Math.min(1, Math.max(0, value))
    }
    return 0
  }

  /** At least 1. */
  count(name: string): number {
    for (const scope of this.#chain) {
      const value = Number.parseInt(scope.get(name) ?? '', 10)
      if (Number.isInteger(value)) return Math.max(1, value)
    }
    return 1
  }
}

/** The platform's own defaults (plum-api section 7). */
export const PLATFORM_PROPERTIES: Properties = new Map([
  ['timeout', '3s'],
  ['interdigittimeout', '1s'],
  ['termtimeout', '0s'],
  ['termchar', '#'],
  ['termmaxdigits', 'true'],
  ['fetchtimeout', '30s'],
  ['confidencelevel', '0.5'],
  ['sensitivity', '0.5'],
  ['speedvsaccuracy', '0.5'],
  ['maxspeechtimeout', '60s'],
  ['completetimeout', '1s'],
  ['incompletetimeout', '1s'],
  ['bargein', 'true'],
  ['bargeintype', 'speech'],
  ['audiofetchhint', 'safe'],
  ['documentfetchhint', 'safe'],
  ['fetchaudiodelay', '2s'],
  ['fetchaudiominimum', '5s'],
  ['inputmodes', 'dtmf voice'],
  ['universals', 'none'],
  ['maxnbest', '1'],
])

const FETCHED_KINDS = ['audio', 'document', 'grammar', 'script', 'data', 'object']

/** Every property that means something here; others are ignored (section 6.3.1). */
export const PROPERTY_NAMES: readonly string[] = [
  ...PLATFORM_PROPERTIES.keys(),
  ...['fetchaudio', 'recordcall', 'recordutterance', 'recordutterancetype'],
  ...FETCHED_KINDS.flatMap((kind) => [`${kind}fetchhint`, `${kind}maxage`, `${kind}maxstale`]),
].filter((name, index, names) => names.indexOf(name) === index)
