import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshnessMs } from './freshness.ts'

test('the directives of RFC 9111 decide, for a shared cache', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 60_000],
    ['public', 60_000],
    ['max-age=5', 5000],
    ['Max-Age="7"', 7000],
    ['max-age=5, s-maxage=9', 9000],
    ['max-age=99999999999', 86_400_000],
    ['no-store, max-age=5', 0],
    ['no-cache', 0],
    ['private, max-age=60', 0],
    ['max-age=-1', 0],
    ['max-age=soon', 0],
  ]
  for (const [header, expected] of cases) assert.equal(freshnessMs(header), expected, header)
})
