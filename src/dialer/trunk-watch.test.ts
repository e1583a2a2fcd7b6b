import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { type Clock, silentLogger, systemClock, VirtualClock } from '#base'
import type { Trunk } from '#model'
import { eventually, startAgent } from '#test/sip-agents'
import { RawPeer } from '#test/sip-raw-peer'
import { TrunkWatch } from './trunk-watch.ts'

describe('a trunk', () => {
  it('takes calls at once where nothing is asked of it', async (test) => {
    const { watch, trunk } = await startWatch(test, {})
    assert.deepEqual(watch.standing(trunk), { name: 't', usable: true })
  })

  it('takes none while it does not answer, and is back by its answer', async (test) => {
    const { watch, trunk, peer, changes, reasons } = await startWatch(test, { pingSeconds: 0.02 })
    assert.deepEqual(watch.standing(trunk), { name: 't', usable: false, reason: 'not-asked' })
    let question = ''
    for (const status of ['200 OK', '503 Service Unavailable', '404 Not Found']) {
      const told = changes.length
      question = await peer.nextAfter('OPTIONS', question)
      peer.reply(question, status, { toTag: 'a' })
      await eventually(`a change by ${status}`, () => changes.length > told)
    }
    assert.deepEqual(changes, [true, false, true])
    assert.deepEqual(reasons, [undefined, 'no-answer', undefined])
  })

  it('is asked at once where a call has cast doubt on it', async (test) => {
    const { watch, trunk, peer, changes } = await startWatch(test, { pingSeconds: 3600 })
    const first = await peer.next('OPTIONS')
    peer.reply(first, '200 OK', { toTag: 'a' })
    await eventually('up', () => changes.length === 1)
    watch.doubt(trunk)
    const second = await peer.nextAfter('OPTIONS', first)
    peer.reply(second, '503 Service Unavailable', { toTag: 'a' })
    await eventually('down', () => changes.length === 2)
    assert.deepEqual(changes, [true, false])
  })

  it('takes none while it rests, five minutes at most, and is back by itself', async (test) => {
    const clock = new VirtualClock()
    const { watch, trunk, changes } = await startWatch(test, {}, clock)
    watch.rest(trunk, 60)
    watch.rest(trunk, 120)
    await clock.advance(119_999)
    assert.deepEqual(watch.standing(trunk), { name: 't', usable: false, reason: 'resting' })
    await clock.advance(1)
    assert.equal(watch.isUsable(trunk), true)
    watch.rest(trunk, 86_400)
    await clock.advance(300_000)
    assert.deepEqual(changes, [false, false, true, false, true])
    assert.equal(clock.pendingTimers, 0)
  })

  it('that must know us takes none until it does, and none when it no longer does', async (test) => {
    const account = { username: 'u', password: 'p', registerSeconds: 60 }
    const { watch, trunk, peer, changes } = await startWatch(test, account)
    const register = await peer.next('REGISTER')
    assert.equal(watch.standing(trunk).reason, 'registering')
    peer.reply(register, '200 OK', { toTag: 'a', headers: ['Expires: 1'] })
    const refresh = await peer.nextAfter('REGISTER', register)
    assert.deepEqual(changes, [true])
    peer.reply(refresh, '403 Forbidden', { toTag: 'a' })
    await eventually('a second change', () => changes.length === 2)
    assert.deepEqual(changes, [true, false])
    const { reason, detail } = watch.standing(trunk)
    assert.equal(reason, 'not-registered')
    assert.match(detail ?? '', /403/)
  })
})

/** `changes`, `reasons`: whether the trunk could take calls, and why not, at each change that was told. */
async function startWatch(
  test: TestContext,
  properties: Partial<Trunk>,
  clock: Clock = systemClock,
): Promise<{
  watch: TrunkWatch
  trunk: Trunk
  peer: RawPeer
  changes: boolean[]
  reasons: unknown[]
}> {
  const peer = new RawPeer()
  await peer.start(test)
  const { agent } = await startAgent(test)
  const where = { host: '127.0.0.1', port: peer.port }
  const trunk: Trunk = { name: 't', ...where, invalidCallerId: 'decline', ...properties }
  const changes: boolean[] = []
  const reasons: unknown[] = []
  const watch = new TrunkWatch({
    userAgent: agent,
    trunks: [trunk],
    clock,
    log: silentLogger,
    onChange: () => {
      changes.push(watch.isUsable(trunk))
      reasons.push(watch.standing(trunk).reason)
    },
  })
  await watch.start()
  test.after(() => watch.stop())
  return { watch, trunk, peer, changes, reasons }
}
