import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutdialError } from '#base'
import { describeMoment, readTime } from './read-time.ts'

const reference = { nowSeconds: 1_774_000_000, timeZone: 'Asia/Kolkata' }

test('a time that is understood is a number, another one the refusal', () => {
  assert.equal(readTime('2026-11-23 10:00', reference), 1_795_408_200)
  const refusal = readTime('gibberish', reference)
  assert.ok(refusal instanceof OutdialError)
  assert.equal(refusal.code, 'unparsable-time')
})

test('a moment is described on the clock of its zone', () => {
  assert.equal(
    describeMoment(1_795_408_200, 'Asia/Kolkata'),
    'Mon 2026-11-23 10:00:00 +05:30 Asia/Kolkata',
  )
  assert.equal(describeMoment(-5, 'UTC'), 'Wed 1969-12-31 23:59:55 +00:00 UTC')
})
