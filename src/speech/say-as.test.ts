import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayAs } from './say-as.ts'

const CASES: readonly (readonly [text: string, type: string, format: string, spoken: string])[] = [
  ['1203', 'vxml:digits', '', '1 2 0 3'],
  ['A1*', 'digits', '', 'ay 1 star'],
  ['Outdial', 'spell-out', '', 'O U T D I ay L'],
  ['007', 'number', 'digits', '0 0 7'],
  ['42', 'number', 'ordinal', '42nd'],
  ['11', 'ordinal', '', '11th'],
  ['3', 'ordinal', '', '3rd'],
  ['-1,234.05', 'vxml:number', '', 'minus 1234 point 0 5'],
  ['.5', 'cardinal', '', '0 point 5'],
  ['6177123000', 'telephone', '', '6 1 7, 7 1 2, 3 0 0 0'],
  ['+1 617-712-3000', 'vxml:phone', '', 'plus 1, 6 1 7, 7 1 2, 3 0 0 0'],
  ['8005551212x789', 'vxml:phone', '', '8 0 0, 5 5 5, 1 2 1 2, extension 7 8 9'],
  ['20111014', 'vxml:date', '', 'October 14th , 2011'],
  ['????1014', 'vxml:date', '', 'October 14th'],
  ['2011-10-01', 'date', '', 'October 1st , 2011'],
  ['14/10/2011', 'date', 'dmy', 'October 14th , 2011'],
  ['10/14', 'date', 'md', 'October 14th'],
  ['0930a', 'vxml:time', '', '9 30 A M'],
  ['0405p', 'vxml:time', '', '4 oh 5 P M'],
  ['1200p', 'vxml:time', '', '12 P M'],
  ['2230h', 'vxml:time', '', '22 30 hours'],
  ['1:00', 'time', '', "1 o'clock"],
  ['USD12.50', 'vxml:currency', '', '12 dollars and 50 cents'],
  ['$1', 'currency', '', '1 dollar'],
  ['£0.99', 'currency', '', '99 pence'],
  ['EUR5', 'currency', '', '5 euros'],
  ['true', 'vxml:boolean', '', 'yes'],
]

test('each type speaks as people do', () => {
  for (const [text, type, format, spoken] of CASES) {
    assert.equal(sayAs(text, type, format), spoken, `${text} as ${type} ${format}`)
  }
})

test('what does not have the form of its type, or an unknown type, is read as it stands', () => {
  assert.equal(sayAs('tomorrow', 'date'), 'tomorrow')
  assert.equal(sayAs('20111314', 'date'), '20111314')
  assert.equal(sayAs('2567', 'time'), '2567')
  assert.equal(sayAs('XQZ5', 'currency'), 'XQZ5')
  assert.equal(sayAs('abc', 'number'), 'abc')
  assert.equal(sayAs('constructor', 'boolean'), 'constructor')
  assert.equal(sayAs('abc', 'constructor'), 'abc')
})
