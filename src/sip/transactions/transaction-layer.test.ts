import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger, VirtualClock } from '#base'
import type { Target } from '../invite.ts'
import { formatMessage, parseMessage, type SipMessage, type SipRequest } from '../message.ts'
import { createResponse } from '../response.ts'
import type { Flow } from '../transport/transport.ts'
import type { ServerTransaction } from './server-transaction.ts'
import { DEFAULT_TIMERS } from './timers.ts'
import { TransactionLayer } from './transaction-layer.ts'

const TARGET: Target = { host: '192.0.2.9', port: 5060, transport: 'udp' }

describe('the transaction layer', () => {
  it('sends an INVITE at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, and fails at 32 s', async () => {
    const { clock, layer, sent } = startLayer()
    const failures: unknown[] = []
    layer.request(request('INVITE'), TARGET, {
      onResponse: () => undefined,
      onFailure: (failure) => failures.push([clock.monotonic(), failure.kind]),
    })
    await clock.advance(40_000)
    assert.deepEqual(
      sent.map(({ at }) => at),
      [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500],
    )
    assert.deepEqual(failures, [[32_000, 'timeout']])
    assert.equal(clock.pendingTimers, 0)
  })

  it('sends no INVITE once more after it stood still until the time was over', async () => {
    const { clock, layer, sent } = startLayer()
    const failures: unknown[] = []
    layer.request(request('INVITE'), TARGET, {
      onResponse: () => undefined,
      onFailure: ({ kind }) => failures.push(kind),
    })
    await clock.advance(1000)
    await clock.standStill(60_000)
    assert.deepEqual(
      sent.map(({ at }) => at),
      [0, 500],
    )
    assert.deepEqual(failures, ['timeout'])
    assert.equal(clock.pendingTimers, 0)
  })

  it('says 100 after 200 ms where the user is silent', async () => {
    const { clock, layer, replied } = startLayer()
    layer.receive(formatMessage(request('INVITE')), flow(replied))
    await clock.advance(199)
    assert.equal(replied.length, 0)
    await clock.advance(1)
    assert.match(replied[0] ?? '', /^SIP\/2\.0 100 Trying\r\n/)
  })

  it('repeats a refusal until the ACK and then forgets all', async () => {
    const { clock, layer, replied, transactions } = startLayer()
    layer.receive(formatMessage(request('INVITE')), flow(replied))
    const [transaction] = transactions
    assert(transaction !== undefined)
    transaction.respond(createResponse(transaction.request, 486, { toTag: 't' }))
    await clock.advance(1_600)
    assert.equal(replied.length, 3)
    layer.receive(formatMessage(request('ACK', '1 ACK')), flow(replied))
    await clock.advance(60_000)
    assert.equal(replied.length, 3)
    assert.equal(clock.pendingTimers, 0)
  })

  it('answers where the request came from, whatever it says of itself', async () => {
    const { layer, transactions, replied } = startLayer()
    const spoofed = formatMessage(request('OPTIONS'))
      .toString('latin1')
      .replace(';rport', ';received=198.51.100.66')
    const addresses: unknown[] = []
    const back: Flow = { ...flow(replied), reply: (_, to) => addresses.push(to) }
    layer.receive(Buffer.from(spoofed, 'latin1'), back)
    const [transaction] = transactions
    assert(transaction !== undefined)
    transaction.respond(createResponse(transaction.request, 200, { toTag: 't' }))
    assert.deepEqual(addresses, [{ host: '192.0.2.7', port: 5070 }])
    assert.match(transaction.request.headers.get('Via') ?? '', /;received=192\.0\.2\.7$/)
  })

  it('fills in rport and received (RFC 3581)', async () => {
    const { layer, transactions, replied } = startLayer()
    layer.receive(formatMessage(request('OPTIONS')), flow(replied))
    const via = transactions[0]?.request.headers.get('Via')
    assert.equal(via, 'SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1;rport=4444;received=192.0.2.7')
  })

  it('drops responses that nobody waits for, and bytes that are no message', () => {
    const { layer, replied, transactions } = startLayer()
    layer.receive(formatMessage(createResponse(request('INVITE'), 200)), flow(replied))
    for (const text of ['', '\r\n\r\n', 'hello', '\0\0\0\0', 'INVITE\r\n\r\n']) {
      layer.receive(Buffer.from(text), flow(replied))
    }
    assert.deepEqual([replied, transactions], [[], []])
  })

  it('tells exactly the transactions of a target that it failed', () => {
    const { layer } = startLayer()
    const failed: string[] = []
    for (const host of ['192.0.2.9', '192.0.2.8']) {
      const branch = `z9hG4bK${host}`
      layer.request(
        request('INVITE', '1 INVITE', branch),
        { ...TARGET, host },
        {
          onResponse: () => undefined,
          onFailure: (failure) => failed.push(`${host} ${failure.kind}`),
        },
      )
    }
    layer.fail(TARGET, { definite: true, reason: 'ECONNREFUSED' })
    assert.deepEqual(failed, ['192.0.2.9 transport'])
  })
})

function startLayer(): {
  clock: VirtualClock
  layer: TransactionLayer
  sent: { at: number; message: SipMessage }[]
  replied: string[]
  transactions: ServerTransaction[]
} {
  const clock = new VirtualClock()
  const sent: { at: number; message: SipMessage }[] = []
  const transactions: ServerTransaction[] = []
  const layer = new TransactionLayer({
    tcp: false,
    clock,
    log: silentLogger,
    timers: DEFAULT_TIMERS,
    send: (bytes) => sent.push({ at: clock.monotonic(), message: parseMessage(bytes) }),
    onRequest: (_, transaction) => transactions.push(transaction),
    onAck: () => undefined,
  })
  return { clock, layer, sent, replied: [], transactions }
}

function flow(replied: string[]): Flow {
  return {
    transport: 'udp',
    remote: { host: '192.0.2.7', port: 4444 },
    reply: (bytes) => replied.push(Buffer.from(bytes).toString('latin1')),
  }
}

function request(method: string, cseq = `1 ${method}`, branch = 'z9hG4bK1'): SipRequest {
  const text = [
    `${method} sip:b@192.0.2.9 SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.1:5070;branch=${branch};rport`,
    'From: <sip:a@a>;tag=1',
    'To: <sip:b@b>',
    'Call-ID: c',
    `CSeq: ${cseq}`,
    '',
    '',
  ].join('\r\n')
  const message = parseMessage(Buffer.from(text))
  assert(message.kind === 'request')
  return message
}
