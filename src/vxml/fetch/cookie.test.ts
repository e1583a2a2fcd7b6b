import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  domainMatches,
  isPublicSuffix,
  parseCookieDate,
  parseSetCookie,
  pathMatches,
} from './cookie.ts'
import { CookieJar } from './cookie-jar.ts'

const URI = 'http://www.app.example/a/b'

test('dates in whatever order and punctuation (RFC 6265 section 5.1.1)', () => {
  const moment = Date.UTC(2021, 5, 9, 10, 18, 14)
  for (const text of [
    'Wed, 09 Jun 2021 10:18:14 GMT',
    'Wednesday, 09-Jun-21 10:18:14 GMT',
    'Wed Jun  9 10:18:14 2021',
    '2021 jUNE 9 10:18:14',
    '10:18:14;9;Jun;21',
  ]) {
    assert.equal(parseCookieDate(text), moment, text)
  }
  assert.equal(parseCookieDate('09 Jun 1999 10:18:14'), Date.UTC(1999, 5, 9, 10, 18, 14))
})

test('a date that lacks a part or leaves its bounds is none', () => {
  for (const text of [
    '',
    'never',
    '09 Jun 10:18:14',
    '32 Jun 2021 10:18:14',
    '9 Jun 2021 24:00:00',
  ]) {
    assert.equal(parseCookieDate(text), undefined, text)
  }
})

test('domains match at their dots, addresses only whole (section 5.1.3)', () => {
  assert.ok(domainMatches('a.b.example', 'b.example'))
  assert.ok(!domainMatches('ab.example', 'b.example'))
  assert.ok(!domainMatches('10.0.0.1', '0.0.1'))
})

test('single labels and the second levels of countries are public suffixes', () => {
  for (const domain of ['com', 'localhost', 'co.uk', 'com.au']) assert.ok(isPublicSuffix(domain))
  for (const domain of ['example.com', 'a.co.uk', 'outdial.io']) assert.ok(!isPublicSuffix(domain))
})

test('paths match at their slashes (section 5.1.4)', () => {
  assert.ok(pathMatches('/a/b', '/a'))
  assert.ok(pathMatches('/a/b', '/a/'))
  assert.ok(!pathMatches('/ab', '/a'))
})

test('a cookie that is too long or holds control characters is ignored', () => {
  assert.equal(parseSetCookie(`a=${'x'.repeat(5000)}`, URI, 0), undefined)
  assert.equal(parseSetCookie('a=b\r\nc', URI, 0), undefined)
})

test('a host that is a public suffix itself has cookies of its own', () => {
  const cookie = parseSetCookie('a=b; Domain=localhost', 'http://localhost/', 0)
  assert.equal(cookie?.hostOnly, true)
})

test('no cookie lasts for ever', () => {
  const cookie = parseSetCookie('a=b; Max-Age=99999999999', URI, 1000)
  assert.equal(cookie?.expiresAtMs, 1000 + 400 * 86_400_000)
})

test('what a server sets it is told, whatever it is', () => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/)
  const value = fc.stringMatching(/^[!#-+\x2d-:<-\x5b\x5d-~]{0,40}$/)
  fc.assert(
    fc.property(token, value, (name, text) => {
      const jar = new CookieJar()
      jar.take([`${name}=${text}; Path=/; HttpOnly`], URI, 0)
      assert.equal(jar.header(URI, 1), `${name}=${text}`)
    }),
  )
})

test('nothing that a server says can make the jar throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 60, unit: 'binary' }), { maxLength: 5 }),
      (lines) => {
        const jar = new CookieJar()
        jar.take(lines, URI, 0)
        jar.header(URI, 1)
      },
    ),
  )
})
