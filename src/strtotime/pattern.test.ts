import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePattern } from './pattern.ts'

test('blanks and lines part pieces and mean nothing', () => {
  assert.deepEqual(parsePattern('a\n  b'), parsePattern('ab'))
})

test('in a set a blank is a blank, and a last minus a minus', () => {
  const symbols = (text: string) => [...text].map((character) => character.charCodeAt(0))
  assert.deepEqual(parsePattern('[ .-]'), { kind: 'symbols', symbols: symbols(' .-') })
  assert.deepEqual(parsePattern('[0-3_]'), { kind: 'symbols', symbols: symbols('0123_') })
})

for (const source of ['(a', 'a)', '[a', 'é']) {
  test(`“${source}” is no pattern`, () => {
    assert.throws(() => parsePattern(source), /pattern|symbol/)
  })
}
