import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHttpDate } from './http-date.ts'

test('the three forms of one moment (RFC 9110 section 5.6.7)', () => {
  const moment = Date.UTC(1994, 10, 6, 8, 49, 37)
  assert.equal(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT'), moment)
  assert.equal(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT'), moment)
  assert.equal(parseHttpDate('Sun Nov  6 08:49:37 1994'), moment)
})

test('anything else is none', () => {
  for (const text of ['', '0', '-1', 'Sun, 06 Nov 1994', 'Sun, 06 Foo 1994 08:49:37 GMT', 'now']) {
    assert.equal(parseHttpDate(text), undefined, text)
  }
})

test('what a Date prints is read back', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
      assert.equal(parseHttpDate(date.toUTCString()), Math.floor(date.getTime() / 1000) * 1000)
    }),
  )
})
