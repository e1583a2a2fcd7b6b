import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPlace, offsetAt, toUnixSeconds } from './zone.ts'
import { readZone } from './zone-text.ts'

const ZONES: readonly (readonly [text: string, seconds: number])[] = [
  ['+5', 18_000],
  ['-08', -28_800],
  ['+530', 19_800],
  ['+05:30', 19_800],
  ['-3:5', -11_100],
  ['+053015', 19_815],
  ['-05:30:15', -19_815],
  ['GMT+2', 7_200],
  ['(EST)', -18_000],
  ['cest', 7_200],
  ['Z', 0],
  ['IST', 7_200],
]

for (const [text, seconds] of ZONES) {
  test(`“${text}” is ${seconds} s east of UTC`, () => {
    assert.deepEqual(readZone(text), { kind: 'offset', seconds })
  })
}

test('a name is a place if the time zone data know it', () => {
  assert.deepEqual(readZone('Europe/Berlin'), { kind: 'place', name: 'Europe/Berlin' })
  assert.equal(readZone('Europe/Atlantis'), undefined)
  assert.equal(readZone('+12345'), undefined)
  assert.ok(isPlace('Asia/Kolkata'))
})

test('the offset of a place is that of the platform, however it is asked', () => {
  const place = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC')
  const moment = fc.integer({ min: -2_000_000_000, max: 8_000_000_000 })
  fc.assert(
    fc.property(place, moment, (name, seconds) => {
      const local = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(name)
      assert.equal(offsetAt(seconds, name), local.offsetNanoseconds / 1e9)
    }),
  )
})

test('of the two hours when clocks go back, a named place means the first', () => {
  const local = Date.UTC(2025, 9, 26, 2, 30) / 1000
  const berlin = { kind: 'place', name: 'Europe/Berlin' } as const
  assert.equal(toUnixSeconds(local, berlin, true), local - 7_200)
  assert.equal(toUnixSeconds(local, berlin, false), local - 3_600)
})
