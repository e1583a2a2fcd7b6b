import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarizeRequest } from './request-summary.ts'

function wire(...lines: string[]): Uint8Array {
  return Buffer.from([...lines, '', 'v=0\r\nFrom: <sip:body@x>;tag=body'].join('\r\n'))
}

test('long, short and folded headers are read, the body is not', () => {
  const expected = {
    method: 'INVITE',
    number: '+1617#12',
    callId: 'a@b',
    fromTag: 'me',
    cseq: '7',
    branch: 'z9hG4bK1',
  }
  const long = wire(
    'INVITE sip:+1617%2312@10.0.0.1;user=phone SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.2:5060;rport;branch=z9hG4bK1',
    'Via: SIP/2.0/UDP 10.0.0.3;branch=other',
    'From: "a;tag=quoted" <sip:x@y;tag=uri>;tag=me',
    'Call-ID: a@b',
    'CSeq: 7 INVITE',
  )
  const short = wire(
    'INVITE sip:+1617%2312@10.0.0.1 SIP/2.0',
    'v: SIP/2.0/UDP 10.0.0.2:5060',
    ' ;branch=z9hG4bK1',
    'f: <sip:x@y>;tag=me',
    'i: a@b',
    'cseq: 7 INVITE',
  )
  assert.deepEqual(summarizeRequest(long), expected)
  assert.deepEqual(summarizeRequest(short), expected)
})

test('responses and keep-alives are none', () => {
  assert.equal(summarizeRequest(wire('SIP/2.0 200 OK', 'CSeq: 1 INVITE')), undefined)
  assert.equal(summarizeRequest(Buffer.from('\r\n\r\n')), undefined)
})

test('a request without what it should have is still witnessed', () => {
  assert.deepEqual(summarizeRequest(wire('BYE sip:10.0.0.1 SIP/2.0')), {
    method: 'BYE',
    number: '',
    callId: '',
    fromTag: '',
    cseq: '',
    branch: '',
  })
})
