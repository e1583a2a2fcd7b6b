import type { Expansion, Grammar } from '#grammar'

/**
 * VoiceXML 2.0 section 2.2.5, `accept="approximate"`: the caller may leave words out, as long as one
 * is said and the order is kept.
 */
export function approximateGrammar(phrase: string, value?: string): Grammar {
  const words = phrase.split(/\s+/).filter((word) => word !== '')
  const choices = words.map((word, first) => ({
    weight: 1,
    expansion: sequence([token(word), ...words.slice(first + 1).map(maybe)]),
  }))
  const said: Expansion = { kind: 'alternatives', choices }
  const tag: Expansion = { kind: 'tag', content: `out = ${JSON.stringify(value)};` }
  const expansion = value === undefined ? said : sequence([said, tag])
  return {
    uri: `choice:${encodeURIComponent(phrase)}`,
    mode: 'voice',
    language: 'en-US',
    tagFormat: 'semantics/1.0',
    root: 'choice',
    rules: new Map([['choice', { id: 'choice', scope: 'public', expansion }]]),
    headerTags: [],
    externals: new Map(),
  }
}

const token = (word: string): Expansion => ({ kind: 'token', words: [word] })
const maybe = (word: string): Expansion => ({ kind: 'repeat', item: token(word), min: 0, max: 1 })
const sequence = (items: readonly Expansion[]): Expansion => ({ kind: 'sequence', items })
