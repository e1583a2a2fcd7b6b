import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger, VirtualClock } from '#base'
import type { Trunk } from '#model'
import type { DialogEnd, TransferOutcome, TransferSetting } from '#sip'
import type { TransferEnd, TransferRequest } from '#vxml'
import type { Dialer } from './dialer.ts'
import { refusedResult, unansweredResult } from './place-second-leg.ts'
import { type TransferringCall, transferCall } from './transfer-call.ts'
import { readTransferTarget, referredUri } from './transfer-target.ts'

const TRUNK: Trunk = { name: 't', host: 'trunk.example', port: 5070, invalidCallerId: 'decline' }

describe('the destination of a transfer', () => {
  const cases: readonly (readonly [string, ReturnType<typeof readTransferTarget>])[] = [
    ['6175551212', { number: '+16175551212' }],
    ['tel:+442079460958', { number: '+442079460958' }],
    ['tel:+16175551212;postd=p12#', { number: '+16175551212', postDial: 'p12#' }],
    ['sip:agent%207@trunk.example:5070;user=ip', { number: 'agent 7' }],
    ['sip:agent@elsewhere.example', 'not-authorized'],
    ['sips:agent@trunk.example@elsewhere.example', 'not-authorized'],
    ['sip:trunk.example', 'bad-destination'],
    ['sip:a%zz@trunk.example', 'bad-destination'],
    ['12', 'bad-destination'],
    ['tel:', 'bad-destination'],
  ]
  for (const [dest, target] of cases) {
    it(`${dest} is read`, () => assert.deepEqual(readTransferTarget(dest, 'US', [TRUNK]), target))
  }

  it('is told to the far end as the trunk dials it', () => {
    const uri = (number: string, trunk: Trunk): string => referredUri({ number }, trunk)
    assert.equal(uri('+16175551212', TRUNK), 'sip:+16175551212@trunk.example:5070')
    const { port: _, ...plain } = { ...TRUNK, host: '2001:db8::1', prefix: '9', stripPrefix: '+1' }
    assert.equal(uri('+16175551212', plain), 'sip:96175551212@[2001:db8::1]')
    assert.equal(uri('a b>', TRUNK), 'sip:a%20b%3E@trunk.example:5070')
  })
})

describe('a transfer', () => {
  it('by REFER is done where the far end has reached the other party', async () => {
    const { end, referred } = await blind({ kind: 'transferred', status: 200 })
    assert.deepEqual(end, { result: 'transferred', durationMs: 0 })
    assert.deepEqual(referred, [
      { uri: 'sip:+16175551212@trunk.example:5070', userToUser: 'order 7' },
    ])
  })

  const failures: readonly (readonly [number, TransferEnd['result']])[] = [
    [486, 'busy'],
    [480, 'noanswer'],
    [503, 'network_busy'],
    [404, 'bad-destination'],
    [403, 'not-authorized'],
    [603, 'busy'],
  ]
  for (const [status, result] of failures) {
    it(`by REFER that the other party refuses with ${status} is ${result}`, async () => {
      assert.deepEqual((await blind({ kind: 'failed', status })).end, { result, durationMs: 0 })
    })
  }

  it('by REFER that the far end does not take is tried on a line of ours', async () => {
    const { end, lines } = await blind({ kind: 'refused', status: 405, reason: '' })
    assert.deepEqual([end.result, lines], ['no-resource', 1])
  })

  it('without a line has failed, unless the callee has hung up meanwhile', async () => {
    const { end } = await blind({ kind: 'refused', status: 405, reason: '' }, { hangsUp: true })
    assert.equal(end.result, 'hangup')
  })

  it('of an unexpected status tells it', () => {
    assert.deepEqual(refusedResult(488), { result: 'protocol-error', status: 488 })
    assert.deepEqual(unansweredResult({ kind: 'unreachable', reason: '' }), { result: 'no-route' })
    assert.deepEqual(unansweredResult({ kind: 'ring-timeout' }), { result: 'noanswer' })
  })
})

/** A blind transfer to a number, by a call whose far end answers REFER so, where no second line is free. */
async function blind(
  outcome: TransferOutcome,
  { hangsUp = false } = {},
): Promise<{ end: TransferEnd; referred: TransferSetting[]; lines: number }> {
  const referred: TransferSetting[] = []
  const ended = Promise.withResolvers<DialogEnd>()
  let lines = 0
  const dialer = {
    clock: new VirtualClock(),
    log: silentLogger,
    trunks: [TRUNK],
    calls: { settings: { defaultCountry: 'US' }, db: { query: async () => [] } },
    takeSecondLine: async () => {
      lines++
      if (hangsUp) ended.resolve({ by: 'remote', reason: 'BYE' })
      return undefined
    },
  } as unknown as Dialer
  const call = {
    trunk: TRUNK,
    attempt: { claim: { callId: 1 }, number: 1 },
    dialog: {
      ended: ended.promise,
      refer: async (setting: TransferSetting) => {
        referred.push(setting)
        return outcome
      },
    },
  } as unknown as TransferringCall
  const request: TransferRequest = {
    ...{ dest: '6175551212', type: 'blind', aai: 'order 7' },
    ...{ connectTimeoutMs: 1000, maxTimeMs: 0 },
  }
  const end = await transferCall(dialer, call, request).ended
  return { end, referred, lines }
}
