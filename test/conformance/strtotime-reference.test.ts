import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { strtotime } from '#strtotime'

const PAGE = new URL('../../docs/reference/times.md', import.meta.url)

test('every example of the page of times is understood', () => {
  const section = readFileSync(PAGE, 'utf8').split('## What is understood')[1]!.split('##')[0]!
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  const examples = rows.slice(1).flatMap((row) => [...row.matchAll(/`([^`]+)`/g)])
  assert.ok(examples.length > 70, `only ${examples.length} found`)
  for (const [, example = ''] of examples) {
    assert.doesNotThrow(() => strtotime(example, { nowSeconds: 1_774_000_000, timeZone: 'UTC' }))
  }
})
