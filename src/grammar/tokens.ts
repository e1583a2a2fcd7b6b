import type { Expansion, GrammarMode, Place } from './grammar.ts'
import { GrammarError } from './grammar-error.ts'

/**
 * SRGS 1.0 section 2.1: character data is cut at white space, except inside double quotes. In a DTMF
 * grammar (appendix E) every key is a token of its own; `123` without blanks is taken as three keys.
 */
export function tokensOf(text: string, mode: GrammarMode, place?: Place): Expansion[] {
  const tokens: Expansion[] = []
  if (text.split('"').length % 2 === 0) {
    throw new GrammarError('grammar-syntax', 'A double quote is not closed', place)
  }
  for (const [, quoted, bare] of text.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    const words = wordsOf(quoted ?? bare ?? '')
    if (words.length === 0) continue
    if (mode === 'voice') tokens.push({ kind: 'token', words })
    else for (const key of words.flatMap((word) => keysOf(word, place))) tokens.push(keyToken(key))
  }
  return tokens
}

export function keyToken(key: string): Expansion {
  return { kind: 'token', words: [key] }
}

/** The words of one token. */
export function wordsOf(token: string): string[] {
  return token.split(/\s+/).filter((word) => word !== '')
}

/** `1`, `12#`, `dtmf-1`, `star`, `pound`. Throws `GrammarError` for anything else. */
export function keysOf(word: string, place?: Place): string[] {
  const name = word.toLowerCase().replace(/^dtmf-/, '')
  if (name === 'star') return ['*']
  if (name === 'pound' || name === 'hash') return ['#']
  if (/^[0-9*#a-d]+$/.test(name)) return [...name.toUpperCase()]
  throw new GrammarError('grammar-syntax', `${JSON.stringify(word)} is no DTMF key`, place)
}

const KEYS = /^(?:dtmf-)?(?:[0-9*#a-d]+|star|pound|hash)$/i

/** What a caller said or pressed, as one writes it: words, or keys with or without blanks between. */
export function inputTokens(text: string, mode: GrammarMode): string[] {
  const words = wordsOf(text)
  if (mode === 'voice') return words
  return words.flatMap((word) => (KEYS.test(word) ? keysOf(word) : [word]))
}

/**
 * How words are compared: neither case matters, nor how accents are composed and apostrophes curved, nor
 * punctuation behind a word, as recognisers and people write it.
 */
export function normalizeWord(word: string, mode: GrammarMode): string {
  if (mode === 'dtmf') return word.toUpperCase()
  const bare = word.normalize('NFC').toLowerCase().replaceAll('’', "'")
  return bare.replace(/(?<=[\p{L}\p{N}])[.,;:!?]+$/u, '')
}
