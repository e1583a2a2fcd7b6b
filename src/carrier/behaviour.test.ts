import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCarrierScript, parseCarrierScriptText } from './behaviour.ts'

test('a script names numbers and what their callees do', () => {
  const script = parseCarrierScriptText(
    '{"+16177123012": {"answerAfterMs": 500, "press": "12#", "pressAfter": 800, "hangupAfterMs": 9000}, "5": {"status": 486, "refusals": 2}}',
  )
  assert.deepEqual(script['5'], { status: 486, refusals: 2 })
  assert.equal(script['+16177123012']?.press, '12#')
})

test('what is wrong is said with its number and its field', () => {
  const cases: readonly (readonly [script: unknown, sentence: RegExp])[] = [
    [{ '+1617': { press: 'x' } }, /"\+1617\.press"/],
    [{ '+1617': { presss: '1' } }, /presss/],
    [{ '+1617': { status: 200 } }, /"\+1617\.status".*300/],
    [{ '+1617': { answerAfterMs: -1 } }, /answerAfterMs/],
    [{ '+1617': { says: 'a'.repeat(401) } }, /says/],
    [{ bob: {} }, /a phone number has digits/],
    [{ '1': { refusals: 1 } }, /`refusals` needs a `status`/],
    [{ '1': { silent: true, status: 486 } }, /`status` is a reply/],
    [{ '1': { repeat: true } }, /need `press`/],
    [{ '1': { press: ['1', '2'], pressAfter: 500 } }, /`pressAfter` cannot be a time/],
    [[], /expected record/i],
    ['x', /expected record/i],
  ]
  for (const [script, sentence] of cases) {
    assert.throws(
      () => parseCarrierScript(script),
      { code: 'carrier-invalid-script', message: sentence },
      JSON.stringify(script),
    )
  }
  assert.throws(() => parseCarrierScriptText('{'), {
    code: 'carrier-invalid-script',
    message: /not JSON/,
  })
})
