import type { XmlElement } from '#xml'
import type { VoiceHint } from '../platform.ts'
import { parseTimeDesignation } from './time-designation.ts'
import { attribute, optional } from './xml-reading.ts'

/** What a `<voice>`, `<prosody>` or `<emphasis>`, or a language, changes for its content (SSML 1.0). */
export function voiceHint(element: XmlElement): VoiceHint {
  const gender = attribute(element, 'gender')
  const emphasis = element.local === 'emphasis' ? emphasisLevel(element) : undefined
  return {
    ...optional('name', attribute(element, 'name')),
    ...(gender === 'male' || gender === 'female' || gender === 'neutral' ? { gender } : {}),
    ...optional('age', wholeNumber(attribute(element, 'age'))),
    ...optional('variant', wholeNumber(attribute(element, 'variant'))),
    ...optional('emphasis', emphasis),
    ...optional('rate', prosodyRate(attribute(element, 'rate'))),
    ...optional('volume', prosodyVolume(attribute(element, 'volume'))),
    ...optional('pitch', attribute(element, 'pitch')),
    ...optional('range', attribute(element, 'range')),
    ...optional('contour', attribute(element, 'contour')),
    ...optional('durationMs', parseTimeDesignation(attribute(element, 'duration') ?? '')),
    ...optional('language', attribute(element, 'xml:lang')),
  }
}

/** SSML 1.0 section 3.2.2: `moderate` by default. */
function emphasisLevel(element: XmlElement): VoiceHint['emphasis'] {
  const level = attribute(element, 'level')
  return level === 'strong' || level === 'none' || level === 'reduced' ? level : 'moderate'
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined
}

/** SSML 1.0 section 3.2.4: a word, a multiplier, or a relative change such as `+20%`. */
function prosodyRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const word = RATES[text]
  if (word !== undefined) return word
  const change = /^([+-])(\d+(?:\.\d+)?)%$/.exec(text)
  if (change !== null) return Math.max(0.1, 1 + Number(`${change[1]}${change[2]}`) / 100)
  const plain = /^(\d+(?:\.\d+)?)(%?)$/.exec(text)
  if (plain === null) return undefined
  return Math.max(0.1, Number(plain[1]) / (plain[2] === '%' ? 100 : 1))
}

const RATES: Readonly<Record<string, number>> = {
  'x-slow': 0.5,
  slow: 0.75,
  medium: 1,
  default: 1,
  fast: 1.25,
  'x-fast': 1.6,
}

/** 0 to 100 in SSML; here a factor of the normal 100. */
function prosodyVolume(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const word = VOLUMES[text]
  if (word !== undefined) return word
  const number = /^([+-]?)(\d+(?:\.\d+)?)(%?)$/.exec(text)
  if (number === null) return undefined
  const [, sign, amount] = number
  // A change is one of the normal 100.
  const level = sign === '' ? Number(amount) : 100 + Number(`${sign}${amount}`)
  return Math.min(1, Math.max(0, level / 100))
}

const VOLUMES: Readonly<Record<string, number>> = {
  silent: 0,
  'x-soft': 0.25,
  soft: 0.5,
  medium: 1,
  default: 1,
  loud: 1,
  'x-loud': 1,
}
