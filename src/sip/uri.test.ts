import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SipParseError } from './parse-error.ts'
import { formatUri, parseUri, type SipUri, uriScheme } from './uri.ts'

describe('a SIP URI', () => {
  it('is read in all its parts', () => {
    const uri = parseUri('SIP:%2b1617:pa%20ss@[2001:db8::1]:5070;Transport=TCP;lr?Subject=hi')
    assert.deepEqual(uri, {
      scheme: 'sip',
      user: '+1617',
      password: 'pa ss',
      host: '[2001:db8::1]',
      port: 5070,
      parameters: new Map([
        ['transport', 'TCP'],
        ['lr', ''],
      ]),
      headers: 'Subject=hi',
    })
  })

  it('may have @ ; and ? in its user part only where they are escaped or allowed', () => {
    assert.equal(parseUri('sip:a;b?c@host')?.user, 'a;b?c')
    assert.equal(parseUri('sip:a%40b@host')?.user, 'a@b')
  })

  for (const text of [
    'sip:',
    'sip:@host',
    'sip:a@',
    'sip:a@host:99999',
    'sip:a@host:x',
    'sip:a b@host',
    'sip:a@ho st',
    'sip:a%4@host',
    'sip:a@host;=x',
    'sip:<a@host>',
    'no-scheme',
    'sip:a@[::1',
    'sip:a@b@c',
  ]) {
    it(`is refused: ${text}`, () => {
      assert.throws(() => parseUri(text), SipParseError)
    })
  }

  it('of another scheme is left alone', () => {
    assert.equal(parseUri('tel:+1617;phone-context=x'), undefined)
    assert.equal(uriScheme('TEL:+1617'), 'tel')
  })

  it('survives format and parse', () => {
    const text = fc.string({ minLength: 1, maxLength: 20 }).filter((each) => each.isWellFormed())
    const uri = fc.record(
      {
        scheme: fc.constantFrom('sip' as const, 'sips' as const),
        user: text,
        host: fc.constantFrom('example.com', '192.0.2.1', '[2001:db8::1]'),
        port: fc.integer({ min: 0, max: 65535 }),
        parameters: fc
          .array(
            fc.tuple(
              text.map((each) => each.toLowerCase()),
              text,
            ),
          )
          .map((pairs) => new Map(pairs)),
      },
      { requiredKeys: ['scheme', 'user', 'host', 'parameters'], noNullPrototype: true },
    )
    fc.assert(
      fc.property(uri, (value: SipUri) => {
        const formatted = formatUri(value)
        assert.match(formatted, /^[!-;=?-~]+$/)
        assert.deepEqual(parseUri(formatted), value)
      }),
    )
  })
})
