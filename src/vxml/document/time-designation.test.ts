import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTimeDesignation } from './time-designation.ts'

test('a time designation is a number and s or ms (6.5.2)', () => {
  assert.equal(parseTimeDesignation('3s'), 3000)
  assert.equal(parseTimeDesignation(' 850ms '), 850)
  assert.equal(parseTimeDesignation('.5s'), 500)
  assert.equal(parseTimeDesignation('+1.5s'), 1500)
})

test('anything else is none', () => {
  for (const text of ['', '3', 's', '-1s', '3 s', '1m', '3sec', '1e3ms']) {
    assert.equal(parseTimeDesignation(text), undefined, text)
  }
})
