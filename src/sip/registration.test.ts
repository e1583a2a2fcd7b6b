import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { VirtualClock } from '#base'
import { closedPort, eventually, startAgent } from '#test/sip-agents'
import { fieldOf, RawPeer } from '#test/sip-raw-peer'
import type { Health, RegistrationState, Target } from './index.ts'

describe('a registration', () => {
  it('proves itself, takes the interval that is asked of it, refreshes and is taken back', async (test) => {
    const peer = new RawPeer()
    await peer.start(test)
    const { agent } = await startAgent(test)
    const states: RegistrationState[] = []
    const registration = agent.register({
      registrar: targetOf(peer),
      user: 'al;ice',
      domain: 'trunk.example',
      credentials: { username: 'alice', password: 'secret' },
      expiresSeconds: 60,
      onChange: (state) => states.push(state),
    })
    const first = await peer.next('REGISTER')
    assert.match(first, /^REGISTER sip:trunk\.example SIP\/2\.0\r\n/)
    assert.equal(fieldOf(first, 'To'), '<sip:al%3Bice@trunk.example>')
    assert.equal(fieldOf(first, 'Expires'), '60')
    const contact = fieldOf(first, 'Contact')
    assert.equal(contact, `<sip:al%3Bice@127.0.0.1:${agent.localAddress.port}>`)

    let seen = peer.received.length
    const challenge = 'WWW-Authenticate: Digest realm="r", nonce="1", qop="auth"'
    peer.reply(first, '401 Unauthorized', { toTag: 'a', headers: [challenge] })
    const second = await peer.next('REGISTER', seen)
    assert.match(second, /\r\nAuthorization: Digest username="alice"/)
    assert.equal(fieldOf(second, 'Call-ID'), fieldOf(first, 'Call-ID'))
    assert.equal(fieldOf(second, 'CSeq'), '2 REGISTER')

    seen = peer.received.length
    peer.reply(second, '423 Interval Too Brief', { toTag: 'a', headers: ['Min-Expires: 120'] })
    const third = await peer.next('REGISTER', seen)
    assert.equal(fieldOf(third, 'Expires'), '120')

    seen = peer.received.length
    const others = 'Contact: <sip:al%3Bice@192.0.2.9>;expires=7200'
    peer.reply(third, '200 OK', { toTag: 'a', headers: [others, `Contact: ${contact};expires=1`] })
    const refresh = await peer.next('REGISTER', seen)
    assert.deepEqual(states, [{ kind: 'registered', expiresSeconds: 1 }])
    peer.reply(refresh, '200 OK', { toTag: 'a', headers: [`Contact: ${contact};expires=3600`] })
    await eventually('registered anew', () => states.length === 2)

    seen = peer.received.length
    const stopped = registration.stop()
    const last = await peer.next('REGISTER', seen)
    assert.equal(fieldOf(last, 'Expires'), '0')
    peer.reply(last, '200 OK', { toTag: 'a' })
    await stopped
    assert.deepEqual(registration.state, { kind: 'stopped' })
  })

  it('tries again after a failure, and is taken back with the user agent', async (test) => {
    const peer = new RawPeer()
    await peer.start(test)
    const { agent } = await startAgent(test)
    const registration = agent.register({
      registrar: targetOf(peer),
      user: 'alice',
      retrySeconds: 0.05,
    })
    const first = await peer.next('REGISTER')
    const seen = peer.received.length
    peer.reply(first, '403 Forbidden', { toTag: 'a' })
    const second = await peer.next('REGISTER', seen)
    assert.deepEqual(registration.state, { kind: 'failed', reason: '403 Forbidden', status: 403 })
    peer.reply(second, '200 OK', { toTag: 'a', headers: ['Expires: 600'] })
    await eventually('registered', () => registration.state.kind === 'registered')
    const before = peer.received.length
    const stopped = agent.stop()
    const last = await peer.next('REGISTER', before)
    assert.equal(fieldOf(last, 'Expires'), '0')
    peer.reply(last, '200 OK', { toTag: 'a' })
    await stopped
  })

  it('stands until it expires where a refresh meets silence or a fault, not where it is refused', async (test) => {
    const clock = new VirtualClock()
    const peer = new RawPeer()
    await peer.start(test)
    const { agent, received } = await startAgent(test, { clock })
    const states: string[] = []
    const onChange = ({ kind }: RegistrationState): unknown => states.push(kind)
    agent.register({ registrar: targetOf(peer), user: 'alice', expiresSeconds: 600, onChange })
    let last = await peer.next('REGISTER')
    const answers: readonly (readonly [status: string, nextMs: number])[] = [
      ['200 OK', 480_000],
      ['503 Service Unavailable', 30_000],
      // A quarter of what is left.
      ['408 Request Timeout', 22_500],
    ]
    for (const [at, [status, nextMs]] of answers.entries()) {
      peer.reply(last, status, { toTag: 'a', headers: at === 0 ? ['Expires: 600'] : [] })
      await eventually(status, () => received.length === at + 1)
      await clock.advance(nextMs)
      last = await peer.nextAfter('REGISTER', last)
    }
    assert.deepEqual(states, ['registered'])
    peer.reply(last, '403 Forbidden', { toTag: 'a' })
    await eventually('refused', () => states.length === 2)
    assert.deepEqual(states, ['registered', 'failed'])
  })

  it('has a domain that can stand in a message', async (test) => {
    const { agent } = await startAgent(test)
    const registrar = { host: '127.0.0.1', port: 5060, transport: 'udp' as const }
    const setting = { registrar, user: 'alice', domain: 'a\r\nEvil: yes' }
    assert.throws(() => agent.register(setting), { code: 'sip-invalid-uri' })
  })

  it('does not hold up the end of the user agent where the registrar is silent', async (test) => {
    const peer = new RawPeer()
    await peer.start(test)
    const { agent } = await startAgent(test, { timers: {} })
    agent.register({ registrar: targetOf(peer), user: 'alice' })
    await peer.next('REGISTER')
    const began = performance.now()
    await agent.stop()
    assert.ok(performance.now() - began < 5_000)
  })
})

describe('the health of a trunk', () => {
  it('is up with any answer, down with 503 and where nobody is', async (test) => {
    const peer = new RawPeer()
    await peer.start(test)
    const { agent } = await startAgent(test)
    const heard: Health[] = []
    const onChange = (health: Health): unknown => heard.push(health)
    const watch = agent.watch({ endpoint: targetOf(peer), intervalSeconds: 0.02, onChange })
    assert.equal(watch.health, 'unknown')
    let question = ''
    for (const status of ['404 Not Found', '200 OK', '503 Service Unavailable', '200 OK']) {
      question = await peer.nextAfter('OPTIONS', question)
      peer.reply(question, status, { toTag: 'a' })
    }
    await eventually('up again', () => heard.length === 3)
    assert.deepEqual(heard, ['up', 'down', 'up'])
    watch.stop()

    const nobody = { host: '127.0.0.1', port: await closedPort(), transport: 'udp' as const }
    const gone = agent.watch({ endpoint: nobody })
    await eventually('down', () => gone.health === 'down')
  })
})

function targetOf(peer: RawPeer): Target {
  return { host: '127.0.0.1', port: peer.port, transport: 'udp' }
}
