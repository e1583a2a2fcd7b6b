import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Dialog, InviteOptions, OutgoingCall, UserAgent } from '#sip'
import { type AgentSetting, eventually, startAgent } from './sip-agents.ts'
import { RawPeer, type RawReply } from './sip-raw-peer.ts'

export interface RawCallSetting {
  readonly username?: string
  readonly password?: string
  readonly agent?: AgentSetting
  readonly options?: Partial<InviteOptions>
}

export interface RawCall {
  readonly agent: UserAgent
  readonly peer: RawPeer
  readonly call: OutgoingCall
  readonly invite: string
  /** The dialog, once the call is answered and the peer has its ACK. */
  readonly answered: () => Promise<Dialog>
}

/** A call of a user agent to a raw peer that has got the INVITE and said nothing yet. */
export async function startCall(
  test: TestContext,
  { agent: setting = {}, options = {}, ...account }: RawCallSetting = {},
): Promise<RawCall> {
  const { agent } = await startAgent(test, setting)
  const peer = new RawPeer()
  await peer.start(test)
  const trunk = { host: '127.0.0.1', port: peer.port, transport: 'udp' as const, ...account }
  const identity = agent.prepareInvite({ trunk, destination: '+16175551212' })
  const call = agent.invite(identity, {
    body: Buffer.from('v=0\r\n'),
    contentType: 'application/sdp',
    ringTimeoutMs: 20_000,
    ...options,
  })
  const invite = await peer.next('INVITE')
  const answered = async (): Promise<Dialog> => {
    const outcome = await call.outcome
    assert(outcome.kind === 'answered')
    await eventually('ACK', () => peer.received.some((each) => each.startsWith('ACK')))
    return outcome.dialog
  }
  return { agent, peer, call, invite, answered }
}

/** 200 from the peer. */
export function answer(
  peer: RawPeer,
  invite: string,
  { toTag = 'peer', headers = [], body = '' }: RawReply = {},
): void {
  const contact = `Contact: <sip:peer@127.0.0.1:${peer.port}>`
  peer.reply(invite, '200 OK', { toTag, headers: [contact, ...headers], body })
}
