import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { eventually, firstLines, startAgent } from '#test/sip-agents'
import type { Dialog, DialogState, IncomingCall, InviteIdentity, UserAgent } from './index.ts'

const BODY = Buffer.from('v=0\r\n')
const SDP = 'application/sdp'

for (const transport of ['udp', 'tcp'] as const) {
  describe(`a new process after a crash, over ${transport}`, () => {
    it('cancels what rings', async (test) => {
      const canceled = Promise.withResolvers<void>()
      const { callee, crash } = await prepare(test, transport, (call) => {
        call.ring()
        void call.canceled.then(canceled.resolve)
      })
      const { agent, identity } = await crash('ringing')
      await agent.endOrphanedInvite(identity)
      await canceled.promise
      assert.ok(firstLines(callee.sent).includes('SIP/2.0 487 Request Terminated'))
    })

    it('hangs up what it had answered', async (test) => {
      const ended = Promise.withResolvers<unknown>()
      const { crash } = await prepare(test, transport, (call) => {
        void call.answer(BODY, SDP).then((dialog) => dialog.ended.then(ended.resolve))
      })
      const { agent, state } = await crash('answered')
      assert(state !== undefined)
      await agent.endOrphanedDialog(state)
      assert.deepEqual(await ended.promise, { by: 'remote', reason: 'BYE' })
      // Once more: the callee answers 481, which counts as done.
      await agent.endOrphanedDialog(state)
    })
  })
}

describe('a new process after a crash', () => {
  it('acknowledges and hangs up an answer that the old one never saw', async (test) => {
    const calls: IncomingCall[] = []
    const { crash } = await prepare(test, 'udp', (call) => {
      calls.push(call)
      call.ring()
    })
    const { agent, identity } = await crash('ringing')
    const dialog: Promise<Dialog> = calls[0]!.answer(BODY, SDP)
    await agent.endOrphanedInvite(identity)
    assert.deepEqual(await (await dialog).ended, { by: 'remote', reason: 'BYE' })
  })

  it('cancels a call that was challenged before it rang', async (test) => {
    const canceled = Promise.withResolvers<void>()
    const account = { username: 'alice', password: 'secret' }
    const onInvite = (call: IncomingCall): void => {
      call.ring()
      void call.canceled.then(canceled.resolve)
    }
    const { crash } = await prepare(test, 'udp', onInvite, account)
    const { agent, identity } = await crash('ringing')
    await agent.endOrphanedInvite(identity)
    await canceled.promise
  })

  it('gives up in time where the far end is gone', async (test) => {
    const { callee, crash } = await prepare(test, 'udp', (call) => call.ring())
    const { agent, identity } = await crash('ringing')
    await callee.agent.stop()
    await agent.endOrphanedInvite(identity)
  })
})

type Crash = (
  when: 'ringing' | 'answered',
) => Promise<{ agent: UserAgent; identity: InviteIdentity; state?: DialogState }>

/** `crash` closes the first agent's sockets without a word and starts another on the same port. */
async function prepare(
  test: TestContext,
  transport: 'udp' | 'tcp',
  onInvite: (call: IncomingCall) => void,
  account: { username?: string; password?: string } = {},
): Promise<{ callee: Awaited<ReturnType<typeof startAgent>>; crash: Crash }> {
  const { username, password } = account
  const auth =
    username === undefined || password === undefined
      ? {}
      : { requireAuth: { realm: 'r', username, password } }
  const callee = await startAgent(test, { onInvite, ...auth })
  const first = await startAgent(test)
  const { port } = first.agent.localAddress
  const crash: Crash = async (when) => {
    const trunk = {
      host: '127.0.0.1',
      port: callee.agent.localAddress.port,
      transport,
      ...account,
    }
    const identity = first.agent.prepareInvite({ trunk, destination: '+16175551212' })
    let rings = false
    const call = first.agent.invite(identity, {
      body: BODY,
      contentType: SDP,
      ringTimeoutMs: 20_000,
      onProgress: () => {
        rings = true
      },
    })
    let state: DialogState | undefined
    if (when === 'ringing') await eventually('ringing', () => rings)
    else {
      const outcome = await call.outcome
      assert(outcome.kind === 'answered')
      state = outcome.dialog.state
    }
    await first.agent.stop()
    const { agent } = await startAgent(test, { bind: { host: '127.0.0.1', port } })
    const stored = JSON.parse(JSON.stringify({ identity, state }))
    return { agent, ...stored }
  }
  return { callee, crash }
}
