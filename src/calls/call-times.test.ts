import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallTimes, readCallTimes, type TimeChoice } from './call-times.ts'

const NOW_SECONDS = 1_795_435_200
const reference = { now: new Date(NOW_SECONDS * 1000), timeZone: 'America/New_York' }
const read = (scheduled: TimeChoice, expiration: TimeChoice = {}): CallTimes =>
  readCallTimes({ scheduled, expiration }, reference)
const at = (seconds: number): Date => new Date(seconds * 1000)

test('nothing said means now and never', () => {
  assert.deepEqual(read({}), {})
  assert.deepEqual(read({ timestampSeconds: 0 }, { timestampSeconds: 0 }), {})
  assert.deepEqual(read({ text: 'now' }), {})
})

test('a scheduled time in the past means now', () => {
  assert.deepEqual(read({ timestampSeconds: 1 }), {})
  assert.deepEqual(read({ text: '-3 days' }), {})
})

test('words without a zone are read in the account’s', () => {
  const times = read({ text: '2026-12-01 09:00' }, { text: '2026-12-01 18:00 UTC' })
  assert.deepEqual(times.scheduledAt, new Date('2026-12-01T14:00:00Z'))
  assert.deepEqual(times.expiresAt, new Date('2026-12-01T18:00:00Z'))
})

test('both forms of one time may agree', () => {
  const timestampSeconds = NOW_SECONDS + 3600
  assert.deepEqual(read({ timestampSeconds, text: '+1 hour' }), {
    scheduledAt: at(timestampSeconds),
  })
  assert.deepEqual(read({ timestampSeconds: 0, text: 'now' }), {})
})

const FAULTS: readonly (readonly [string, TimeChoice, TimeChoice, string, string])[] = [
  ['unparsable words', { text: 'soonish' }, {}, 'unparsable-time', 'scheduled_time'],
  ['unparsable end', {}, { text: 'never' }, 'unparsable-time', 'expiration_time'],
  [
    'two meanings',
    { timestampSeconds: NOW_SECONDS + 60, text: '+2 minutes' },
    {},
    'conflicting-times',
    'scheduled_time',
  ],
  [
    'now and later',
    { timestampSeconds: 0, text: '+1 day' },
    {},
    'conflicting-times',
    'scheduled_time',
  ],
  [
    'never and then',
    {},
    { timestampSeconds: 0, text: '+1 day' },
    'conflicting-times',
    'expiration_time',
  ],
  ['a past end', {}, { timestampSeconds: 1 }, 'expiration-in-past', 'expiration_timestamp'],
  ['an end right now', {}, { text: 'now' }, 'expiration-in-past', 'expiration_time'],
  [
    'an end at the start',
    { text: '+1 hour' },
    { text: '+60 minutes' },
    'expiration-not-after-scheduled',
    'expiration_time',
  ],
  [
    'an end before the start',
    { text: '+1 day' },
    { timestampSeconds: NOW_SECONDS + 60 },
    'expiration-not-after-scheduled',
    'expiration_timestamp',
  ],
]

for (const [name, scheduled, expiration, code, field] of FAULTS) {
  test(`${name}: ${code}`, () => {
    assert.throws(() => read(scheduled, expiration), { name: 'OutdialError', code, field })
  })
}
