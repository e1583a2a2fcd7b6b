import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerChallenge, type Challenge, challengesOf, digestResponse } from './digest.ts'
import { HeaderFields } from './header-fields.ts'
import { parseAuthentication } from './headers/authentication.ts'
import { EMPTY_BODY, type SipResponse } from './message.ts'

describe('digest', () => {
  // RFC 7616 §3.9.1 has the numbers for both algorithms.
  const example = {
    username: 'Mufasa',
    realm: 'http-auth@example.org',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    qop: 'auth',
  }
  const secret = { username: 'Mufasa', password: 'Circle of Life' }
  for (const [algorithm, expected] of [
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const) {
    it(`computes the ${algorithm} example of RFC 7616`, () => {
      const parameters = new Map(Object.entries({ ...example, algorithm }))
      assert.equal(digestResponse(parameters, secret, 'GET', EMPTY_BODY), expected)
    })
  }

  it('computes the example of RFC 2617 without algorithm', () => {
    const parameters = new Map(
      Object.entries({
        realm: 'testrealm@host.com',
        nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
        uri: '/dir/index.html',
        qop: 'auth',
        nc: '00000001',
        cnonce: '0a4f113b',
      }),
    )
    const mufasa = { username: 'Mufasa', password: 'Circle Of Life' }
    const response = digestResponse(parameters, mufasa, 'GET', EMPTY_BODY)
    assert.equal(response, '6629fae49393a05397450978507c4ef1')
  })

  it('answers the strongest challenge of each realm, proxies apart', () => {
    const answers = challenges(407, [
      ['Proxy-Authenticate', 'Digest realm="p", nonce="1", algorithm=MD5, qop="auth"'],
      ['Proxy-Authenticate', 'Digest realm="p", nonce="2", algorithm=SHA-256, qop="auth"'],
      ['Proxy-Authenticate', 'Digest realm="q", nonce="3"'],
      ['WWW-Authenticate', 'Digest realm="p", nonce="4", qop="auth-int,auth", stale=TRUE'],
    ])
    assert.deepEqual(
      answers.map(({ header, nonce, stale }) => [header, nonce, stale]),
      [
        ['Authorization', '4', true],
        ['Proxy-Authorization', '2', false],
        ['Proxy-Authorization', '3', false],
      ],
    )
    assert.equal(answerTo(answers[0]).get('nc'), '0000001a')
    const old = answerTo(answers[2])
    assert.equal(old.has('qop'), false)
    assert.equal(old.has('cnonce'), false)
  })

  it('leaves alone what it cannot answer', () => {
    const answers = challenges(401, [
      ['WWW-Authenticate', 'Basic realm="p"'],
      ['WWW-Authenticate', 'Digest realm="p", nonce="1", algorithm=ROT13'],
      ['WWW-Authenticate', 'Digest realm="p"'],
      ['WWW-Authenticate', 'Digest realm="p", nonce="1", qop="else"'],
      ['WWW-Authenticate', 'Digest realm="p, nonce="1'],
      ['WWW-Authenticate', ''],
    ])
    assert.deepEqual(answers, [])
  })

  it('keeps a hostile realm inside its quotes', () => {
    const [only] = challenges(401, [
      ['WWW-Authenticate', 'Digest realm="a\\", uri=\\"sip:evil", nonce="1"'],
    ])
    const parameters = answerTo(only)
    assert.equal(parameters.get('uri'), 'sip:b')
    assert.equal(parameters.get('realm'), 'a", uri="sip:evil')
  })
})

function challenges(status: number, lines: [string, string][]): Challenge[] {
  const response: SipResponse = {
    kind: 'response',
    status,
    reason: '',
    version: 'SIP/2.0',
    headers: new HeaderFields(lines),
    body: EMPTY_BODY,
  }
  return challengesOf(response)
}

function answerTo(challenge: Challenge | undefined): ReadonlyMap<string, string> {
  assert(challenge !== undefined)
  const value = answerChallenge(challenge, {
    method: 'INVITE',
    uri: 'sip:b',
    body: EMPTY_BODY,
    credentials: { username: 'alice', password: 'secret' },
    cnonce: 'c',
    nonceCount: 26,
  })
  return parseAuthentication(value, 'Authorization').parameters
}
