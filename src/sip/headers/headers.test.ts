import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SipParseError } from '../parse-error.ts'
import { formatAuthentication, parseAuthentication } from './authentication.ts'
import { formatCSeq, parseCSeq } from './cseq.ts'
import { quote, unquote } from './grammar.ts'
import { splitList } from './list.ts'
import { formatNameAddress, parseNameAddress } from './name-address.ts'
import { branchOf, formatVia, parseVia } from './via.ts'

const token = fc.stringMatching(/^[a-z0-9][a-z0-9.!%*_+~-]{0,10}$/)
const parameters = fc
  .array(fc.tuple(token, fc.oneof(token, fc.constant(''), fc.string().map(quote).filter(isLatin1))))
  .map((pairs) => new Map(pairs))

describe('Via', () => {
  it('is read with spaces where the grammar has them', () => {
    const via = parseVia(
      'SIP / 2.0 / udp  first.example.com: 4000;ttl=16 ;branch=z9hG4bK.a ; rport',
    )
    assert.deepEqual([via.transport, via.host, via.port], ['UDP', 'first.example.com', 4000])
    assert.equal(branchOf(via), 'z9hG4bK.a')
    assert.equal(via.parameters.get('rport'), '')
  })
  it('takes IPv6 in brackets, and in received without', () => {
    const via = parseVia('SIP/2.0/TCP [2001:db8::9]:5060;received=2001:db8::1')
    assert.equal(via.host, '[2001:db8::9]')
    assert.equal(via.parameters.get('received'), '2001:db8::1')
  })
  for (const value of [
    '',
    'SIP/2.0/UDP',
    'SIP/1.0/UDP a',
    'SIP/2.0/UDP a:b',
    'SIP/2.0/UDP a;;b',
    'SIP/2.0/UDP a:99999',
    'SIP/2.0/UDP a b',
  ]) {
    it(`is refused: ${value}`, () => assert.throws(() => parseVia(value), SipParseError))
  }
  it('survives format and parse', () => {
    const via = fc.record(
      {
        transport: fc.constantFrom('UDP', 'TCP', 'TLS'),
        host: fc.constantFrom('a.example', '192.0.2.1', '[::1]'),
        port: fc.integer({ min: 0, max: 65535 }),
        parameters,
      },
      { requiredKeys: ['transport', 'host', 'parameters'], noNullPrototype: true },
    )
    fc.assert(fc.property(via, (value) => assert.deepEqual(parseVia(formatVia(value)), value)))
  })
})

describe('name-addr', () => {
  it('is read with a name, with a quoted name, and bare', () => {
    const quoted = parseNameAddress('"J \\"R\\" <x>" <sip:j@x;lr>;tag=1', 'From')
    assert.deepEqual(
      [quoted.displayName, quoted.uri, quoted.parameters.get('tag')],
      ['J "R" <x>', 'sip:j@x;lr', '1'],
    )
    assert.equal(parseNameAddress('Mr. Watson <sip:w@x>', 'From').displayName, 'Mr. Watson')
    const bare = parseNameAddress('sip:j@x;tag=2', 'From')
    assert.deepEqual([bare.uri, bare.parameters.get('tag')], ['sip:j@x', '2'])
  })
  for (const value of [
    '',
    '<sip:a@b',
    '"a <sip:a@b>',
    'sip:a@b?x=y',
    '<sip:a@b> tag=1',
    'a, b <sip:a@b>',
    '< sip:a@b>',
  ]) {
    it(`is refused: ${value}`, () =>
      assert.throws(() => parseNameAddress(value, 'From'), SipParseError))
  }
  it('survives format and parse', () => {
    const displayName = fc
      .string()
      .filter((text) => text.isWellFormed() && !/[\x00-\x1f\x7f]/.test(text))
    const uri = fc.constantFrom('sip:a@b', 'sips:a@b;x=y?c=d', 'tel:+1617')
    fc.assert(
      fc.property(fc.record({ displayName, uri, parameters }, { noNullPrototype: true }), (value) =>
        assert.deepEqual(parseNameAddress(formatNameAddress(value), 'From'), value),
      ),
    )
  })
})

describe('CSeq', () => {
  it('survives format and parse', () => {
    const cseq = fc.record(
      { number: fc.integer({ min: 0, max: 2 ** 31 - 1 }), method: token },
      { noNullPrototype: true },
    )
    fc.assert(fc.property(cseq, (value) => assert.deepEqual(parseCSeq(formatCSeq(value)), value)))
  })
  for (const value of ['', '1', 'INVITE', '2147483648 INVITE', '-1 INVITE', '1 IN VITE', '1.5 A']) {
    it(`is refused: ${value}`, () => assert.throws(() => parseCSeq(value), SipParseError))
  }
})

describe('challenges and credentials', () => {
  it('are read with quotes, commas in quotes and spaces', () => {
    const { scheme, parameters } = parseAuthentication(
      'DIGEST realm="a, \\"b\\"" ,nonce = "n",qop="auth,auth-int",stale=TRUE',
      'x',
    )
    assert.equal(scheme, 'digest')
    assert.deepEqual(
      [...parameters],
      [
        ['realm', 'a, "b"'],
        ['nonce', 'n'],
        ['qop', 'auth,auth-int'],
        ['stale', 'TRUE'],
      ],
    )
  })
  it('survive format and parse', () => {
    const text = fc.string().filter((each) => isLatin1(each) && !/[\x00-\x1f\x7f]/.test(each))
    const value = fc.record({ realm: text, nonce: text, opaque: text }).map((each) => ({
      scheme: 'digest',
      parameters: new Map(Object.entries(each)),
    }))
    fc.assert(
      fc.property(value, (each) =>
        assert.deepEqual(parseAuthentication(formatAuthentication(each), 'x'), each),
      ),
    )
  })
})

describe('quoted strings', () => {
  it('hold any text but control characters', () => {
    fc.assert(
      fc.property(fc.string(), (text) =>
        assert.equal(unquote(quote(text)), text.replace(/[\x00-\x1f\x7f]/g, ' ')),
      ),
    )
  })
  it('stay whole in lists', () => {
    const lists = fc.array(fc.string().map(quote), { minLength: 1 })
    fc.assert(
      fc.property(lists, (values) => assert.deepEqual(splitList(values.join(', ')), values)),
    )
  })
})

function isLatin1(text: string): boolean {
  return /^[\x00-\xff]*$/.test(text)
}
