import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NumberSet } from './number-set.ts'

test('knows each number that it was given, and no other', () => {
  const numbers = new NumberSet()
  // Neighbours, far ones, and the longest: past several growths.
  const all = Array.from({ length: 20_000 }, (_, at) => `+${16_172_000_000 + at}`)
  const far = Array.from({ length: 20_000 }, (_, at) => `+${999_999_999_999_999 - at * 65_536}`)
  for (const number of [...all, ...far]) assert.ok(numbers.add(number), number)
  for (const number of [...all, ...far]) assert.ok(!numbers.add(number), number)
  assert.ok(numbers.add('+16171999999'))
})
