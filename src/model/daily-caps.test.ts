import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountDay, begunMinutes, dailyCapVerdicts, startsLeft } from './daily-caps.ts'
import { DailyTally } from './daily-tally.ts'

const NOON = new Date('2026-11-26T12:00:00Z')
const dayOf = (timeZone: string, now: string): string[] => {
  const { from, to } = accountDay(timeZone, new Date(now))
  return [from, to].map((moment) => moment.toISOString().slice(0, 16))
}

test('a day goes from midnight to midnight by the account’s clock, 23 to 25 hours', () => {
  const newYork = 'America/New_York'
  assert.deepEqual(dayOf(newYork, '2026-11-26T04:59:59Z'), ['2026-11-25T05:00', '2026-11-26T05:00'])
  assert.deepEqual(dayOf(newYork, '2026-11-26T05:00:00Z'), ['2026-11-26T05:00', '2026-11-27T05:00'])
  assert.deepEqual(dayOf(newYork, '2026-03-08T12:00:00Z'), ['2026-03-08T05:00', '2026-03-09T04:00'])
  assert.deepEqual(dayOf(newYork, '2026-11-01T12:00:00Z'), ['2026-11-01T04:00', '2026-11-02T05:00'])
  // Midnight does not exist: the clock goes from 24:00 to 01:00.
  assert.deepEqual(dayOf('Africa/Cairo', '2026-04-24T12:00:00Z'), [
    ...['2026-04-23T22:00', '2026-04-24T21:00'],
  ])
})

test('what is claimed counts as made, and talk that reaches its cap leaves nothing', () => {
  const use = { attempts: 5, minutes: 9, claimed: 2 }
  assert.equal(startsLeft({ attemptsPerDay: 10 }, use), 3)
  assert.equal(startsLeft({ attemptsPerDay: 6 }, use), 0)
  assert.equal(startsLeft({ attemptsPerDay: 10, minutesPerDay: 10 }, use), 3)
  assert.equal(startsLeft({ attemptsPerDay: 10, minutesPerDay: 9 }, use), 0)
  assert.equal(startsLeft({ minutesPerDay: 10 }, use), Number.POSITIVE_INFINITY)
})

test('a cap that is reached puts off to the next midnight, and then allows', () => {
  const day = accountDay('Asia/Kolkata', NOON)
  const use = { attempts: 3, minutes: 9, claimed: 1 }
  const said = (moment: Date): unknown[] =>
    dailyCapVerdicts({ attemptsPerDay: 4, minutesPerDay: 10 }, use, { day, moment })
  const talked = {
    rule: 'minutes-per-day',
    allows: true,
    detail: 'the account has talked 9 of 10 minutes a day since 2026-11-25T18:30:00.000Z',
  }
  const rule = 'attempts-per-day'
  const detail = 'the account has made 4 of 4 attempts a day since 2026-11-25T18:30:00.000Z'
  const notBefore = new Date('2026-11-26T18:30:00Z')
  assert.deepEqual(said(NOON), [{ rule, allows: false, notBefore, detail }, talked])
  assert.deepEqual(said(notBefore), [{ rule, allows: true, detail }, talked])
  assert.deepEqual(dailyCapVerdicts({}, use, { day, moment: NOON }), [])
})

test('minutes are counted as soon as they have begun', () => {
  assert.deepEqual([0, 1, 60, 61, 120, 121].map(begunMinutes), [1, 1, 1, 2, 2, 3])
})

test('a tally begins anew at each midnight', () => {
  const used = { attempts: 1, minutes: 0 }
  const tally = new DailyTally({ timeZone: 'UTC', attemptsPerDay: 2, minutesPerDay: 3, used }, NOON)
  const against = (now: Date): string[] =>
    tally.verdicts(now).flatMap(({ rule, allows }) => (allows ? [] : [rule]))
  assert.deepEqual(against(NOON), [])
  tally.countAttempt(NOON)
  assert.deepEqual(against(NOON), ['attempts-per-day'])
  const tomorrow = new Date('2026-11-27T00:00:00Z')
  assert.deepEqual(against(tomorrow), [])
  tally.countTalk(tomorrow, 121)
  assert.deepEqual(against(tomorrow), ['minutes-per-day'])
})
