import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutdialError } from '#base'
import { strtotime } from './strtotime.ts'

const NOW = 1_774_000_000 // Friday, 2026-03-20 09:46:40 UTC
const seconds = (text: string, timeZone = 'UTC', nowSeconds = NOW): number =>
  strtotime(text, { nowSeconds, timeZone })
const utc = (text: string): string => new Date(seconds(text) * 1000).toISOString().slice(0, 19)

// The right-hand sides are what PHP 8.2.36 answers.
const ANSWERS: readonly (readonly [group: string, readonly (readonly [string, string])[]])[] = [
  [
    'keywords',
    [
      ['  NOW ', '2026-03-20T09:46:40'],
      ['tomorrow noon', '2026-03-21T12:00:00'],
      ['yesterday 14:00', '2026-03-19T14:00:00'],
      [' ', '2026-03-20T09:46:40'],
    ],
  ],
  [
    'dates',
    [
      ['10/14/2011', '2011-10-14T00:00:00'],
      ['22.12.78', '1978-12-22T00:00:00'],
      ['14.10.11', '2026-03-20T14:10:11'],
      ['May-09-78', '1978-05-09T00:00:00'],
      ['5 III 2008', '2008-03-05T00:00:00'],
      ['2008.197', '2008-07-15T00:00:00'],
      ['2026-W14-7', '2026-04-05T00:00:00'],
      ['feb 30 2026', '2026-03-02T00:00:00'],
      ['0000-00-00', '-000001-11-30T00:'],
    ],
  ],
  [
    'times',
    [
      ['4:08:39:12313am', '2026-03-20T04:08:39'],
      ['t1530', '2026-03-20T15:30:00'],
      ['24:00', '2026-03-21T00:00:00'],
      ['10:00:60', '2026-03-20T10:01:00'],
      ['12 a.m.', '2026-03-20T00:00:00'],
      ['back of 7pm', '2026-03-20T19:15:00'],
      ['front of 5am', '2026-03-20T04:45:00'],
      ['15:30 2005', '2005-03-20T15:30:00'],
    ],
  ],
  [
    'relative parts',
    [
      ['+1 week 2 days 4 hours 2 seconds', '2026-03-29T13:46:42'],
      ['-+3 days', '2026-03-17T09:46:40'],
      ['1 month 2 weeks ago 3 days', '2026-02-09T09:46:40'],
      ['-1 µs', '2026-03-20T09:46:39'],
      ['+3 weekdays', '2026-03-25T09:46:40'],
      ['3 weekdays ago', '2026-03-17T09:46:40'],
      ['monday next week', '2026-03-23T00:00:00'],
      ['first monday of january 2027', '2027-01-04T00:00:00'],
      ['last fri of next month 10am', '2026-04-24T10:00:00'],
      ['last day of feb 2028', '2028-02-29T00:00:00'],
      ['@1700000000 +1 hour', '2023-11-14T23:13:20'],
      ['@-1.5', '1969-12-31T23:59:58'],
    ],
  ],
  [
    'zones',
    [
      ['10:00 (EST)', '2026-03-20T15:00:00'],
      ['10:00 +05:30:15', '2026-03-20T04:29:45'],
      ['10:00 GMT-3', '2026-03-20T13:00:00'],
      ['10:00 Europe/Berlin', '2026-03-20T09:00:00'],
      ['10:00 Asia/kolkata', '2026-03-20T04:30:00'],
      ['oct 4 10:11:12 EST Europe/Berlin', '2026-10-04T08:11:12'],
      ['+3 dayz', '2026-03-23T09:46:40'],
    ],
  ],
]

for (const [group, answers] of ANSWERS) {
  test(`${group} mean what they mean to PHP`, () => {
    for (const [text, expected] of answers) {
      assert.equal(utc(text).slice(0, expected.length), expected, text)
    }
  })
}

test('a skipped or repeated hour is the one that PHP takes', () => {
  assert.equal(seconds('2026-03-29 02:30', 'Europe/Berlin'), 1_774_747_800)
  assert.equal(seconds('2026-03-08 02:30 America/New_York'), 1_772_955_000)
  assert.equal(seconds('2026-11-01 01:30 America/New_York'), 1_793_511_000)
  assert.equal(seconds('2025-10-26 01:16:09', 'Europe/London'), 1_761_441_369)
  assert.equal(seconds('2025-10-26 01:30 Europe/London'), 1_761_438_600)
  assert.equal(seconds('2025-10-26 01:30 Europe/Dublin'), 1_761_442_200)
})

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /it is empty/],
  ['tomorow 5pm', /“tomorow” is not understood/],
  ['2026-13-01', /“2026-13-01” is not understood/],
  ['tomorrow 5pm 6pm', /“6pm” is a second time of day/],
  ['2026-11-23 nov 5', /“nov 5” is a second date/],
  ['10:00 EST PST CST', /“CST” is not understood, or a third time zone/],
  ['oct 25 02:11:12 EST Europe/Berlin', /“Europe\/Berlin” is a second time zone/],
  ['10:00 Nowhere/None', /“Nowhere\/None” is not understood/],
  ['+9999999999999 years', /too far from now/],
  ['+99999999999-01-01', /too far from now/],
  ['@99999999999999999999', /too far from now/],
  ['@5.', /“@5.” ends without a fraction/],
  ['a'.repeat(81), /longer than 80 characters/],
  ['now\u0000', /“now\uFFFD” is not understood/],
  ['5pm <b>', /“\uFFFDb\uFFFD” is not understood/],
]

for (const [text, sentence] of REFUSED) {
  test(`${JSON.stringify(text.slice(0, 40))} is refused, the fault named`, () => {
    assert.throws(() => seconds(text), {
      name: 'OutdialError',
      code: 'unparsable-time',
      message: sentence,
    })
  })
}

test('an unknown zone of the reader is refused by its name', () => {
  assert.throws(() => seconds('now', 'Mars/Base'), /“Mars\/Base” is not a time zone/)
})

test('any text at all is answered with a whole number or a refusal', () => {
  const words = fc.constantFrom('now', '+1', 'day', 'oct', '14th', '2026', '11:05', 'PM', '@5', '-')
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.array(words).map((all) => all.join(' ')),
  )
  fc.assert(
    fc.property(text, (value) => {
      try {
        assert.ok(Number.isInteger(seconds(value, 'Europe/Berlin')))
      } catch (error) {
        assert.ok(error instanceof OutdialError, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})
