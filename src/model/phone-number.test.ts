import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutdialError } from '#base'
import { type PhoneNumber, parsePhoneNumber } from './phone-number.ts'

const parse = (text: string, country = 'US'): PhoneNumber => parsePhoneNumber(text, { country })

const FORMS: readonly (readonly [text: string, destination: string, country?: string])[] = [
  ['16177123000', '+16177123000'],
  ['6177123000', '+16177123000'],
  ['+16177123000', '+16177123000'],
  ['tel:+16177123000', '+16177123000'],
  ['TEL:+16177123000', '+16177123000'],
  ['tel:16177123000', '+16177123000'],
  ['(617) 712-3000', '+16177123000'],
  ['+1 617.712.3000', '+16177123000'],
  [' 617-712-3000 ', '+16177123000'],
  ['+442079460000', '+442079460000'],
  ['02079460000', '+442079460000', 'GB'],
  ['0612345678', '+390612345678', 'IT'],
  ['+80012345678', '+80012345678'],
]

for (const [text, destination, country] of FORMS) {
  test(`reads “${text}”${country === undefined ? '' : ` in ${country}`}`, () => {
    const number = parse(text, country)
    assert.equal(number.destination, destination)
    assert.equal(number.submitted, text)
  })
}

test('classifies the country, and a number of no country', () => {
  assert.equal(parse('6177123000').country, 'US')
  assert.equal(parse('+442079460000').country, 'GB')
  assert.equal(parse('+80012345678').country, '001')
})

test('takes the parameters in any order', () => {
  const expected = { callerId: '8001234567', postDial: 'p12w*#A' }
  for (const text of [
    '6177123000;ani=8001234567;postd=p12w*#A',
    '6177123000;postd=p12w*#A;ani=(800) 123-4567',
    'tel:+1-617-712-3000; ANI=8001234567 ;PostD=p12w*#A',
  ]) {
    const { callerId, postDial } = parse(text)
    assert.deepEqual({ callerId, postDial }, expected)
  }
})

test('keeps an ani that is not ten digits apart, for the trunk to decide', () => {
  for (const ani of ['11234567890', '123', '', '+18001234567']) {
    const number = parse(`6177123000;ani=${ani}`)
    assert.equal(number.callerId, undefined)
    assert.equal(number.invalidCallerId, ani)
  }
})

// Each with a part of the sentence that it is refused with.
const HOSTILE: readonly (readonly [text: string, fault: RegExp])[] = [
  ['', /has no digits/],
  [' ', /has no digits/],
  ['+', /has no digits/],
  ['-.()', /has no digits/],
  ['tel:', /has no digits/],
  [';ani=8001234567', /has no digits/],
  ['++16177123000', /\+ that is not its first/],
  ['1+6177123000', /\+ that is not its first/],
  ['+1617+7123000', /\+ that is not its first/],
  ['sip:+16177123000@example.org', /character U\+0040|“@”/],
  ['sip:+16177123000', /scheme “sip:”/],
  ['sips:16177123000', /scheme “sips:”/],
  ['javascript:6177123000', /scheme “javascript:”/],
  ['tel:tel:6177123000', /“t” among its digits/],
  ['+16177123000\r\nVia: x', /control character U\+000D as its character 13/],
  ['+16177123000\n', /control character U\+000A/],
  ['\u0000+16177123000', /control character U\+0000 as its character 1,|character 1;/],
  ['+1617\u00007123000', /control character U\+0000/],
  ['+1617\t7123000', /control character U\+0009/],
  ['+16177123000\u007f', /control character U\+007F/],
  ['+16177123000\u0085', /control character U\+0085/],
  ['+16177123000\u2028', /U\+2028/],
  ['"+16177123000"', /U\+0022/],
  ["'+16177123000'", /U\+0027/],
  ['<+16177123000>', /U\+003C/],
  ['+16177123000>', /U\+003E/],
  ['<sip:x@y>;tag=1', /U\+003C/],
  ['+16177123000&a=b', /U\+0026/],
  ['+16177123000,,1234', /“,”/],
  ['+16177123000?subject=x', /“\?”/],
  ['+16177123000/1', /“\/”/],
  ['+16177123000\\', /“\\”/],
  ['+16177123000%0d%0a', /“%”/],
  ['+16177123000@evil.example', /“@”/],
  ['{16177123000}', /“\{”/],
  ['=16177123000', /“=” among its digits/],
  ['*67 6177123000', /“\*” among its digits/],
  ['6177123000#', /“#” among its digits/],
  ['617712300O', /“O” among its digits/],
  ['1-800-FLOWERS', /“F” among its digits/],
  ['6177123000 x12', /“x” among its digits/],
  ['６１７７１２３０００', /U\+FF16/],
  ['٦١٧٧١٢٣٠٠٠', /U\+0666/],
  ['+1617712300０', /U\+FF10/],
  ['📞6177123000', /U\+1F4DE/],
  ['\u202e0003217716', /U\+202E/],
  ['+16177123000;', /parameter “”/],
  ['+16177123000;ext=5', /parameter “ext”/],
  ['+16177123000;phone-context=example.org', /parameter “phone-context”/],
  ['+16177123000;ani', /parameter “ani”/],
  ['+16177123000;ani=8001234567;ani=8001234568', /“ani” twice/],
  ['+16177123000;postd=1;postd=1', /“postd” twice/],
  ['+16177123000;ani=80012345x7', /;ani= that is not digits/],
  ['+16177123000;ani=a=b', /;ani= that is not digits/],
  ['+16177123000;postd=', /;postd= that is not made of/],
  ['+16177123000;postd=12e', /;postd= that is not made of/],
  ['+16177123000;postd=1,2', /“,”/],
  ['+1234567890', /not a valid international number/],
  ['123', /not a valid number of US/],
  ['911', /not a valid number of US/],
  ['011442079460000', /not a valid number of US/],
  ['442079460000', /not a valid number of US/],
  ['+0016177123000', /not a valid international number/],
  ['1'.repeat(128), /not a valid number of US/],
  ['1'.repeat(129), /longer than 128 characters/],
]

for (const [text, fault] of HOSTILE) {
  test(`refuses ${JSON.stringify(text.slice(0, 40))} and says why`, () => {
    assert.throws(() => parse(text), {
      name: 'OutdialError',
      code: 'invalid-phone-number',
      field: 'phone_number',
      message: fault,
    })
  })
}

test('there are at least fifty hostile numbers', () => assert.ok(HOSTILE.length >= 50))

test('whatever is accepted has only characters that no message can stumble over', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'tel:',
      '+',
      '6177123000',
      '16177123000',
      ';ani=',
      ';postd=',
      '8001234567',
      ' ',
    ),
    fc.constantFrom('p', 'w', '*', '#', 'A', '\r\n', '"', '<', '>', '@', '%', '\0', '(', ')'),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  )
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, (value) => {
      let number: PhoneNumber
      try {
        number = parse(value)
      } catch (error) {
        assert.ok(error instanceof OutdialError)
        assert.doesNotMatch(error.message, /[\u0000-\u001f\u007f-\u009f"<>]/)
        return
      }
      assert.match(number.destination, /^\+[1-9][0-9]{6,14}$/)
      assert.match(number.callerId ?? '0000000000', /^[0-9]{10}$/)
      assert.match(number.postDial ?? '1', /^[0-9*#A-Dpw]+$/)
    }),
    { numRuns: 2000 },
  )
})

test('a number once read is read the same from its own E.164 form', () => {
  const subscriber = fc.integer({ min: 2_000_000, max: 9_999_999 })
  fc.assert(
    fc.property(subscriber, (digits) => {
      const { destination } = parse(`617${digits}`)
      assert.equal(parse(destination).destination, destination)
      assert.equal(destination, `+1617${digits}`)
    }),
  )
})
