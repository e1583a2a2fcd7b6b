import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Automaton } from './automaton.ts'

const longest = (patterns: readonly string[], text: string, from = 0) =>
  new Automaton(patterns).longest(text, from)

test('the longest match wins, whichever pattern it is of', () => {
  assert.deepEqual(longest(['ab', 'abc', '[a-z]'], 'abcd'), { rule: 1, end: 3 })
  assert.deepEqual(longest(['(a | ab) (c | bcd)'], 'abcd'), { rule: 0, end: 4 })
})

test('of equally long matches the first pattern wins', () => {
  assert.deepEqual(longest(['[a-z]{3}', 'may'], 'may'), { rule: 0, end: 3 })
})

test('a longer match that comes to nothing falls back to the shorter one', () => {
  assert.deepEqual(longest(['1', '1 (,2)* ;'], '1,2,2.'), { rule: 0, end: 1 })
})

test('no match is undefined, also for characters that no pattern can have', () => {
  assert.equal(longest(['a+'], 'baa'), undefined)
  assert.equal(longest(['a+'], 'é'), undefined)
  assert.deepEqual(longest(['a+'], 'baa', 1), { rule: 0, end: 3 })
})

test('small letters match both cases, capitals and sets only themselves', () => {
  assert.deepEqual(longest(['ago'], 'AgO'), { rule: 0, end: 3 })
  assert.equal(longest(['W'], 'w'), undefined)
  assert.equal(longest(['[s][t]'], 'ST'), undefined)
})

test('the end is a symbol that a pattern may take', () => {
  assert.deepEqual(longest(['m ($ | [ ])'], 'm'), { rule: 0, end: 2 })
  assert.deepEqual(longest(['m ($ | [ ])'], 'm '), { rule: 0, end: 2 })
  assert.equal(longest(['m ($ | [ ])'], 'mm'), undefined)
})

test('repetitions count', () => {
  assert.equal(longest(['[0-9]{2}'], '1'), undefined)
  assert.deepEqual(longest(['[0-9]{1,4}'], '12345'), { rule: 0, end: 4 })
  assert.deepEqual(longest(['x? [0-9]{2,3}'], '123'), { rule: 0, end: 3 })
})
