import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DestinationRuling, readDestinations } from './destinations.ts'
import { numberOrigin } from './number-origin.ts'

const BOSTON = '+16177123000'
const TORONTO = '+14165550123'
const KINGSTON = '+18765550123'
const LONDON = '+442079460000'
const PREMIUM = '+449098790000'
const NOWHERE = '+80012345678'

/** Which of them may be called. */
function allowed(destinations: string): string[] {
  const ruling = new DestinationRuling(readDestinations(destinations))
  return [BOSTON, TORONTO, KINGSTON, LONDON, PREMIUM, NOWHERE].filter((destination) => {
    const country = (): string => numberOrigin(destination).country
    return ruling.verdict({ destination, country }).allows
  })
}

test('a number is allowed by its country or its prefix; what is under none is not', () => {
  assert.deepEqual(allowed('US'), [BOSTON])
  assert.deepEqual(allowed('US GB'), [BOSTON, LONDON, PREMIUM])
  assert.deepEqual(allowed('+1'), [BOSTON, TORONTO, KINGSTON])
  assert.deepEqual(allowed('+800'), [NOWHERE])
  assert.deepEqual(allowed(BOSTON), [BOSTON])
})

test('where only some are refused, all others are allowed', () => {
  assert.deepEqual(allowed('!+4490 !JM'), [BOSTON, TORONTO, LONDON, NOWHERE])
  assert.deepEqual(allowed('!+1'), [LONDON, PREMIUM, NOWHERE])
})

test('the longest match decides, in whichever order they stand', () => {
  assert.deepEqual(allowed('!+4490, GB'), [LONDON])
  assert.deepEqual(allowed('+44 !+4490 +44909'), [LONDON, PREMIUM])
  assert.deepEqual(allowed('!+1 +1617'), [BOSTON])
  assert.deepEqual(allowed('CA !+1416'), [])
})

test('a country goes before its calling code, and after what is longer', () => {
  assert.deepEqual(allowed('+1 !US'), [TORONTO, KINGSTON])
  assert.deepEqual(allowed('!+1 US'), [BOSTON])
  assert.deepEqual(allowed('+1617 !US'), [BOSTON])
})

test('the country is asked for only where there is one', () => {
  const country = (): string => assert.fail('not asked for')
  const verdict = new DestinationRuling(['+44']).verdict({ destination: LONDON, country })
  const detail = 'the account may call numbers of +44'
  assert.deepEqual(verdict, { rule: 'destinations', allows: true, detail })
})

test('what is neither a country nor a prefix is refused, and as many as nobody needs', () => {
  for (const bad of ['+', '+0', '!', '!!US', '1', '+12345678901234567', 'XX', 'USA', '001', '*']) {
    const message = /is neither a country like US nor a prefix like \+44/
    assert.throws(() => readDestinations([bad]), { code: 'rule-invalid', message })
  }
  const many = Array.from({ length: 501 }, (_, index) => `+1${index + 1000}`)
  assert.throws(() => readDestinations(many), { message: /more than 500 entries/ })
  assert.deepEqual(readDestinations('US,US, !FR'), ['US', '!FR'])
})
