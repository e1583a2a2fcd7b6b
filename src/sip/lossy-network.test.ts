import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { randomFraction, seededRandom } from '#base'
import { firstLines, startAgent } from '#test/sip-agents'
import { type RelayedDatagram, type RelayVerdict, UdpRelay } from '#test/udp-relay'
import type { IncomingCall, InviteOptions, InviteOutcome, OutgoingCall } from './index.ts'

const BODY = Buffer.from('v=0\r\n')
const SDP = 'application/sdp'

describe('over a network that loses datagrams', { timeout: 30_000 }, () => {
  it('the INVITE is repeated', async (test) => {
    const { place } = await startNetwork(
      test,
      ({ direction, index }) => (direction === 'to-far' && index < 2 ? 'drop' : 'pass'),
      (call) => call.refuse(486),
    )
    assert.equal(statusOf(await place().outcome), 486)
  })

  it('a lost refusal is repeated, once', async (test) => {
    const { place, invites } = await startNetwork(
      test,
      ({ direction, index }) => (direction === 'to-near' && index < 1 ? 'drop' : 'pass'),
      (call) => call.refuse(486),
    )
    assert.equal(statusOf(await place().outcome), 486)
    assert.equal(invites.length, 1)
  })

  it('a lost ACK brings the 200 again, and the ACK again', async (test) => {
    let acks = 0
    const confirmed = Promise.withResolvers<void>()
    const { place } = await startNetwork(
      test,
      ({ text }) => (text.startsWith('ACK') && acks++ < 2 ? 'drop' : 'pass'),
      (call) => void call.answer(BODY, SDP).then(() => confirmed.resolve()),
    )
    const outcome = await place().outcome
    assert.equal(outcome.kind, 'answered')
    await confirmed.promise
    assert.equal(acks, 3)
  })

  it('a lost CANCEL is repeated', async (test) => {
    let cancels = 0
    const { place } = await startNetwork(
      test,
      ({ text }) => (text.startsWith('CANCEL') && cancels++ < 2 ? 'drop' : 'pass'),
      (call) => call.ring(),
    )
    const call: OutgoingCall = place({ onProgress: () => call.cancel() })
    assert.deepEqual(await call.outcome, { kind: 'canceled' })
  })

  it('a lost BYE is repeated', async (test) => {
    let byes = 0
    const ended = Promise.withResolvers<string>()
    const { place } = await startNetwork(
      test,
      ({ text }) => (text.startsWith('BYE') && byes++ < 2 ? 'drop' : 'pass'),
      (call) =>
        void call
          .answer(BODY, SDP)
          .then((dialog) => dialog.ended.then(({ by }) => ended.resolve(by))),
    )
    const outcome = await place().outcome
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    assert.equal(await ended.promise, 'remote')
  })

  it('duplicates make no second call', async (test) => {
    const { place, invites, relay } = await startNetwork(
      test,
      () => 'duplicate',
      (call) => void call.answer(BODY, SDP),
    )
    const outcome = await place().outcome
    assert(outcome.kind === 'answered')
    await outcome.dialog.bye()
    assert.equal(invites.length, 1)
    const byes = firstLines(relay.relayed.map(({ text }) => text)).filter((line) =>
      /^BYE/.test(line),
    )
    assert.equal(byes.length, 1)
  })

  it('forty calls at once end as they should', async (test) => {
    const random = seededRandom('lossy network')
    const judge = (): RelayVerdict => {
      const chance = randomFraction(random)
      if (chance < 0.1) return 'drop'
      if (chance < 0.2) return 'duplicate'
      return chance < 0.4 ? { delayMs: randomFraction(random) * 60 } : 'pass'
    }
    const behave = (call: IncomingCall): void => {
      const digit = call.request.number.at(-1)
      if (digit === '0') call.refuse(486)
      else if (digit === '1') call.ring()
      else {
        call.ring()
        void call.answer(BODY, SDP).then((dialog) => (digit === '2' ? dialog.bye() : undefined))
      }
    }
    const { place, invites } = await startNetwork(test, judge, behave)
    const calls = Array.from({ length: 40 }, (_, at) => at).map(async (at) => {
      const call: OutgoingCall = place(
        at % 4 === 1 ? { onProgress: () => call.cancel() } : {},
        `+1617555120${at % 4}`,
      )
      const outcome = await call.outcome
      if (outcome.kind !== 'answered') return outcome.kind
      if (at % 4 === 3) await outcome.dialog.bye()
      return `${outcome.kind} and ended by ${(await outcome.dialog.ended).by}`
    })
    const expected = [
      'refused',
      'canceled',
      'answered and ended by remote',
      'answered and ended by local',
    ]
    assert.deepEqual(
      await Promise.all(calls),
      Array.from({ length: 40 }, (_, at) => expected[at % 4]),
    )
    assert.equal(invites.length, 40)
  })
})

describe('over a network that is silent for too long', {
  concurrency: true,
  timeout: 30_000,
}, () => {
  it('an answer that comes when the caller has given up is told good bye', async (test) => {
    const answered = Promise.withResolvers<unknown>()
    const { place, giveUp } = await startLateNetwork(test, (call) => {
      void call.answer(BODY, SDP).then((dialog) => dialog.ended.then(answered.resolve))
    })
    assert.equal((await place().outcome).kind, 'no-response')
    giveUp()
    assert.deepEqual(await answered.promise, { by: 'remote', reason: 'BYE' })
  })

  it('what begins to ring when the caller has given up is canceled', async (test) => {
    const canceled = Promise.withResolvers<void>()
    const calls: IncomingCall[] = []
    const { place, giveUp } = await startLateNetwork(test, (call) => {
      calls.push(call)
      void call.canceled.then(canceled.resolve)
    })
    assert.equal((await place().outcome).kind, 'no-response')
    giveUp()
    for (const call of calls) call.ring()
    await canceled.promise
  })
})

/** Nothing comes back until `giveUp`, and the first five INVITEs do not come through. */
async function startLateNetwork(
  test: TestContext,
  onInvite: (call: IncomingCall) => void,
): Promise<{ place: () => OutgoingCall; giveUp: () => void }> {
  let hasGivenUp = false
  const verdict = ({ direction, index }: RelayedDatagram): RelayVerdict => {
    const isLost = direction === 'to-near' ? !hasGivenUp : !hasGivenUp && index < 5
    return isLost ? 'drop' : 'pass'
  }
  const { place } = await startNetwork(test, verdict, onInvite)
  return {
    place,
    giveUp() {
      hasGivenUp = true
    },
  }
}

async function startNetwork(
  test: TestContext,
  judge: (datagram: RelayedDatagram) => RelayVerdict,
  behave: (call: IncomingCall) => void,
): Promise<{
  place: (options?: Partial<InviteOptions>, destination?: string) => OutgoingCall
  invites: string[]
  relay: UdpRelay
}> {
  const invites: string[] = []
  const onInvite = (call: IncomingCall): void => {
    invites.push(call.request.callId)
    behave(call)
  }
  const near = await startAgent(test)
  const far = await startAgent(test, { onInvite })
  const relay = new UdpRelay(near.agent.localAddress.port, far.agent.localAddress.port, judge)
  await relay.start(test)
  const trunk = { host: '127.0.0.1', port: relay.frontPort, transport: 'udp' as const }
  const place = (
    options: Partial<InviteOptions> = {},
    destination = '+16175551212',
  ): OutgoingCall =>
    near.agent.invite(near.agent.prepareInvite({ trunk, destination }), {
      body: BODY,
      contentType: SDP,
      ringTimeoutMs: 20_000,
      ...options,
    })
  return { place, invites, relay }
}

function statusOf(outcome: InviteOutcome): number | string {
  return outcome.kind === 'refused' ? outcome.status : outcome.kind
}
