import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DispatchVerdict, decideDispatch } from './dispatch-verdict.ts'

const NOW = new Date('2026-11-26T12:00:00Z')
const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000)
const ALLOWED: DispatchVerdict = { rule: 'do-not-call', allows: true, detail: '' }
const until = (seconds?: number): DispatchVerdict => ({
  rule: 'number-gap',
  allows: false,
  detail: 'too soon',
  ...(seconds === undefined ? {} : { notBefore: after(seconds) }),
})

test('a call is dialled where every rule allows it', () => {
  assert.deepEqual(decideDispatch([ALLOWED, ALLOWED], NOW), { kind: 'dial' })
  assert.deepEqual(decideDispatch([], NOW), { kind: 'dial' })
})

test('it waits for the last of the rules that do not', () => {
  const later = { kind: 'later', notBefore: after(90) }
  assert.deepEqual(decideDispatch([until(30), ALLOWED, until(90), until(60)], NOW), later)
})

test('a rule that cannot say when is asked again in an hour', () => {
  const later = { kind: 'later', notBefore: after(3600) }
  assert.deepEqual(decideDispatch([until(30), until()], NOW), later)
})

test('the do-not-call list ends it, whatever the others say', () => {
  const forbidden: DispatchVerdict = { rule: 'do-not-call', allows: false, detail: 'listed' }
  const refused = { kind: 'refuse', rule: 'do-not-call', outcome: 'do-not-call', cause: 'listed' }
  assert.deepEqual(decideDispatch([until(30), forbidden], NOW), refused)
})

test('a destination that the account may not call ends it too', () => {
  const refused: DispatchVerdict = { rule: 'destinations', allows: false, detail: 'not there' }
  assert.deepEqual(decideDispatch([ALLOWED, until(30), refused], NOW), {
    ...{ kind: 'refuse', rule: 'destinations' },
    ...{ outcome: 'destination-not-allowed', cause: 'not there' },
  })
})
