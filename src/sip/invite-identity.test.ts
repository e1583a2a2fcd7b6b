import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { parseNameAddress } from './headers/name-address.ts'
import type { InviteTarget } from './invite.ts'
import { createIdentity, firstRoundElsewhere, roundOf } from './invite-identity.ts'
import { formatMessage, parseMessage } from './message.ts'
import { createInvite } from './request.ts'
import { checkRequest } from './request-check.ts'
import { parseUri } from './uri.ts'

const TRUNK = { host: 'trunk.example', port: 5060, transport: 'udp' as const }
const LOCAL = { host: '192.0.2.1', port: 5070 }

/** What a customer, or whoever fills their forms, may send as a number or a name. */
const HOSTILE = [
  'x\r\nEvil: 1',
  'x\nEvil: 1',
  'x\rEvil: 1',
  '\r\n\r\nv=0\r\n',
  'x\0y',
  '\0',
  '"',
  '""',
  '\\',
  '\\"',
  '"\\',
  '">\r\n<sip:evil@evil>',
  '<sip:evil@evil>',
  '> <sip:evil@evil',
  'x>;tag=evil',
  'x;tag=evil',
  'x;user=phone',
  'x@evil.example',
  'x@evil.example:5061;transport=tcp?Route=%3Csip:evil%3E#',
  'x?Subject=evil',
  'x&y=z',
  'x,y',
  'x, <sip:evil@evil>',
  'x:password',
  'sip:evil@evil',
  'tel:+1900',
  '%0d%0aEvil: 1',
  '%00',
  '%',
  '%%%',
  '%zz',
  '+1617 555 1212',
  ' ',
  '\t',
  'a\tb',
  'x SIP/2.0',
  ' SIP/2.0\r\nEvil: 1',
  '\u0085Evil: 1',
  '\u2028Evil: 1',
  '\u2029',
  '\u010d\u010a',
  '\u560d\u560a',
  '\ufeff',
  '\ud800',
  '☎️ 電話',
  'Ünïcödé',
  '\x7f\x1b[2J',
  '#{7*7}',
  "'; DROP TABLE calls; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  'a'.repeat(2_000),
]

describe('an INVITE', () => {
  it('has the identity of its caller, its trunk and nobody else', () => {
    const text = inviteText({ trunk: TRUNK, destination: '+16175551212', callerId: '+16175550100' })
    const lines = text.split('\r\n')
    assert.equal(lines[0], 'INVITE sip:+16175551212@trunk.example;user=phone SIP/2.0')
    assert.ok(lines.includes('To: <sip:+16175551212@trunk.example;user=phone>'))
    assert.ok(lines.includes('P-Asserted-Identity: <sip:+16175550100@trunk.example;user=phone>'))
    assert.ok(lines.includes('P-Asserted-Identity: <tel:+16175550100>'))
    assert.ok(lines.includes('Contact: <sip:192.0.2.1:5070>'))
    assert.ok(lines.includes('Max-Forwards: 70'))
    assert.match(
      text,
      /\r\nFrom: <sip:\+16175550100@trunk\.example;user=phone>;tag=[0-9a-f]{16}\r\n/,
    )
    assert.match(
      text,
      /\r\nVia: SIP\/2\.0\/UDP 192\.0\.2\.1:5070;branch=z9hG4bK[0-9a-f]{24};rport\r\n/,
    )
  })

  it('takes a ten-digit caller ID without inventing a global number', () => {
    const text = inviteText({ trunk: TRUNK, destination: '+16175551212', callerId: '6175550100' })
    assert.match(text, /\r\nP-Asserted-Identity: <sip:6175550100@trunk\.example>\r\n/)
    assert.doesNotMatch(text, /tel:/)
  })

  it('names ports and IPv6 hosts as URIs do', () => {
    const trunk = { host: '2001:db8::5', port: 5080, transport: 'tcp' as const }
    const text = inviteText({ trunk, destination: '+16175551212' })
    assert.match(text, /^INVITE sip:\+16175551212@\[2001:db8::5\]:5080;user=phone SIP\/2\.0\r\n/)
    assert.match(text, /\r\nContact: <sip:192\.0\.2\.1:5070;transport=tcp>\r\n/)
  })

  it('tells the trunk who calls, and asks it to withhold that from the callee', () => {
    const target = { trunk: TRUNK, destination: '1', callerId: '+16175550100', displayName: 'Me' }
    const text = inviteText({ ...target, withholdCallerId: true })
    assert.match(text, /\r\nFrom: "Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/)
    assert.match(text, /\r\nP-Asserted-Identity: <sip:\+16175550100@/)
    assert.match(text, /\r\nPrivacy: id\r\n/)
    assert.doesNotMatch(inviteText(target), /Privacy/)
  })

  it('tells a trunk that is not to be told nothing of the caller but From', () => {
    const target = { trunk: TRUNK, destination: '1', callerId: '+16175550100' }
    const text = inviteText({ ...target, assertIdentity: false })
    assert.match(text, /\r\nFrom: <sip:\+16175550100@/)
    assert.doesNotMatch(text, /P-Asserted-Identity/)
  })

  it('is for the domain of the trunk, whichever of its servers gets it', () => {
    const trunk = { ...TRUNK, host: 'server1.example' }
    const text = inviteText({ trunk, domain: { host: 'domain.example' }, destination: '1' })
    assert.match(text, /^INVITE sip:1@domain\.example SIP\/2\.0\r\n/)
    assert.doesNotMatch(text, /server1/)
  })

  it('has later rounds whose ids follow from the first', () => {
    const alternates = [{ ...TRUNK, host: 'other.example' }]
    const target = { trunk: TRUNK, alternates, destination: '1' }
    const identity = createIdentity(target, LOCAL, seededRandom(1))
    const { branch, cseq } = identity
    assert.deepEqual(roundOf(identity, 0), { branch, cseq, target: identity.target })
    const third = { branch: `${branch}.2`, cseq: cseq + 2, target: identity.target }
    assert.deepEqual(roundOf(identity, 2), third)
    const elsewhere = firstRoundElsewhere(identity, 2) ?? 0
    assert.equal(roundOf(identity, elsewhere).target.host, 'other.example')
    assert.equal(firstRoundElsewhere(identity, elsewhere), undefined)
  })

  for (const field of ['destination', 'callerId', 'displayName'] as const) {
    it(`has the same structure whatever its ${field} holds`, () => {
      const harmless = shapeOf(inviteText(targetWith(field, 'x')))
      for (const value of HOSTILE) {
        const text = inviteText(targetWith(field, value))
        const message = JSON.stringify(value)
        assert.deepEqual(shapeOf(text), harmless, message)
        const parsed = parseMessage(Buffer.from(text, 'latin1'))
        assert(parsed.kind === 'request')
        assert.equal(checkRequest(parsed), undefined, message)
        assert.equal(parseUri(parsed.uri)?.host, 'trunk.example', message)
        const from = parseNameAddress(parsed.headers.get('From') ?? '', 'From')
        assert.equal(parseUri(from.uri)?.host, 'trunk.example', message)
        assert.deepEqual([...from.parameters.keys()], ['tag'], message)
      }
    })
  }
})

function targetWith(
  field: 'destination' | 'callerId' | 'displayName',
  value: string,
): InviteTarget {
  const plain = { trunk: TRUNK, destination: 'x', callerId: 'x', displayName: 'x' }
  return { ...plain, [field]: value }
}

function inviteText(target: InviteTarget): string {
  const identity = createIdentity(target, LOCAL, seededRandom('identity'))
  const body = Buffer.from('v=0\r\n')
  const parts = { userAgentName: 'Outdial', body, contentType: 'application/sdp', round: 0 }
  return formatMessage(createInvite(identity, { ...parts, authorization: [] })).toString('latin1')
}

/** The names of all lines, and how many there are. */
function shapeOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.split(':')[0]?.split(' ')[0] ?? '')
}
