import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideRetry, type EndedAttempt, isTrunkFailure } from './decide-retry.ts'
import type { Outcome } from './outcome.ts'
import { RETRIED_ENDINGS, type RetryPolicy } from './retry-policy.ts'

const ENDED = new Date('2026-11-23T12:00:00Z')
const after = (seconds: number): Date => new Date(ENDED.getTime() + seconds * 1000)
const attempt = (outcome: Outcome, changes: Partial<EndedAttempt> = {}): EndedAttempt => ({
  ending: { outcome },
  attemptsMade: 1,
  maxRetries: 1,
  retryIntervalSeconds: 300,
  endedAt: ENDED,
  ...changes,
})

test('a busy call is due again one interval after the end of the attempt', () => {
  assert.deepEqual(decideRetry(attempt('busy')), { kind: 'retry', dueAt: after(300) })
})

for (const outcome of ['answered', 'app-error', 'invalid-number', 'canceled', 'expired'] as const) {
  test(`${outcome} is final, whatever is left`, () => {
    assert.deepEqual(decideRetry(attempt(outcome, { maxRetries: 10 })), { kind: 'final' })
  })
}

test('a decline is tried again, but not one that says unwanted', () => {
  assert.equal(decideRetry(attempt('declined')).kind, 'retry')
  const unwanted = { outcome: 'declined', sipStatus: 607 } as const
  assert.equal(decideRetry(attempt('declined', { ending: unwanted })).kind, 'final')
})

test('there are 1 + max_retries attempts, never one more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 }), (maxRetries) => {
      let attemptsMade = 1
      while (decideRetry(attempt('busy', { attemptsMade, maxRetries })).kind === 'retry') {
        attemptsMade += 1
      }
      assert.equal(attemptsMade, maxRetries + 1)
    }),
  )
})

test('an attempt of unknown fate is followed by none before the quarantine is over', () => {
  for (const outcome of ['interrupted', 'unknown'] as const) {
    const long = decideRetry(attempt(outcome, { quarantineSeconds: 400 }))
    assert.deepEqual(long, { kind: 'retry', dueAt: after(400) })
    const short = decideRetry(attempt(outcome, { quarantineSeconds: 100 }))
    assert.deepEqual(short, { kind: 'retry', dueAt: after(300) })
  }
  const busy = decideRetry(attempt('busy', { quarantineSeconds: 400 }))
  assert.deepEqual(busy, { kind: 'retry', dueAt: after(300) })
})

test('a retry that would come at the expiration or after it makes the call expire', () => {
  assert.equal(decideRetry(attempt('busy', { expiresAt: after(300) })).kind, 'expired')
  assert.equal(decideRetry(attempt('busy', { expiresAt: after(301) })).kind, 'retry')
  const last = attempt('busy', { expiresAt: after(1), maxRetries: 0 })
  assert.equal(decideRetry(last).kind, 'final')
})

test('a machine or a fax is called again only where the policy says so; a person never', () => {
  const policy: RetryPolicy = { outcomes: { machine: { retry: true, interval: 7200 } } }
  const answered = (calleeType: 'voice' | 'answeringmachine' | 'fax' | 'unknown'): EndedAttempt =>
    attempt('answered', { ending: { outcome: 'answered', calleeType } })
  assert.equal(decideRetry(answered('answeringmachine')).kind, 'final')
  const again = decideRetry({ ...answered('answeringmachine'), policy })
  assert.deepEqual(again, { kind: 'retry', dueAt: after(7200) })
  assert.equal(decideRetry({ ...answered('fax'), policy }).kind, 'final')
  const eager: RetryPolicy = {
    outcomes: Object.fromEntries(RETRIED_ENDINGS.map((kind) => [kind, { retry: true }])),
    statuses: { 486: { retry: true } },
  }
  for (const person of ['voice', 'unknown'] as const) {
    assert.equal(decideRetry({ ...answered(person), policy: eager }).kind, 'final')
  }
})

test('a status goes before its outcome; the longer interval counts', () => {
  const policy: RetryPolicy = {
    outcomes: { 'no-answer': { interval: 3600 }, busy: { interval: 60 } },
    statuses: { 480: { retry: false }, 404: { retry: true } },
  }
  const ended = (outcome: Outcome, sipStatus?: number): EndedAttempt =>
    attempt(outcome, { ending: { outcome, ...(sipStatus ? { sipStatus } : {}) }, policy })
  assert.equal(decideRetry(ended('no-answer', 480)).kind, 'final')
  assert.deepEqual(decideRetry(ended('no-answer', 408)), { kind: 'retry', dueAt: after(3600) })
  assert.deepEqual(decideRetry(ended('busy', 486)), { kind: 'retry', dueAt: after(300) })
  assert.equal(decideRetry(ended('invalid-number', 404)).kind, 'retry')
  assert.equal(decideRetry(ended('invalid-number', 484)).kind, 'final')
})

test('a trunk that is not there uses no attempt, has a bound, and waits longer each time', () => {
  const pauses: number[] = []
  for (let trunkFailures = 1; ; trunkFailures++) {
    const failed = attempt('trunk-failure', {
      attemptsMade: trunkFailures,
      trunkFailures,
      maxRetries: 0,
      retryIntervalSeconds: 60,
    })
    const decision = decideRetry(failed)
    if (decision.kind !== 'retry') break
    pauses.push((decision.dueAt.getTime() - ENDED.getTime()) / 1000)
  }
  assert.equal(pauses.length, 20)
  assert.deepEqual(pauses.slice(0, 6), [60, 120, 240, 480, 900, 900])
  const busyAfter = attempt('busy', { attemptsMade: 4, trunkFailures: 3, maxRetries: 1 })
  assert.equal(decideRetry(busyAfter).kind, 'retry')
  assert.equal(decideRetry({ ...busyAfter, attemptsMade: 5 }).kind, 'final')
})

test('a trunk that refuses this call was reached: that is an attempt', () => {
  for (const sipStatus of [302, 400, 488, 606]) {
    assert.equal(isTrunkFailure({ outcome: 'trunk-failure', sipStatus }), false)
    const ending = { outcome: 'trunk-failure', sipStatus } as const
    assert.equal(decideRetry(attempt('trunk-failure', { ending, maxRetries: 0 })).kind, 'final')
  }
  for (const sipStatus of [401, 407, 402]) {
    assert.ok(isTrunkFailure({ outcome: 'trunk-failure', sipStatus }))
  }
})

test('a retry outside the hours waits for their opening, and expires where that is too late', () => {
  const nextOpening = (): Date => after(50_000)
  const decision = decideRetry(attempt('busy', { nextOpening }))
  assert.deepEqual(decision, { kind: 'retry', dueAt: after(50_000), pausedUntil: after(300) })
  const late = attempt('busy', { nextOpening, expiresAt: after(40_000) })
  assert.equal(decideRetry(late).kind, 'expired')
})

test('no chance, policy or scale brings a retry before the interval', () => {
  const interval = fc.integer({ min: 60, max: 172_800 })
  const anyPolicy = fc.record(
    {
      outcomes: fc.dictionary(
        fc.constantFrom(...RETRIED_ENDINGS),
        fc.record({ retry: fc.boolean(), interval }, { requiredKeys: [] }),
      ),
      jitter: fc.nat(3600),
    },
    { requiredKeys: [] },
  )
  const anyOutcome = fc.constantFrom<Outcome>(
    'busy',
    'no-answer',
    'congestion',
    'declined',
    'trunk-failure',
  )
  const chance = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(anyOutcome, interval, anyPolicy, chance, (outcome, seconds, policy, share) => {
      const ended = attempt(outcome, { retryIntervalSeconds: seconds, policy, chance: share })
      const decision = decideRetry(ended)
      if (decision.kind !== 'retry') return
      const waited = (decision.dueAt.getTime() - ENDED.getTime()) / 1000
      const asked = policy.outcomes?.[outcome as 'busy']?.interval ?? 0
      assert.ok(waited >= Math.max(seconds, asked), 'never sooner')
      const pause = Math.max(seconds, asked, outcome === 'trunk-failure' ? 60 : 0)
      const jitter = policy.jitter ?? Math.min(30, pause / 10)
      assert.ok(waited <= pause + jitter + 0.001, 'the jitter is all that is added')
    }),
  )
})
