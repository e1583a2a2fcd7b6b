import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Expansion, Grammar } from './grammar.ts'
import { matchTokens } from './match.ts'
import { readAbnf } from './read-abnf.ts'

/** All positions at which `item` can end that begins at `from`: the definition, tried out. */
function endsOf(
  item: Expansion,
  from: number,
  words: readonly string[],
  grammar: Grammar,
): number[] {
  const after = (items: readonly Expansion[]): number[] =>
    items.reduce<number[]>(
      (starts, each) => [...new Set(starts.flatMap((at) => endsOf(each, at, words, grammar)))],
      [from],
    )
  switch (item.kind) {
    case 'token':
      return item.words.every((word, n) => words[from + n] === word)
        ? [from + item.words.length]
        : []
    case 'sequence':
      return after(item.items)
    case 'alternatives':
      return item.choices.flatMap(({ expansion }) => endsOf(expansion, from, words, grammar))
    case 'repeat': {
      // More than the words that are left adds nothing but empty ones.
      const most = Math.min(item.max, item.min + words.length - from)
      const counts = Array.from({ length: most - item.min + 1 }, (_, n) => item.min + n)
      return counts.flatMap((count) => after(Array<Expansion>(count).fill(item.item)))
    }
    case 'rule': {
      const { reference } = item
      if (reference.kind === 'local') {
        return endsOf(grammar.rules.get(reference.rule)!.expansion, from, words, grammar)
      }
      if (reference.rule === 'VOID') return []
      const left = Array.from({ length: words.length - from + 1 }, (_, n) => from + n)
      return reference.rule === 'NULL' ? [from] : left
    }
    default:
      return [from]
  }
}

const expansion = (rule: string | undefined) =>
  fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(
        'a',
        'b',
        '"a b"',
        '{t}',
        '$NULL',
        '$VOID',
        '$GARBAGE',
        ...(rule ? [rule] : []),
      ),
      fc.tuple(tie('any'), tie('any')).map((both) => both.join(' ')),
      fc.tuple(tie('any'), tie('any'), tie('any')).map((all) => `(/3/ ${all.join(' | ')})`),
      tie('any').map((inner) => `[${inner}]`),
      fc
        .tuple(tie('any'), fc.constantFrom('<0->', '<1-2>', '<2>', '<1->', '<0>'))
        .map(([inner, repeat]) => `(${inner})${repeat}`),
    ),
  })).any

const INPUTS = ['', 'a', 'b', 'a a', 'a b', 'b a', 'a b a', 'b b b', 'a b a b', 'c', 'a c b'].map(
  (text) => text.split(' ').filter((word) => word !== ''),
)

test('an input matches just when the definition of its grammar says so', () => {
  fc.assert(
    fc.property(expansion('$s'), expansion('$t'), expansion(undefined), (r, s, t) => {
      const text = `#ABNF 1.0;\nlanguage en;\nroot $r;\n$r = ${r};\n$s = ${s};\n$t = ${t};`
      const grammar = readAbnf(text, 'http://h/a.gram', new Map())
      const root: Expansion = { kind: 'rule', reference: { kind: 'local', rule: 'r' } }
      for (const words of INPUTS) {
        const wanted = endsOf(root, 0, words, grammar).includes(words.length)
        const { kind, parses } = matchTokens([{ grammar }], words)
        assert.equal(parses.length > 0, wanted, `${text} on ${words.join(' ')}`)
        // What is the beginning of something that matches is told as such.
        for (let length = 0; wanted && length < words.length; length++) {
          const begun = matchTokens([{ grammar }], words.slice(0, length)).kind
          assert.match(begun, /^(?:prefix|match-may-grow)$/, `${text} on ${words.join(' ')}`)
        }
        assert.equal(kind.startsWith('match'), wanted)
      }
    }),
    { numRuns: 300 },
  )
})
