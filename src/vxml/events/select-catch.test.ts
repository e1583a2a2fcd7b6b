import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatchNode } from '../document/vxml-document.ts'
import { EventCounters } from './event-counters.ts'
import { matchesEvent, selectCatch } from './select-catch.ts'

test('a name matches exactly, as a token prefix, or when it is empty (5.2.4)', () => {
  assert.ok(matchesEvent('a.b', 'a.b'))
  assert.ok(matchesEvent('a', 'a.b'))
  assert.ok(matchesEvent('', 'a.b'))
  assert.ok(!matchesEvent('a.b', 'a.bc'))
  assert.ok(!matchesEvent('a.b.c', 'a.b'))
})

function entry(events: string[], count: number): CatchNode {
  return { line: 1, column: 1, events, count, content: [] }
}

test('the first of those with the highest count that is reached', () => {
  const one = entry(['a'], 1)
  const three = entry(['a'], 3)
  const alsoThree = entry([''], 3)
  const counters = new EventCounters()
  const chosen = [1, 2, 3, 4].map(() => {
    counters.increment('a.b')
    return selectCatch([one, three, alsoThree], 'a.b', counters, () => true)
  })
  assert.deepEqual(chosen, [one, one, three, three])
})

test('a candidate whose condition is false is not looked at', () => {
  const counters = new EventCounters()
  counters.increment('a')
  const no = entry(['a'], 1)
  const yes = entry(['a'], 1)
  assert.equal(
    selectCatch([no, yes], 'a', counters, (candidate) => candidate !== no),
    yes,
  )
})
