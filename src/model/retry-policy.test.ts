import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeRetryPolicies, readRetryPolicy } from './retry-policy.ts'

test('a policy is read as it is written', () => {
  const policy = {
    outcomes: { busy: { interval: 600 }, machine: { retry: true, interval: 7200 } },
    statuses: { 480: { retry: false } },
    jitter: 0,
    trunkRetries: 3,
  }
  assert.deepEqual(readRetryPolicy(policy), policy)
  assert.deepEqual(readRetryPolicy({}), {})
})

test('what the campaign says counts, outcome by outcome; else what the account says', () => {
  const merged = mergeRetryPolicies(
    { outcomes: { busy: { interval: 600 } }, jitter: 5 },
    { outcomes: { busy: { retry: false }, fax: { retry: true } }, jitter: 60, trunkRetries: 2 },
  )
  assert.deepEqual(merged, {
    outcomes: { busy: { interval: 600 }, fax: { retry: true } },
    statuses: {},
    jitter: 5,
    trunkRetries: 2,
  })
})

const REFUSED: readonly (readonly [unknown, RegExp])[] = [
  [7, /retry_policy: is no object; a policy has “outcomes”/],
  [{ busy: {} }, /retry_policy: has the unknown “busy”; a policy has/],
  [{ outcomes: { answered: {} } }, /retry_policy\.outcomes.*has rules for busy/],
  [{ outcomes: { busy: true } }, /retry_policy\.outcomes\.busy: is no object; a rule has/],
  [{ outcomes: { busy: { interval: 59 } } }, /outcomes\.busy\.interval: is too short; send 60/],
  [{ outcomes: { busy: { interval: 90.5 } } }, /is not a whole number of seconds/],
  [{ outcomes: { busy: { interval: 172_801 } } }, /is too long/],
  [{ outcomes: { busy: { retry: 'yes' } } }, /outcomes\.busy\.retry: is neither true nor false/],
  [{ statuses: { 200: {} } }, /“200” is no final SIP status from 300 to 699/],
  [{ statuses: { 607: { retry: true } } }, /607 is final; the callee wants no more calls/],
  [{ jitter: -1 }, /retry_policy\.jitter: is negative/],
  [{ trunkRetries: 101 }, /is too many; send 0 to 100/],
]

for (const [value, message] of REFUSED) {
  test(`refuses ${JSON.stringify(value)} and says why`, () => {
    const refusal = { code: 'rule-invalid', field: 'retry_policy', message }
    assert.throws(() => readRetryPolicy(value), refusal)
  })
}
