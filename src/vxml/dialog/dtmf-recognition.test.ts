import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MatchKind } from '#grammar'
import {
  DTMF_START,
  type DtmfInput,
  type DtmfSettings,
  type DtmfStep,
  transition,
} from './dtmf-recognition.ts'

/** A grammar of `minimum` to `maximum` digits. */
function digits(minimum: number, maximum: number): (keys: string) => MatchKind {
  return (keys) => {
    if (!/^\d*$/.test(keys) || keys.length > maximum) return 'none'
    if (keys.length < minimum) return 'prefix'
    return keys.length === maximum ? 'match' : 'match-may-grow'
  }
}

function run(inputs: string, settings: Partial<DtmfSettings>): DtmfStep {
  const whole: DtmfSettings = {
    interdigitTimeoutMs: 1000,
    termTimeoutMs: 0,
    termchar: '#',
    termMaxDigits: true,
    judge: digits(2, 4),
    ...settings,
  }
  let step: DtmfStep = { state: DTMF_START }
  for (const key of inputs) {
    const input: DtmfInput = key === 't' ? { kind: 'timer' } : { kind: 'key', key }
    step = transition(step.state, input, whole)
  }
  return step
}

test('not ready to terminate: interdigittimeout ends in no match (figure 13)', () => {
  assert.equal(run('1', {}).timerMs, 1000)
  assert.deepEqual(run('1t', {}).state, { kind: 'done', keys: '1', matched: false })
})

test('ready to terminate: interdigittimeout ends in a match (figure 14)', () => {
  assert.equal(run('12', {}).timerMs, 1000)
  assert.deepEqual(run('12t', {}).state, { kind: 'done', keys: '12', matched: true })
})

test('the termchar completes the input and is no part of it (figure 15)', () => {
  assert.deepEqual(run('12#', {}).state, { kind: 'done', keys: '12', matched: true })
})

test('without termchar the last possible key ends it at once (figure 16)', () => {
  assert.deepEqual(run('1234', { termchar: '' }), {
    state: { kind: 'done', keys: '1234', matched: true },
  })
})

test('termtimeout waits for the termchar after the last possible key (figures 17 and 18)', () => {
  assert.equal(run('1234', { termTimeoutMs: 700 }).timerMs, 700)
  const expected = { kind: 'done', keys: '1234', matched: true }
  assert.deepEqual(run('1234t', { termTimeoutMs: 700 }).state, expected)
  assert.deepEqual(run('1234#', { termTimeoutMs: 700 }).state, expected)
})

test('a key that is not permitted makes it invalid until termchar or interdigittimeout', () => {
  assert.deepEqual(run('1*', {}).state, { kind: 'invalid', keys: '1*' })
  assert.deepEqual(run('1*23t', {}).state, { kind: 'done', keys: '1*23', matched: false })
  assert.equal(run('1*2#', {}).state.kind, 'done')
  assert.deepEqual(run('12345', { termTimeoutMs: 700 }).state, { kind: 'invalid', keys: '12345' })
})

test('a termchar that a grammar takes is an ordinary key there', () => {
  const judge = (keys: string): MatchKind => (keys === '#' ? 'match' : 'none')
  assert.deepEqual(run('#', { judge }).state, { kind: 'done', keys: '#', matched: true })
})

test('a lone termchar is an empty input where a grammar takes one', () => {
  assert.deepEqual(run('#', { judge: digits(0, 4) }).state, {
    kind: 'done',
    keys: '',
    matched: true,
  })
})

test('termmaxdigits false waits on after the longest match', () => {
  assert.equal(run('1234', { termMaxDigits: false }).timerMs, 1000)
})
