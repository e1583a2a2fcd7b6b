import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { OutdialError } from '#base'
import { HeaderFields } from './header-fields.ts'
import { formatMessage, parseMessage, type SipMessage } from './message.ts'
import { SipParseError } from './parse-error.ts'

describe('a SIP message', () => {
  it('is read with compact names, folded lines and values spread over lines', () => {
    const message = parse([
      'INVITE sip:b@b SIP/2.0',
      'v: SIP/2.0/UDP one;branch=z9hG4bK1 ,SIP/2.0/UDP two',
      'VIA : SIP/2.0/UDP three',
      'Subject: first',
      '  second',
      '\tthird',
      'l: 4',
      '',
      'bodytail',
    ])
    assert(message.kind === 'request')
    assert.equal(message.method, 'INVITE')
    assert.equal(message.uri, 'sip:b@b')
    assert.deepEqual(message.headers.list('via'), [
      'SIP/2.0/UDP one;branch=z9hG4bK1',
      'SIP/2.0/UDP two',
      'SIP/2.0/UDP three',
    ])
    assert.equal(message.headers.get('subject'), 'first second third')
    assert.equal(Buffer.from(message.body).toString(), 'body')
  })

  it('keeps commas inside quotes and brackets together', () => {
    const headers = new HeaderFields([['Contact', '"a, \\", b" <sip:a,b@c>;q=1, <sip:d@e>']])
    assert.deepEqual(headers.list('m'), ['"a, \\", b" <sip:a,b@c>;q=1', '<sip:d@e>'])
  })

  it('leaves the last byte of a value alone, though Unicode calls it a space', () => {
    const bytes = Buffer.from('SIP/2.0 200 OK\r\nSubject:  voil\u00e0 \r\n\r\n', 'utf8')
    assert.equal(parseMessage(bytes).headers.get('Subject'), 'voil\xc3\xa0')
  })

  it('reads a response without a reason phrase', () => {
    const message = parse(['SIP/2.0 404 ', 'Via: x', '', ''])
    assert.deepEqual([message.kind === 'response' && message.status], [404])
  })

  const faults: [name: string, lines: string[], code: string, offset: number][] = [
    ['no empty line', ['INVITE sip:b SIP/2.0', 'Via: x'], 'sip-message-incomplete', 28],
    ['no start line', ['hello', '', ''], 'sip-invalid-start-line', 0],
    ['a status beyond 699', ['SIP/2.0 4294967301 x', '', ''], 'sip-invalid-start-line', 0],
    ['a header without colon', ['INVITE sip:b SIP/2.0', 'Via', '', ''], 'sip-invalid-header', 22],
    [
      'a first header that begins with a space',
      ['INVITE sip:b SIP/2.0', ' Via: x', '', ''],
      'sip-invalid-header',
      22,
    ],
    ['a bare LF', ['INVITE sip:b SIP/2.0', 'Via: a\nb', '', ''], 'sip-invalid-header', 28],
    ['a NUL', ['INVITE sip:b SIP/2.0', 'Via: a\0b', '', ''], 'sip-invalid-header', 28],
    [
      'a long line',
      ['INVITE sip:b SIP/2.0', `Via: ${'x'.repeat(9000)}`, '', ''],
      'sip-line-too-long',
      22,
    ],
  ]
  for (const [name, lines, code, offset] of faults) {
    it(`is refused with a code and an offset: ${name}`, () => {
      assert.throws(
        () => parse(lines),
        (thrown) => {
          assert(thrown instanceof SipParseError)
          assert.deepEqual([thrown.code, thrown.offset], [code, offset])
          return true
        },
      )
    })
  }

  it('is refused with too many lines, be they folded or not', () => {
    const many = Array.from({ length: 300 }, (_, at) => `X-${at}: y`)
    assert.throws(() => parse(['INVITE sip:b SIP/2.0', ...many, '', '']), {
      code: 'sip-too-many-headers',
    })
  })

  it('throws nothing but SipParseError, whatever the bytes', () => {
    const piece = fc.constantFrom(
      'INVITE ',
      'sip:a@b',
      ' SIP/2.0',
      '\r\n',
      ':',
      'Via',
      ' ',
      '\0',
      ',',
      '"',
      '<',
      'l: 9',
    )
    const mixed = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join('')))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mixed), (bytes) => {
        try {
          parseMessage(bytes)
        } catch (thrown) {
          assert(thrown instanceof SipParseError)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('survives format and parse', () => {
    fc.assert(
      fc.property(anyMessage(), (message) => {
        const parsed = parseMessage(formatMessage(message))
        assert.deepEqual(plain(parsed), plain(message))
      }),
    )
  })

  it('measures its body itself', () => {
    const headers = new HeaderFields([
      ['L', '99'],
      ['Content-Length', '3'],
    ])
    const bytes = formatMessage({ ...options(), headers, body: Buffer.from('four') })
    assert.equal(bytes.toString(), 'OPTIONS sip:b SIP/2.0\r\nL: 4\r\n\r\nfour')
  })

  it('takes no value that could add a line', () => {
    for (const value of ['a\r\nEvil: 1', 'a\nEvil: 1', 'a\rEvil', 'a\0b', 'é\u{100}']) {
      const headers = new HeaderFields([['Subject', value]])
      assert.throws(() => formatMessage({ ...options(), headers }), isUnsafe, value)
      assert.throws(() => formatMessage({ ...options(), uri: `sip:${value}` }), isUnsafe, value)
    }
    assert.throws(() => formatMessage({ ...options(), uri: 'sip:b SIP/2.0' }), isUnsafe)
    assert.throws(() => formatMessage({ ...options(), method: 'A B' }), isUnsafe)
    const headers = new HeaderFields([['Evil: 1\r\nX', 'y']])
    assert.throws(() => formatMessage({ ...options(), headers }), isUnsafe)
  })
})

function isUnsafe(thrown: unknown): boolean {
  return thrown instanceof OutdialError && thrown.code === 'sip-unsafe-value'
}

function parse(lines: readonly string[]): SipMessage {
  return parseMessage(Buffer.from(lines.join('\r\n'), 'latin1'))
}

function options(): SipMessage & { kind: 'request' } {
  return {
    kind: 'request',
    method: 'OPTIONS',
    uri: 'sip:b',
    version: 'SIP/2.0',
    headers: new HeaderFields(),
    body: new Uint8Array(0),
  }
}

function anyMessage(): fc.Arbitrary<SipMessage> {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.-]{0,12}$/)
  const text = fc.stringMatching(/^[!-~\xa0-\xff](?:[ -~\xa0-\xff]{0,40}[!-~\xa0-\xff])?$/)
  const line = fc
    .tuple(token, text)
    .filter(([name]) => !['l', 'content-length'].includes(name.toLowerCase()))
  const common = { version: fc.constant('SIP/2.0'), lines: fc.array(line), body: fc.uint8Array() }
  const shared = ({ lines, body }: { lines: [string, string][]; body: Uint8Array }) => ({
    headers: new HeaderFields(lines).add('Content-Length', String(body.length)),
    body,
  })
  const uri = fc.stringMatching(/^sip:[!#-;=?-~]{1,30}$/)
  const request = fc
    .record({ ...common, method: token, uri })
    .map(({ method, uri, version, ...rest }) => ({
      kind: 'request' as const,
      method,
      uri,
      version,
      ...shared(rest),
    }))
  const response = fc
    .record({ ...common, status: fc.integer({ min: 100, max: 699 }), reason: text })
    .map(({ status, reason, version, ...rest }) => ({
      kind: 'response' as const,
      status,
      reason,
      version,
      ...shared(rest),
    }))
  return fc.oneof(request, response)
}

function plain(message: SipMessage): unknown {
  return { ...message, headers: [...message.headers], body: [...message.body] }
}
