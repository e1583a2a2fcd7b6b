import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { differences, type TimeCase } from './strtotime-answers.ts'

// What PHP 8.2's strtotime answered: [expression, now, zone, seconds or null].
const CORPUS = new URL('../../../shared/conformance/strtotime.jsonl', import.meta.url)
const skip = existsSync(CORPUS) ? false : 'conformance/strtotime.jsonl is not beside this checkout'

test('every time of the corpus gets the answer of PHP', { skip }, (context) => {
  const cases = readCases(CORPUS)
  const { understood, refused, wrong } = differences(cases)
  context.diagnostic(`${understood} of ${cases.length} understood, ${wrong.length} wrong`)
  assert.deepEqual({ refused, wrong }, { refused: [], wrong: [] })
})

// Made by `generateTimes('more', 2000)` and answered by PHP 8.2.36 with the time zone data 2025b; one
// that lies too far from now (docs/reference/times.md) is left out.
test('every generated time gets the answer that PHP gave', () => {
  const cases = readCases(new URL('strtotime-more.jsonl', import.meta.url))
  const { understood, refused, wrong } = differences(cases)
  assert.deepEqual({ refused, wrong }, { refused: [], wrong: [] })
  assert.ok(understood > cases.length / 2, `only ${understood} of ${cases.length} have a value`)
})

function readCases(url: URL): TimeCase[] {
  const lines = readFileSync(url, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line))
}
