import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { daysOf, weekdayOf, ymdOf } from './calendar.ts'

const anyDay = fc.integer({ min: -90_000_000, max: 90_000_000 })

test('a day and its date are one', () => {
  fc.assert(
    fc.property(anyDay, (days) => {
      const { year, month, day } = ymdOf(days)
      assert.equal(daysOf(year, month, day), days)
    }),
  )
})

test('dates and weekdays are those of the platform’s calendar', () => {
  fc.assert(
    fc.property(anyDay, (days) => {
      const date = Temporal.PlainDate.from('1970-01-01').add({ days })
      assert.deepEqual(ymdOf(days), { year: date.year, month: date.month, day: date.day })
      assert.equal(weekdayOf(days), date.dayOfWeek % 7)
    }),
  )
})

test('months and days outside their range run over', () => {
  assert.deepEqual(ymdOf(daysOf(2026, 2, 30)), { year: 2026, month: 3, day: 2 })
  assert.deepEqual(ymdOf(daysOf(2026, 0, 1)), { year: 2025, month: 12, day: 1 })
  assert.deepEqual(ymdOf(daysOf(2026, 26, 0)), { year: 2028, month: 1, day: 31 })
})
