import assert from 'node:assert/strict'
import { test } from 'node:test'
import { numberOrigin } from './number-origin.ts'
import { NUMBER_ZONE_TABLE } from './number-zone-table.ts'

const SINGLE: readonly (readonly [string, string, string])[] = [
  ['+16177123000', 'US', 'America/New_York'],
  ['+12135550100', 'US', 'America/Los_Angeles'],
  ['+14165550100', 'CA', 'America/Toronto'],
  ['+442079460000', 'GB', 'Europe/London'],
  ['+4930123456', 'DE', 'Europe/Berlin'],
  ['+4915112345678', 'DE', 'Europe/Berlin'],
  ['+61731234567', 'AU', 'Australia/Brisbane'],
  ['+911123456789', 'IN', 'Asia/Calcutta'],
]

for (const [number, country, zone] of SINGLE) {
  test(`${number} is in ${country}, ${zone}`, () => {
    assert.deepEqual(numberOrigin(number), { country, timeZones: [zone] })
  })
}

test('a mobile number that is tied to no place may be in any zone of its country', () => {
  const { country, timeZones } = numberOrigin('+61412345678')
  assert.equal(country, 'AU')
  for (const zone of ['Australia/Perth', 'Australia/Sydney']) assert.ok(timeZones.includes(zone))
})

test('a toll-free number may be anywhere that its calling code reaches', () => {
  const { timeZones } = numberOrigin('+18005550199')
  assert.ok(timeZones.includes('Pacific/Honolulu') && timeZones.includes('America/New_York'))
})

test('of a number that belongs to no place, no zone is known', () => {
  assert.deepEqual(numberOrigin('+80012345678'), { country: '001', timeZones: [] })
})

test('every zone of the table is one that this runtime knows', () => {
  const zones = new Set(
    NUMBER_ZONE_TABLE.trim()
      .split('\n')
      .flatMap((line) => line.split('=')[1]?.split(' ') ?? []),
  )
  assert.ok(zones.size > 250)
  for (const zone of zones) Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
})
