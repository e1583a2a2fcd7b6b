import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EndedCall, resultForm } from './result-form.ts'

const call: EndedCall = {
  callId: 112850593,
  campaignId: 7,
  campaignName: 'default',
  campaignParameters: '',
  phoneNumber: 'tel:+16177123000;postd=p1',
  messageReference: 'größe & co',
  callParameters: 'a=1&b=2',
  attempts: 2,
  lastAttemptAt: new Date('2026-11-23T12:00:00.900Z'),
}

test('tells an answered call with every variable, in the order of the documentation', () => {
  const form = new URLSearchParams(
    resultForm(call, {
      outcome: 'answered',
      cause: '200 OK',
      sipStatus: 200,
      hangupBy: 'callee',
      calleeType: 'voice',
      durationSeconds: 31,
      exitValue: '{"choice":"1"}',
    }),
  )
  assert.deepEqual(
    [...form],
    [
      ['phone_number', 'tel:+16177123000;postd=p1'],
      ['message_reference', 'größe & co'],
      ['call_parameters', 'a=1&b=2'],
      ['campaign_parameters', ''],
      ['call_id', '112850593'],
      ['result', 'completed'],
      ['callee_type', 'voice'],
      ['attempts', '2'],
      ['last_attempt_timestamp', '1795435200'],
      ['duration', '31'],
      ['outcome', 'answered'],
      ['sip_status', '200'],
      ['hangup_by', 'callee'],
      ['campaign_id', '7'],
      ['campaign_name', 'default'],
      ['exit', '{"choice":"1"}'],
    ],
  )
})

test('leaves empty what a call that was never dialled does not have', () => {
  const { lastAttemptAt, ...undialled } = call
  const form = new URLSearchParams(
    resultForm(
      { ...undialled, attempts: 0 },
      { outcome: 'expired', cause: 'late', calleeType: '', durationSeconds: 0 },
    ),
  )
  assert.ok(lastAttemptAt)
  for (const name of ['callee_type', 'last_attempt_timestamp', 'sip_status', 'hangup_by', 'exit']) {
    assert.equal(form.get(name), '', name)
  }
  assert.equal(form.get('result'), 'failed')
  assert.equal(form.get('attempts'), '0')
})
