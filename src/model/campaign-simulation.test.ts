import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '#base'
import { readCallingWindow } from './calling-window.ts'
import {
  CampaignSimulation,
  type CampaignTrial,
  type SimulatedCall,
} from './campaign-simulation.ts'
import { type DispatchRules, DispatchRuling } from './dispatch-ruling.ts'
import { DEFAULT_RATES, type OutcomeRates, readOutcomeRates } from './outcome-rates.ts'
import type { TrialOutcome } from './trial-record.ts'

/** 09:00 in Boston, a Thursday. */
const FROM = new Date('2026-11-26T14:00:00Z')
const ANSWERED: OutcomeRates = { shares: { answered: 1 }, ringSeconds: 10, talkSeconds: 50 }

const numbers = (count: number): SimulatedCall[] =>
  Array.from({ length: count }, (_, index) => ({
    destination: `+1617${2_000_000 + index}`,
    dueAt: FROM,
  }))

const run = (changes: Partial<CampaignTrial>, rules: Partial<DispatchRules> = {}): TrialOutcome => {
  const simulation = new CampaignSimulation({
    calls: numbers(100),
    histories: new Map(),
    from: FROM,
    ruling: new DispatchRuling({ timeZone: 'UTC', gapSeconds: 0, ...rules }),
    daily: { timeZone: 'UTC', used: { attempts: 0, minutes: 0 } },
    retryPolicy: {},
    maxRetries: 0,
    retryIntervalSeconds: 300,
    serializesNumbers: true,
    installation: {},
    account: {},
    campaign: {},
    trunks: new Map([['carrier', {}]]),
    rates: ANSWERED,
    random: seededRandom('trial'),
    ...changes,
  })
  while (!simulation.advance(1000));
  return simulation.outcome()
}

test('lines bound how many run at once, and so how long it takes', () => {
  const { attempts, linesPeak, outcomes, finishedAt, unfinished } = run({
    calls: numbers(1000),
    campaign: { lines: 10 },
  })
  assert.deepEqual([attempts, linesPeak, unfinished], [1000, 10, 0])
  assert.deepEqual(outcomes, { answered: 1000 })
  const minutes = ((finishedAt?.getTime() ?? 0) - FROM.getTime()) / 60_000
  assert.ok(minutes > 85 && minutes < 115, `100 calls of a minute for each line: ${minutes}`)
})

test('a daily cap puts off to midnight, and counts what was used before', () => {
  // Ten hours of the day are left in London.
  const daily = { timeZone: 'Europe/London', used: { attempts: 30, minutes: 0 } }
  const { attempts, putOff, hours, unfinished } = run({
    calls: numbers(250),
    daily: { ...daily, attemptsPerDay: 100 },
  })
  assert.deepEqual([attempts, putOff, unfinished], [250, { 'attempts-per-day': 180 }, 0])
  const starts = Map.groupBy(hours, ({ at }) => at.toISOString().slice(0, 10))
  const sums = [...starts].map(([day, own]) => [day, own.reduce((sum, one) => sum + one.starts, 0)])
  assert.deepEqual(sums, [
    ['2026-11-26', 70],
    ['2026-11-27', 100],
    ['2026-11-28', 80],
  ])
  const talked = run({
    ...{ calls: numbers(20), campaign: { lines: 1 } },
    daily: { ...daily, minutesPerDay: 5 },
  })
  assert.ok((talked.putOff['minutes-per-day'] ?? 0) >= 15)
  assert.equal(talked.unfinished, 0)
})

test('a rate spreads the starts', () => {
  const { hours } = run({ calls: numbers(3700), account: { callsPerSecond: 1 } })
  const [first] = hours
  assert.ok((first?.starts ?? 0) > 3400 && (first?.starts ?? 0) <= 3600)
})

test('the hour in which a call ends counts its lines too', () => {
  const { hours } = run({
    calls: numbers(1),
    rates: { ...ANSWERED, ringSeconds: 5400, talkSeconds: 0 },
  })
  assert.deepEqual(
    hours.map(({ linesAverage, linesPeak, starts }) => [linesAverage, linesPeak, starts]),
    [
      [1, 1, 1],
      [0.5, 1, 0],
    ],
  )
})

test('what falls outside the calling window is put off to its opening', () => {
  const { hours, putOff, outcomes } = run(
    { calls: numbers(100), campaign: { lines: 1 } },
    { campaignWindow: readCallingWindow('mon-fri 09:00-10:00') },
  )
  assert.equal(outcomes.answered, 100)
  assert.ok((putOff['calling-window'] ?? 0) > 20)
  for (const { at, starts } of hours) {
    if (starts > 0) assert.equal(at.getUTCHours(), 14, `no start at ${at.toISOString()}`)
  }
})

test('numbers that are never dialled are told by the rule that is against it', () => {
  const [one, two, three] = numbers(3)
  assert.ok(one && two && three)
  const { suppressed, attempts, outcomes, unfinished } = run(
    {
      calls: [
        { ...one, forbidden: '' },
        { ...two, destination: '+18005550199' },
        { ...three, expiresAt: new Date(FROM.getTime() + 60_000), timeZone: 'Asia/Tokyo' },
      ],
    },
    { accountWindow: readCallingWindow('mon-fri 09:00-17:00') },
  )
  assert.deepEqual(suppressed, { 'do-not-call': 1, 'calling-window': 1, expired: 1 })
  assert.deepEqual(outcomes, { 'do-not-call': 1, expired: 1 })
  assert.deepEqual([attempts, unfinished], [0, 0])
})

test('calls to one number come one after the other, with the account’s gap and cap', () => {
  const calls = Array.from({ length: 4 }, () => ({ destination: '+16172000000', dueAt: FROM }))
  const serial = run({ calls })
  assert.deepEqual([serial.attempts, serial.linesPeak, serial.putOff['number-in-use']], [4, 1, 3])
  const capped = run({ calls }, { gapSeconds: 3600, cap: 2 })
  const days = ((capped.finishedAt?.getTime() ?? 0) - FROM.getTime()) / 86_400_000
  assert.ok(days > 1 && days < 1.2, 'two a day')
})

test('retries use attempts up to their number; a lost trunk uses none, and ends some day', () => {
  const busy = readOutcomeRates({ busy: 1 }, ANSWERED)
  assert.equal(run({ rates: busy, maxRetries: 3 }).attempts, 400)
  const lost = readOutcomeRates({ 'trunk-failure': 1 }, ANSWERED)
  const { attempts, outcomes } = run({ rates: lost, maxRetries: 0 })
  assert.deepEqual([attempts, outcomes], [2100, { 'trunk-failure': 100 }])
})

test('the same seed gives the same trial; every call has one end or none', () => {
  const limits = fc.record(
    { lines: fc.integer({ min: 1, max: 30 }), callsPerSecond: fc.integer({ min: 1, max: 20 }) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.nat(1000), limits, fc.nat(3), (seed, campaign, maxRetries) => {
      const trial = (): TrialOutcome =>
        run({ rates: DEFAULT_RATES, campaign, maxRetries, random: seededRandom(seed) })
      const one = trial()
      assert.deepEqual(one, trial())
      const ended = Object.values(one.outcomes).reduce((sum, count) => sum + count, 0)
      assert.equal(ended + one.unfinished, 100)
      assert.equal(
        one.hours.reduce((sum, { starts }) => sum + starts, 0),
        one.attempts,
      )
      assert.ok(one.attempts <= 100 * (maxRetries + 1))
      assert.ok(one.linesPeak <= (campaign.lines ?? 100))
    }),
    { numRuns: 15 },
  )
})

test('given shares count; the rest is spread as it was', () => {
  const rates = readOutcomeRates({ answered: 0.5, talkSeconds: 90 }, DEFAULT_RATES)
  const sum = Object.values(rates.shares).reduce((total, share) => total + share, 0)
  assert.ok(Math.abs(sum - 1) < 1e-9)
  assert.deepEqual([rates.shares.answered, rates.talkSeconds, rates.ringSeconds], [0.5, 90, 18])
  const refuse = (value: unknown, message: RegExp): void =>
    assert.throws(() => readOutcomeRates(value, DEFAULT_RATES), { code: 'rule-invalid', message })
  refuse({ answered: 0.7, busy: 0.7 }, /the shares are 1\.4 together/)
  refuse({ answered: 40 }, /rates\.answered: is more than 1/)
  refuse({ anwsered: 0.4 }, /has shares for answered/)
})
