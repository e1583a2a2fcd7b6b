import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine } from '#script'
import { builtinGrammar, inputTokens, interpretParse, matchTokens } from './index.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })
const script = await engine.createContext()

/** What is yielded, or how it did not match. */
function result(uri: string, input: string): unknown {
  const grammar = builtinGrammar(uri)
  const { kind, parses } = matchTokens([{ grammar }], inputTokens(input, grammar.mode))
  return parses[0] === undefined ? kind : interpretParse(parses[0], script).value
}

type Cases = Readonly<Record<string, unknown>>

function spoken(type: string, title: string, cases: Cases): void {
  test(`${type}: ${title}`, () => {
    for (const [input, wanted] of Object.entries(cases)) {
      assert.equal(result(`builtin:grammar/${type}`, input), wanted, `${type}: ${input}`)
    }
  })
}

test('digits: every length that a document may ask for has both grammars', () => {
  for (const mode of ['dtmf', 'grammar']) {
    for (let least = 1; least <= 3; least++) {
      for (let most = least; most <= 4; most++) {
        const uri = `builtin:${mode}/digits?minlength=${least};maxlength=${most}`
        const input = mode === 'dtmf' ? '7 '.repeat(least).trim() : 'seven '.repeat(least).trim()
        assert.equal(result(uri, input), '7'.repeat(least), uri)
      }
    }
  }
})

test('a builtin grammar is made once, unless its parameters make it large', () => {
  const again = (type: string): boolean => {
    const made = builtinGrammar(type, 'voice')
    return made === builtinGrammar(type, 'voice')
  }
  assert.equal(again('date'), true)
  assert.equal(again('digits?length=4'), true)
  assert.equal(again('digits?length=400'), false)
  assert.equal(builtinGrammar('time', 'voice'), builtinGrammar('builtin:grammar/time'))
  assert.notEqual(builtinGrammar('time', 'dtmf'), builtinGrammar('time', 'voice'))
  for (let n = 0; n < 300; n++) builtinGrammar(`builtin:dtmf/boolean?y=${n % 10};n=*${n}`)
})

spoken('boolean', 'yes and no in many words', {
  yes: true,
  'yes please': true,
  Yeah: true,
  "that's right": true,
  'yes that is correct': true,
  'of course': true,
  okay: true,
  no: false,
  'No, thanks.': false,
  "no that's wrong": false,
  'not really': false,
  true: true,
  false: false,
  maybe: 'none',
})

spoken('digits', 'one by one, doubled and tripled', {
  'two one two seven': '2127',
  'two oh 7': '207',
  'two double five eight': '2558',
  'triple zero one': '0001',
  '4711': '4711',
  'twenty one hundred': 'none',
  double: 'prefix',
})
spoken('digits?length=3', 'with a length', {
  'one two': 'prefix',
  'one two three': '123',
  'one double two': '122',
  'double one double two': 'none',
  '123': '123',
  '1234': 'none',
})
spoken('digits?minlength=2;maxlength=4', 'with lengths', {
  one: 'prefix',
  'one two': '12',
  'one triple two': '1222',
  'one two three four five': 'none',
})

spoken('number', 'as English says them', {
  zero: '0',
  seven: '7',
  'forty two': '42',
  'forty-two': '42',
  'one hundred twenty-three': '123',
  'one hundred and five point two': '105.2',
  'a hundred': '100',
  'five point three': '5.3',
  'point five': '0.5',
  'zero point two five': '0.25',
  'three point twenty five': '3.25',
  'nineteen hundred and five': '1905',
  'twelve hundred': '1200',
  'two thousand six': '2006',
  'a thousand and one': '1001',
  'ninety nine thousand nine hundred and ninety nine': '99999',
  'one million two hundred thousand and five': '1200005',
  'three billion': '3000000000',
  'two point five million': '2500000',
  'one point one million': '1100000',
  'two and a half': '2.5',
  'three quarters': '0.75',
  'minus three': '-3',
  'negative one point five': '-1.5',
  'plus five': '+5',
  'one two three': '123',
  'zero five': '5',
  'one twenty three': '123',
  '105.2': '105.2',
  '1,234': '1234',
  '-007.5': '-7.5',
  hundred: 'none',
  'twenty twelve thousand': 'none',
})

spoken('currency', 'amounts with and without a currency', {
  'ten dollars and five cents': '10.05',
  'ten dollars': '10.00',
  'ten u s dollars and fifty cents': 'USD10.50',
  'five euros and ten cents': 'EUR5.10',
  'five euros fifty': 'EUR5.50',
  'three pounds sterling': 'GBP3.00',
  'two pounds and twenty pence': 'GBP2.20',
  'twenty pesos': '20.00',
  'twenty mexican pesos': 'MXN20.00',
  'a hundred yen': 'JPY100.00',
  'a dollar fifty': '1.50',
  'fifty cents': '0.50',
  'a cent': '0.01',
  'nineteen ninety five': '19.95',
  'five oh nine': '5.09',
  'ten point five dollars': '10.50',
  'two and a half dollars': '2.50',
  'one hundred and five dollars and seven cents': '105.07',
  'one million canadian dollars': 'CAD1000000.00',
  'fifteen bucks': '15.00',
  '$10.05': '10.05',
  '€1,234.5': 'EUR1234.50',
  '10.05 euros': 'EUR10.05',
  cents: 'none',
})

spoken('date', 'whole and in part', {
  'march third twenty twenty six': '20260303',
  'march the third two thousand and six': '20060303',
  'the third of march nineteen eighty nine': '19890303',
  'third march 2026': '20260303',
  'july four nineteen oh five': '19050704',
  'July 4th, 2000': '20000704',
  'december thirty first nineteen ninety nine': '19991231',
  'december thirty-first': '????1231',
  'monday march second': '????0302',
  'february twenty ninth two thousand four': '20040229',
  'february thirtieth': 'none',
  'june thirty first': 'none',
  'march twenty twenty six': '202603??',
  'may one nine eight nine': '198905??',
  march: '????03??',
  'the fifteenth': '??????15',
  'twenty twenty six': '2026????',
  'august nineteen hundred': '190008??',
  '3/14/2026': '20260314',
  '2026-03-14': '20260314',
  '13/14/2026': 'none',
})

spoken('time', 'of both clocks', {
  'half past two': '0230?',
  'two thirty': '0230?',
  'two thirty p m': '0230p',
  'two thirty pm': '0230p',
  "two o'clock": '0200?',
  "five o'clock in the morning": '0500a',
  'nine oh five a.m.': '0905a',
  'quarter past twelve': '1215?',
  'a quarter to one': '1245?',
  'ten to five in the evening': '0450p',
  'twenty five minutes past eleven': '1125?',
  'twelve thirty am': '1230a',
  noon: '1200p',
  'twelve midnight': '1200a',
  'quarter to midnight': '1145p',
  'half past noon': '1230p',
  'fourteen hundred hours': '1400h',
  'fourteen thirty': '1430h',
  'twenty three fifty nine': '2359h',
  'twenty-three oh five': '2305h',
  'oh nine thirty': '0930h',
  'zero hundred hours': '0000h',
  'nine hundred hours': '0900h',
  '2:30': '0230?',
  '2:30 pm': '0230p',
  '2:30pm': '0230p',
  '14:05': '1405h',
  '3 pm': '0300p',
  'at seven': '0700?',
  'two seventy': 'none',
  thirteen: 'prefix',
})

spoken('phone', 'digits in groups, and an extension', {
  'eight hundred five five five one two three four': '8005551234',
  'one eight hundred five five five twelve thirty four extension seven eight nine':
    '18005551234x789',
  'five double five oh one nine nine': '5550199',
  'plus four four two zero': '4420',
  '800-555-1234': '8005551234',
  '(800) 555-1234 x 7': '8005551234x7',
  'area code six one seven five five five zero one zero zero': '6175550100',
  extension: 'none',
})

test('a date by keys has as many days as its month', () => {
  const cases: Cases = {
    '20260131': '20260131',
    '20260431': 'none',
    '20260229': '20260229',
    '20260230': 'none',
    '20261301': 'none',
    '2026': 'prefix',
  }
  for (const [keys, wanted] of Object.entries(cases)) {
    assert.equal(result('builtin:dtmf/date', keys), wanted, keys)
  }
})

test('every number up to a billion is understood as it is said', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999 }), (number) => {
      assert.equal(result('builtin:grammar/number', inWords(number)), String(number))
    }),
    { numRuns: 60 },
  )
})

test('every minute of the day is understood as it is said', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 59 }),
      (hour, minute) => {
        const minutes = minute < 10 ? `oh ${inWords(minute)}` : inWords(minute)
        const digits = [hour, minute].map((each) => String(each).padStart(2, '0')).join('')
        const type = 'builtin:grammar/time'
        assert.equal(result(type, `${inWords(hour)} ${minutes} p m`), `${digits}p`)
        assert.equal(result(type, `${inWords(minute)} past ${inWords(hour)}`), `${digits}?`)
        const before = (hour * 60 - minute + 720) % 720
        const [h, m] = [Math.floor(before / 60) || 12, before % 60]
        const earlier = [h, m].map((each) => String(each).padStart(2, '0')).join('')
        assert.equal(result(type, `${inWords(minute)} minutes to ${inWords(hour)}`), `${earlier}?`)
      },
    ),
    { numRuns: 40 },
  )
})

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

function inWords(number: number): string {
  const split = (size: number, name: string): string => {
    const rest = number % size
    const head = `${inWords(Math.floor(number / size))} ${name}`
    return rest === 0 ? head : `${head} ${inWords(rest)}`
  }
  if (number >= 1e6) return split(1e6, 'million')
  if (number >= 1000) return split(1000, 'thousand')
  if (number >= 100) return split(100, 'hundred')
  if (number < 20) return ONES[number] ?? ''
  const [tens = '', ones] = [TENS[Math.floor(number / 10) - 2], number % 10]
  return ones === 0 ? tens : `${tens} ${ONES[ones]}`
}
