import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer, startCall } from '#test/sip-raw-call'
import { fieldOf, type RawReply } from '#test/sip-raw-peer'

const SDP = 'application/sdp'

describe('a dialog', () => {
  it('repeats its ACK for each repeated 200', async (test) => {
    const { peer, invite } = await startCall(test)
    answer(peer, invite)
    const first = await peer.next('ACK')
    const seen = peer.received.length
    answer(peer, invite)
    assert.equal(await peer.next('ACK', seen), first)
  })

  it('hangs up the losers of a fork', async (test) => {
    const { peer, invite, call } = await startCall(test)
    answer(peer, invite, { toTag: 'one' })
    await peer.next('ACK')
    const seen = peer.received.length
    answer(peer, invite, { toTag: 'two' })
    assert.match(await peer.next('ACK', seen), /\r\nTo: .*;tag=two\r\n/)
    assert.match(await peer.next('BYE', seen), /\r\nTo: .*;tag=two\r\n/)
    const outcome = await call.outcome
    assert.equal(outcome.kind === 'answered' && outcome.dialog.state.remoteTag, 'one')
  })

  it('sends requests along the route set, loose routers first', async (test) => {
    const { peer, invite } = await startCall(test)
    const near = `<sip:127.0.0.1:${peer.port};lr>`
    const headers = [
      'Record-Route: <sip:far.example;lr>, <sip:x.example;lr>',
      `Record-Route: ${near}`,
    ]
    answer(peer, invite, { headers })
    const ack = await peer.next('ACK')
    assert.match(ack, /^ACK sip:peer@127\.0\.0\.1:/)
    const lines = ack.split('\r\n').filter((line) => line.startsWith('Route: '))
    assert.deepEqual(
      lines.map((line) => line.slice(7)),
      [near, '<sip:x.example;lr>', '<sip:far.example;lr>'],
    )
  })

  it('puts a strict router into the Request-URI', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    const strict = `<sip:strict@127.0.0.1:${peer.port}>`
    answer(peer, invite, { headers: [`Record-Route: <sip:far.example;lr>, ${strict}`] })
    const ack = await peer.next('ACK')
    assert.equal(ack.split(' ')[1], `sip:strict@127.0.0.1:${peer.port}`)
    const lines = ack.split('\r\n').filter((line) => line.startsWith('Route: '))
    assert.deepEqual(lines, [
      'Route: <sip:far.example;lr>',
      `Route: <sip:peer@127.0.0.1:${peer.port}>`,
    ])
    assert.deepEqual((await answered()).state.routeSet, [strict, '<sip:far.example;lr>'])
  })

  it('answers BYE and its repetition, then knows the dialog no more', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    peer.request('BYE', invite, { toTag: 'peer', headers: ['Reason: Q.850;cause=16'] })
    assert.deepEqual(await dialog.ended, { by: 'remote', reason: 'Q.850;cause=16' })
    const first = await peer.next('SIP/2.0 200 OK')
    const seen = peer.received.length
    peer.request('BYE', invite, { toTag: 'peer' })
    assert.equal(await peer.next('SIP/2.0 200 OK', seen), first)
    peer.request('BYE', invite, { toTag: 'peer' }, 2)
    await peer.next('SIP/2.0 481 ')
  })

  it('answers a BYE that overtook the 200, and reports an answered call that ended', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    peer.reply(invite, '180 Ringing', { toTag: 'peer' })
    peer.request('BYE', invite, { toTag: 'peer' })
    await peer.next('SIP/2.0 200 OK')
    answer(peer, invite)
    await peer.next('ACK')
    assert.equal((await (await answered()).ended).by, 'remote')
  })

  it('refuses what comes out of order with 500', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    await answered()
    peer.request('OPTIONS', invite, { toTag: 'peer' }, 7)
    await peer.next('SIP/2.0 200 OK')
    peer.request('OPTIONS', invite, { toTag: 'peer' }, 6)
    await peer.next('SIP/2.0 500 ')
  })

  it('answers a re-INVITE with the SDP of its hook, until the ACK, and follows the Contact', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    dialog.onReinvite = ({ body, contentType }) => {
      assert.equal(Buffer.from(body).toString(), 'v=1\r\n')
      assert.equal(contentType, SDP)
      return { body: Buffer.from('v=2\r\n'), contentType: SDP }
    }
    const reinvite = { toTag: 'peer', headers: [`Content-Type: ${SDP}`], body: 'v=1\r\n' }
    peer.request('INVITE', invite, reinvite, 2)
    const ok = await peer.next('SIP/2.0 200 OK')
    assert.ok(ok.endsWith('\r\n\r\nv=2\r\n'))
    const seen = peer.received.length
    await peer.next('SIP/2.0 200 OK', seen)
    peer.request('ACK', invite, { toTag: 'peer' }, 2)
    assert.equal(dialog.state.remoteTarget, `sip:peer@127.0.0.1:${peer.port}`)
    assert.equal(dialog.state.remoteCseq, 2)
  })

  it('refuses a re-INVITE without a hook, INFO without a hook, and takes a bare UPDATE', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    await answered()
    peer.request('INVITE', invite, { toTag: 'peer' }, 1)
    await peer.next('SIP/2.0 488 ')
    peer.request('ACK', invite, { toTag: 'peer' }, 1)
    peer.request('INFO', invite, { toTag: 'peer' }, 2)
    assert.match(
      await peer.next('SIP/2.0 405 '),
      /\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK\r\n/,
    )
    peer.request('UPDATE', invite, { toTag: 'peer' }, 3)
    await peer.next('SIP/2.0 200 OK')
  })

  it('hands INFO to its hook', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    const heard = Promise.withResolvers<string>()
    dialog.onInfo = ({ body, contentType }) =>
      heard.resolve(`${contentType}: ${Buffer.from(body).toString()}`)
    const headers = ['Content-Type: application/dtmf-relay']
    peer.request('INFO', invite, { toTag: 'peer', headers, body: 'Signal=5' }, 1)
    assert.equal(await heard.promise, 'application/dtmf-relay: Signal=5')
    await peer.next('SIP/2.0 200 OK')
  })

  it('has a state that survives JSON', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const { state } = await answered()
    assert.deepEqual(JSON.parse(JSON.stringify(state)), state)
    assert.equal(state.callId, fieldOf(invite, 'Call-ID'))
  })

  it('takes crossing BYEs from both sides', async (test) => {
    const { peer, invite, answered } = await startCall(test)
    answer(peer, invite)
    const dialog = await answered()
    const gone = dialog.bye()
    const bye = await peer.next('BYE')
    peer.request('BYE', invite, { toTag: 'peer' })
    await peer.next('SIP/2.0 200 OK')
    peer.reply(bye, '481 Call/Transaction Does Not Exist')
    await gone
    assert.equal((await dialog.ended).by, 'local')
  })

  it('answers a proxy and then the callee, each with its own credentials', async (test) => {
    const account = { username: 'alice', password: 'secret' }
    const { peer, invite, answered } = await startCall(test, account)
    peer.reply(invite, '407 Proxy Authentication Required', {
      toTag: 'a',
      headers: ['Proxy-Authenticate: Digest realm="proxy", nonce="1", qop="auth"'],
    })
    let seen = peer.received.length
    const second = await peer.next('INVITE', seen)
    assert.match(second, /\r\nProxy-Authorization: Digest .*nc=00000001/)
    seen = peer.received.length
    peer.reply(second, '401 Unauthorized', {
      toTag: 'b',
      headers: ['WWW-Authenticate: Digest realm="callee", nonce="2"'],
    })
    const third = await peer.next('INVITE', seen)
    assert.match(third, /\r\nProxy-Authorization: Digest .*nonce="1".*nc=00000002/)
    assert.match(third, /\r\nAuthorization: Digest .*nonce="2"/)
    answer(peer, third)
    await answered()
  })

  it('answers a stale nonce once more, but not a rejection', async (test) => {
    const account = { username: 'alice', password: 'secret' }
    const { peer, invite, call } = await startCall(test, account)
    const challenge = (nonce: number, more = ''): RawReply => ({
      toTag: 'a',
      headers: [`WWW-Authenticate: Digest realm="r", nonce="${nonce}"${more}`],
    })
    peer.reply(invite, '401 Unauthorized', challenge(1))
    let seen = peer.received.length
    const second = await peer.next('INVITE', seen)
    seen = peer.received.length
    peer.reply(second, '401 Unauthorized', challenge(2, ', stale=true'))
    const third = await peer.next('INVITE', seen)
    assert.match(third, /nonce="2"/)
    peer.reply(third, '401 Unauthorized', challenge(3))
    const outcome = await call.outcome
    assert.equal(outcome.kind === 'refused' && outcome.status, 401)
  })

  it('proves itself where the BYE is challenged', async (test) => {
    const { peer, invite, answered } = await startCall(test, {
      username: 'alice',
      password: 'secret',
    })
    answer(peer, invite)
    const gone = (await answered()).bye()
    const challenge = 'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"'
    peer.reply(await peer.next('BYE'), '407 Proxy Authentication Required', {
      headers: [challenge],
    })
    const seen = peer.received.length
    const second = await peer.next('BYE', seen)
    assert.match(second, /\r\nProxy-Authorization: Digest username="alice", realm="r", nonce="n"/)
    peer.reply(second, '200 OK')
    await gone
  })
})
