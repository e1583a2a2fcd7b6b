import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Outcome, type Result, resultOf, sipStatusOutcome } from './outcome.ts'

const STATUSES: readonly (readonly [number, Outcome])[] = [
  ...([486, 600] as const).map((status) => [status, 'busy'] as const),
  ...([408, 480, 487] as const).map((status) => [status, 'no-answer'] as const),
  ...([404, 410, 484, 604] as const).map((status) => [status, 'invalid-number'] as const),
  ...([403, 603, 607, 608] as const).map((status) => [status, 'declined'] as const),
  ...([500, 502, 503, 504, 599] as const).map((status) => [status, 'congestion'] as const),
  ...([301, 302, 401, 407, 400, 488] as const).map((status) => [status, 'trunk-failure'] as const),
  [200, 'answered'],
  [699, 'busy'],
  [100, 'unknown'],
]

for (const [status, outcome] of STATUSES) {
  test(`a final ${status} means ${outcome}`, () => assert.equal(sipStatusOutcome(status), outcome))
}

test('the network’s cause tells more than the status of a gateway, and less than any other', () => {
  assert.equal(sipStatusOutcome(503, 17), 'busy')
  assert.equal(sipStatusOutcome(500, 1), 'invalid-number')
  assert.equal(sipStatusOutcome(404, 34), 'congestion')
  assert.equal(sipStatusOutcome(480, 21), 'declined')
  assert.equal(sipStatusOutcome(480, 16), 'no-answer')
  for (const status of [486, 603, 607, 401, 302, 200]) {
    assert.equal(sipStatusOutcome(status, 1), sipStatusOutcome(status))
  }
})

test('a tone tells more than a vague status, and less than the network’s cause and any other status', () => {
  assert.equal(sipStatusOutcome(480, undefined, 'busy'), 'busy')
  assert.equal(sipStatusOutcome(408, 16, 'vacant'), 'invalid-number')
  assert.equal(sipStatusOutcome(503, undefined, 'intercept'), 'invalid-number')
  assert.equal(sipStatusOutcome(500, undefined, 'no-circuit'), 'congestion')
  assert.equal(sipStatusOutcome(480, 19, 'busy'), 'no-answer')
  for (const tone of ['ringing', 'information', undefined]) {
    assert.equal(sipStatusOutcome(480, undefined, tone), 'no-answer')
  }
  for (const status of [403, 404, 486, 501, 505, 513, 600, 603, 607, 302, 401, 200]) {
    assert.equal(sipStatusOutcome(status, undefined, 'vacant'), sipStatusOutcome(status))
  }
})

const WORDS: readonly (readonly [Outcome, Result])[] = [
  ['answered', 'completed'],
  ['app-error', 'completed'],
  ['busy', 'failed'],
  ['no-answer', 'failed'],
  ['declined', 'failed'],
  ['interrupted', 'failed'],
  ['expired', 'failed'],
  ['canceled', 'canceled'],
  ['do-not-call', 'rejected'],
  ['destination-not-allowed', 'rejected'],
]

for (const [outcome, result] of WORDS) {
  test(`Plum calls ${outcome} ${result}`, () => assert.equal(resultOf(outcome), result))
}
