import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Trunk } from '#model'
import { describeTrunk, parseTrunkUri } from './trunk-uri.ts'

const PLAIN = { name: 'default', invalidCallerId: 'decline' }

/** Every property, none with its default. */
const FULL =
  `sip:u:p@h:5061;transport=tls;tls_ca=/a%3Bb.pem;tls_certificate=/c.pem;tls_key=/k.pem;register=600;
ping=30;session_timer=off;prack=required;codecs=G722,OPUS,PCMU;srtp=sdes;dtmf=info;caller_id=+16175550100;invalid_caller_id=default;
caller_id_format=e164;privacy=on;asserted_identity=off;stir_key=/s.key;stir_certificate=/s.pem;
stir_x5u=https://c.example/s.pem?a%3Bb;stir_attest=A;stir_numbers=+1617555,+44;number_format=national;country=GB;strip=0;
prefix=9*;priority=2;weight=0;failover=500,603;lines=20;cps=0.5`.replaceAll('\n', '')

const FULL_TRUNK: Trunk = {
  name: 'default',
  host: 'h',
  port: 5061,
  transport: 'tls',
  tlsCaFile: '/a;b.pem',
  tlsCertificateFile: '/c.pem',
  tlsKeyFile: '/k.pem',
  username: 'u',
  password: 'p',
  registerSeconds: 600,
  pingSeconds: 30,
  sessionSeconds: 0,
  reliableProgress: 'required',
  codecs: ['G722', 'OPUS', 'PCMU'],
  srtp: 'sdes',
  keys: 'info',
  callerId: '+16175550100',
  invalidCallerId: 'default',
  callerIdFormat: 'e164',
  withholdsCallerId: true,
  assertsIdentity: false,
  signingKeyFile: '/s.key',
  signingCertificateFile: '/s.pem',
  signingCertificateUrl: 'https://c.example/s.pem?a;b',
  attestation: 'A',
  ownNumbers: ['+1617555', '+44'],
  numberFormat: 'national',
  country: 'GB',
  stripPrefix: '0',
  prefix: '9*',
  priority: 2,
  weight: 0,
  failoverStatuses: [500, 603],
  lines: 20,
  callsPerSecond: 0.5,
}

describe('parseTrunkUri', () => {
  const good: readonly (readonly [string, object])[] = [
    ['sip:sip.example.com', { host: 'sip.example.com' }],
    ['sip:192.0.2.1:5080', { host: '192.0.2.1', port: 5080 }],
    ['sip:[2001:db8::1]:5070;transport=tcp', { host: '2001:db8::1', port: 5070, transport: 'tcp' }],
    ['sip:[::1]', { host: '::1' }],
    ['sip:u:p@h', { host: 'h', username: 'u', password: 'p' }],
    ['sip:a%40b:p%3A%3b%25%C3%A9@h', { host: 'h', username: 'a@b', password: 'p:;%é' }],
    [
      'sip:h;caller_id=+16175550100;lines=20;cps=0.5;invalid_caller_id=default',
      {
        host: 'h',
        callerId: '+16175550100',
        lines: 20,
        callsPerSecond: 0.5,
        invalidCallerId: 'default',
      },
    ],
    ['sip:h;ping=off;register=off', { host: 'h' }],
    ['sip:h;failover=off', { host: 'h', failoverStatuses: [] }],
    [FULL, FULL_TRUNK],
  ]
  for (const [uri, trunk] of good) {
    it(`reads ${uri}`, () => assert.deepEqual(parseTrunkUri(uri), { ...PLAIN, ...trunk }))
  }

  it('takes the name it is given', () => assert.equal(parseTrunkUri('sip:h', 'pbx').name, 'pbx'))

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /not of the form sip:/],
    ['sips:h', /not of the form/],
    ['h:5060', /not of the form/],
    ['sip:u@h', /not of the form/],
    ['sip:h;', /not of the form/],
    ['sip:[::1', /not of the form/],
    ['sip:[1:2]', /\[1:2\] is no host/],
    ['sip:h\r\nVia: x', /not of the form/],
    ['sip:h:0', /The port is 0; it may be 1 to 65535/],
    ['sip:h:65536', /The port is 65536/],
    ['sip:a%zz:secret@h', /^The user has a % that begins no character; write a % itself as %25\.$/],
    ['sip:a:secret%ff@h', /^The password has a % that begins no character/],
    ['sip:a:secret%0d%0a@h', /^The password has a control character\.$/],
    ['sip:h;transport=sctp', /transport=sctp is not possible; it may be udp, tcp or tls\.$/],
    ['sip:h;caller_id=x', /caller_id=x is not possible/],
    ['sip:h;lines=0', /lines=0 is not possible/],
    ['sip:h;cps=0', /cps=0 is not possible/],
    ['sip:h;cps=-1', /cps=-1 is not possible/],
    ['sip:h;invalid_caller_id=no', /invalid_caller_id=no is not possible/],
    ['sip:h;line=3', /no parameter line; there are transport, tls_ca/],
    ['sip:h;lines=3;lines=4', /parameter lines is given twice/],
    ['sip:h;lines=3=4', /lines=3=4 is not possible/],
    ['sip:h;lines', /lines= is not possible/],
    ['sip:h;register=600', /register needs an account/],
    ['sip:u:secret@h;register=5', /register=5 is not possible; it may be off, or seconds from 60/],
    ['sip:h;transport=tls;tls_key=/k', /tls_certificate and tls_key belong together/],
    ['sip:h;transport=udp;tls_ca=/c', /need transport=tls/],
    ['sip:192.0.2.1;tls_ca=/c', /need transport=tls/],
    [
      'sip:h;transport=tls;tls_ca=c.pem',
      /tls_ca=c\.pem is not possible; it may be the absolute path/,
    ],
    ['sip:h;stir_key=/k;stir_attest=B', /stir_attest belong together; give all, or none/],
    ['sip:h;stir_numbers=+1', /stir_numbers needs stir_attest=A/],
    ['sip:h;stir_numbers=1617', /stir_numbers=1617 is not possible; it may be beginnings/],
    ['sip:h;stir_x5u=http://c/', /stir_x5u=http:.* is not possible; it may be an https URL/],
    ['sip:h;stir_x5u=https://u@c/', /it may be an https URL without user and fragment/],
    ['sip:h;stir_attest=D', /stir_attest=D is not possible; it may be A, B or C/],
    ['sip:h;country=XX', /country=XX is not possible/],
    ['sip:h;codecs=G729', /codecs=G729 is not possible; it may be some of PCMU, PCMA, G722, OPUS/],
    ['sip:h;codecs=PCMU,PCMU', /codecs=PCMU,PCMU is not possible/],
    ['sip:h;srtp=dtls', /srtp=dtls is not possible; it may be off or sdes/],
    ['sip:h;failover=486', /failover=486 is not possible; it may be off, or SIP statuses from 500/],
    [
      'sip:h;session_timer=30',
      /session_timer=30 is not possible; it may be off, or seconds from 90/,
    ],
    ['sip:h;prefix=%zz', /value of prefix has a % that begins no character/],
  ]
  for (const [uri, sentence] of bad) {
    it(`refuses ${JSON.stringify(uri)} without telling the password`, () => {
      assert.throws(
        () => parseTrunkUri(uri),
        ({ message }: Error) => sentence.test(message) && !message.includes('secret'),
      )
    })
  }
})

describe('describeTrunk', () => {
  it('tells all but who we are', () => {
    const line = describeTrunk(FULL_TRUNK)
    assert.equal(line, FULL.replace('u:p@', ''))
    const { username: _user, password: _secret, registerSeconds: _, ...rest } = FULL_TRUNK
    assert.deepEqual(parseTrunkUri(line.replace(';register=600', '')), rest)
    assert.equal(
      describeTrunk({ ...PLAIN, host: '::1' } as Trunk),
      'sip:[::1];invalid_caller_id=decline',
    )
  })
})
