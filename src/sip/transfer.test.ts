import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { answer, type RawCall, startCall } from '#test/sip-raw-call'
import { fieldOf } from '#test/sip-raw-peer'
import { formatDtmfRelay, parseDtmfRelay } from './dtmf-relay.ts'
import { formatReason, parseReasons } from './headers/reason.ts'
import type { Dialog } from './index.ts'

describe('a transfer', () => {
  it('asks the peer to call, and hears how that went', async (test) => {
    const { peer, invite, dialog } = await startAnswered(test)
    const heard: number[] = []
    const outcome = dialog.refer({
      uri: 'tel:+16175550123',
      onProgress: (status) => heard.push(status),
    })
    const refer = await peer.next('REFER')
    assert.equal(fieldOf(refer, 'Refer-To'), '<tel:+16175550123>')
    assert.equal(fieldOf(refer, 'Referred-By'), '<sip:anonymous@anonymous.invalid>')
    peer.reply(refer, '202 Accepted')
    const notify = (fragment: string, state: string, cseq: number): void =>
      peer.request(
        'NOTIFY',
        invite,
        {
          toTag: 'peer',
          headers: [
            'Event: refer',
            `Subscription-State: ${state}`,
            'Content-Type: message/sipfrag;version=2.0',
          ],
          body: fragment,
        },
        cseq,
      )
    notify('SIP/2.0 180 Ringing\r\n', 'active;expires=60', 1)
    await peer.next('SIP/2.0 200 OK')
    notify('SIP/2.0 200 OK\r\n', 'terminated;reason=noresource', 2)
    assert.deepEqual(await outcome, { kind: 'transferred', status: 200 })
    assert.deepEqual(heard, [180])
  })

  it('to who is on the line already names the call to replace', async (test) => {
    const consulted = await startAnswered(test)
    const { peer, dialog } = await startAnswered(test)
    const outcome = dialog.refer({ replaces: consulted.dialog.state })
    const refer = await peer.next('REFER')
    const { callId, localTag, remoteTag, remoteTarget } = consulted.dialog.state
    const uri = /^<(.*)\?Replaces=(.*)>$/.exec(fieldOf(refer, 'Refer-To'))
    assert.equal(uri?.[1], remoteTarget)
    assert.equal(
      decodeURIComponent(uri?.[2] ?? ''),
      `${callId};to-tag=${remoteTag};from-tag=${localTag}`,
    )
    peer.reply(refer, '603 Decline')
    assert.deepEqual(await outcome, { kind: 'refused', status: 603, reason: 'Decline' })
  })

  it('may fail, and may be left unknown', async (test) => {
    const { peer, invite, dialog } = await startAnswered(test)
    const failed = dialog.refer({ uri: 'sip:a@b.example' })
    peer.reply(await peer.next('REFER'), '202 Accepted')
    const headers = ['Event: refer;id=2', 'Subscription-State: terminated']
    const busy = { toTag: 'peer', headers, body: 'SIP/2.0 486 Busy Here' }
    peer.request('NOTIFY', invite, busy, 1)
    assert.deepEqual(await failed, { kind: 'failed', status: 486 })

    const seen = peer.received.length
    const silent = dialog.refer({ uri: 'sip:a@b.example', timeoutMs: 50 })
    peer.reply(await peer.next('REFER', seen), '202 Accepted')
    assert.equal((await silent).kind, 'unknown')

    const before = peer.received.length
    const hungUp = dialog.refer({ uri: 'sip:a@b.example' })
    peer.reply(await peer.next('REFER', before), '202 Accepted')
    peer.request('BYE', invite, { toTag: 'peer' }, 2)
    assert.deepEqual(await hungUp, { kind: 'unknown', reason: 'the call ended' })
  })

  it('goes only to what is a URI; news of no transfer is refused', async (test) => {
    const { peer, invite, dialog } = await startAnswered(test)
    await assert.rejects(dialog.refer({ uri: 'sip:a@b>\r\nX: y' }), { code: 'sip-invalid-uri' })
    await assert.rejects(dialog.refer({}), { code: 'sip-invalid-uri' })
    peer.request('NOTIFY', invite, { toTag: 'peer', headers: ['Event: refer'] }, 1)
    await peer.next('SIP/2.0 481 ')
  })
})

describe('a key by INFO', () => {
  it('is read as it was written', () => {
    const digit = fc.constantFrom(...'0123456789*#ABCD')
    const durationMs = fc.integer({ min: 0, max: 60_000 })
    fc.assert(
      fc.property(digit, durationMs, (key, ms) => {
        const relayed = { digit: key, durationMs: ms }
        assert.deepEqual(parseDtmfRelay(formatDtmfRelay(relayed)), relayed)
      }),
    )
    const read = (contentType: string, text: string): unknown =>
      parseDtmfRelay({ contentType, body: Buffer.from(text) })?.digit
    assert.equal(read('application/dtmf', ' 5\r\n'), '5')
    assert.equal(read('Application/DTMF-Relay; x=y', 'Signal= 11\n'), '#')
    assert.equal(read('application/dtmf-relay', 'Signal=flash'), undefined)
    assert.equal(read('text/plain', 'Signal=1'), undefined)
  })

  it('is sent and taken', async (test) => {
    const { peer, invite, dialog } = await startAnswered(test)
    const sent = dialog.sendDigit({ digit: '#', durationMs: 120 })
    const info = await peer.next('INFO')
    assert.match(info, /application\/dtmf-relay\r\n[\s\S]*\r\n\r\nSignal=#\r\nDuration=120\r\n$/)
    peer.reply(info, '200 OK')
    assert.equal(await sent, true)
    const refused = dialog.sendDigit({ digit: '1', durationMs: 120 })
    const seen = peer.received.length
    peer.reply(await peer.next('INFO', seen), '405 Method Not Allowed')
    assert.equal(await refused, false)

    const heard = Promise.withResolvers<unknown>()
    dialog.onDigit = heard.resolve
    const headers = ['Content-Type: application/dtmf-relay']
    const body = 'Signal=7\r\nDuration=250\r\n'
    peer.request('INFO', invite, { toTag: 'peer', headers, body }, 1)
    assert.deepEqual(await heard.promise, { digit: '7', durationMs: 250 })
    peer.request('INFO', invite, { toTag: 'peer', headers: ['Content-Type: text/plain'] }, 2)
    await peer.next('SIP/2.0 415 ')
  })
})

describe('a reason', () => {
  it('is read as it was written', () => {
    const cause = fc.integer({ min: 0, max: 999 })
    const text = fc
      .string({ unit: 'grapheme' })
      .map((each) => each.replace(/[\x00-\x1f\x7f]/g, ' '))
    const model = { protocol: fc.constantFrom('SIP', 'Q.850'), cause, text }
    const optional: fc.RecordConstraints<keyof typeof model> = {
      requiredKeys: ['protocol'],
      noNullPrototype: true,
    }
    fc.assert(
      fc.property(fc.record(model, optional), (reason) => {
        assert.deepEqual(parseReasons(formatReason(reason)), [reason])
      }),
    )
    assert.deepEqual(parseReasons('Q.850;cause=16, what is this, SIP'), [
      { protocol: 'Q.850', cause: 16 },
      { protocol: 'SIP' },
    ])
  })

  it('goes with BYE and with CANCEL', async (test) => {
    const { peer, dialog } = await startAnswered(test)
    void dialog.bye({ protocol: 'Q.850', cause: 16, text: 'the "end"' })
    const bye = await peer.next('BYE')
    assert.equal(fieldOf(bye, 'Reason'), 'Q.850;cause=16;text="the \\"end\\""')
    peer.reply(bye, '200 OK')

    const ringing = await startCall(test)
    ringing.peer.reply(ringing.invite, '180 Ringing')
    ringing.call.cancel({ protocol: 'SIP', cause: 200 })
    assert.equal(fieldOf(await ringing.peer.next('CANCEL'), 'Reason'), 'SIP;cause=200')
  })
})

async function startAnswered(test: TestContext): Promise<RawCall & { dialog: Dialog }> {
  const call = await startCall(test)
  answer(call.peer, call.invite)
  return { ...call, dialog: await call.answered() }
}
