import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { OUTDIAL } from '#test/outdial-command'

function outdialTime(words: readonly string[], input = '') {
  return spawnSync(OUTDIAL, ['time', ...words], { input, encoding: 'utf8' })
}

test('outdial time prints UNIX seconds and the moment for people', () => {
  const words = [
    'monday',
    'next',
    'week',
    '14:00',
    '--zone',
    'Europe/Berlin',
    '--now',
    '1774000000',
  ]
  const { stdout, status } = outdialTime(words)
  assert.equal(stdout, '1774270800  Mon 2026-03-23 14:00:00 +01:00 Europe/Berlin\n')
  assert.equal(status, 0)
})

test('outdial time takes a sign for a part, not for an option', () => {
  const { stdout } = outdialTime(['-3 days', '--now', '1774000000'])
  assert.match(stdout, /^1773740800 /)
})

test('outdial time names the part that it does not understand', () => {
  const { stderr, status } = outdialTime(['tomorow', '5pm'])
  assert.match(stderr, /“tomorow” is not understood/)
  assert.equal(status, 1)
})

test('outdial time --batch answers line by line, null for a refusal', () => {
  const input = '["+1 day",1774000000,"UTC"]\n\n["tomorow",1774000000,"UTC",null]\n'
  const { stdout, status } = outdialTime(['--batch'], input)
  assert.equal(
    stdout,
    '["+1 day",1774000000,"UTC",1774086400]\n["tomorow",1774000000,"UTC",null]\n',
  )
  assert.equal(status, 0)
})

test('outdial time --batch says which line is no question', () => {
  const { stderr, status } = outdialTime(['--batch'], '["now",1,"UTC"]\n{"time":"now"}\n')
  assert.match(stderr, /line 2 is not a JSON array/)
  assert.equal(status, 64)
})
