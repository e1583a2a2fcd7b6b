import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { BEHAVIOUR_FIELDS, parseCarrierScript, parseCarrierScriptText } from './behaviour.ts'
import {
  BEHAVIOUR_TABLE,
  describeBehaviours,
  formatBehaviourTable,
  tableBehaviour,
} from './behaviour-table.ts'

const page = await readFile(new URL('../../docs/reference/carrier.md', import.meta.url), 'utf8')

test('the page shows the table', () => {
  const table = formatBehaviourTable()
  assert.ok(page.includes(table), `docs/reference/carrier.md must contain:\n\n${table}\n`)
})

test('the page explains every field of a script, and no other', () => {
  const section = page.split(/^## /m).find((part) => part.startsWith('A script')) ?? ''
  const explained = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field)
  assert.deepEqual(explained, BEHAVIOUR_FIELDS)
})

test("the page's example is a script", () => {
  const example = /```json\n(.*?)```/s.exec(page)?.[1] ?? ''
  assert.equal(Object.keys(parseCarrierScriptText(example)).length, 3)
})

test('each row is a behaviour that a script could have', () => {
  for (const row of BEHAVIOUR_TABLE) parseCarrierScript({ '1': row.behaviour('4') })
})

test('rows are in order and do not overlap', () => {
  for (const [index, { first, last }] of BEHAVIOUR_TABLE.entries()) {
    assert.ok(first <= last && first > (BEHAVIOUR_TABLE[index - 1]?.last ?? -1), `row ${first}`)
  }
})

test('the last two digits decide, however the number is written', () => {
  assert.equal(tableBehaviour('+16177123020').status, 486)
  assert.equal(tableBehaviour('617-712-30.20').status, 486)
  assert.equal(tableBehaviour('+16177123013').press, '3')
  assert.equal(tableBehaviour('+16177123005').press, '5')
  assert.equal(tableBehaviour('+16177123099').press, undefined)
  assert.equal(tableBehaviour('anonymous').says, tableBehaviour('00').says)
})

test('the terminal shows a line for each row', () => {
  assert.equal(describeBehaviours().split('\n').length, BEHAVIOUR_TABLE.length)
})
