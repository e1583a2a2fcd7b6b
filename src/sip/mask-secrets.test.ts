import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callIdOf } from './call-id-of.ts'
import { maskSecrets } from './mask-secrets.ts'

const lines = (...text: string[]): string => text.join('\r\n')

describe('maskSecrets', () => {
  it('crosses out what proves credentials, and nothing else', () => {
    const message = lines(
      'INVITE sip:1@carrier SIP/2.0',
      'Authorization: Digest username="me", realm="r", nonce="n", uri="sip:1@carrier",',
      ' response="0123456789abcdef0123456789abcdef", algorithm=MD5',
      'Proxy-Authorization: Digest username="me", response = 0123abcd, qop=auth',
      'Authorization: Basic bWU6c2VjcmV0',
      'Authentication-Info: rspauth="89ab", qop=auth',
      '',
      '',
    )
    const masked = maskSecrets(message)
    assert.equal(masked.length, message.length)
    for (const secret of ['0123', '89ab', 'bWU6']) assert.doesNotMatch(masked, RegExp(secret))
    for (const kept of [/username="me"/, /nonce="n"/, /algorithm=MD5/, /qop=auth/, /Basic x+\r/]) {
      assert.match(masked, kept)
    }
  })

  it('crosses out the keys of INFO, however they are written', () => {
    const head = lines('INFO sip:1@carrier SIP/2.0', 'CSeq: 3 INFO', '', '')
    for (const [body, expected] of [
      ['Signal=5\r\nDuration=160', 'Signal=x\r\nDuration=160'],
      ['Signal= #\r\nDuration= 250\r\n', 'Signal= x\r\nDuration= 250\r\n'],
      ['7', 'x'],
      [
        'p=Digit-Collection\r\ny=Digits\r\nd=12*\r\n',
        'p=Digit-Collection\r\ny=Digits\r\nd=xxx\r\n',
      ],
    ] as const) {
      assert.equal(maskSecrets(head + body), head + expected)
    }
  })

  it('crosses out SRTP keys, and leaves the rest of an SDP alone', () => {
    const sdp = (key: string): string =>
      lines(
        'SIP/2.0 200 OK',
        '',
        'v=0',
        'm=audio 4000 RTP/SAVP 0',
        `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}|2^31`,
        'a=ptime:20',
      )
    const key = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'
    assert.equal(maskSecrets(sdp(key)), sdp('x'.repeat(key.length)))
  })
})

describe('callIdOf', () => {
  it('finds the header in every spelling', () => {
    for (const header of ['Call-ID: a@b', 'call-id:a@b', 'i : a@b ', 'I:\ta@b']) {
      assert.equal(callIdOf(Buffer.from(`BYE sip:x SIP/2.0\r\n${header}\r\n\r\n`)), 'a@b')
    }
    assert.equal(callIdOf(Buffer.from('BYE sip:x SIP/2.0\r\nVia: i: a\r\n\r\n')), undefined)
  })
})
