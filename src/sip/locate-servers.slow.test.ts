import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { orderByWeight, seededRandom } from '#base'
import { closedPort, eventually, startAgent } from '#test/sip-agents'
import { RawPeer } from '#test/sip-raw-peer'
import type { Endpoint, NameRecords, SrvRecord, Target, UserAgent } from './index.ts'
import { locateServers } from './locate-servers.ts'

const SRV = { priority: 10, weight: 0, port: 5060 }

describe('the servers of a trunk', () => {
  it('are its own name, where it has a port or is an address', async () => {
    const target = { host: 'trunk.example', port: 5070, transport: 'tcp' as const }
    assert.deepEqual(await locate(target), [target])
    assert.deepEqual(await locate({ host: '192.0.2.1' }), [
      { host: '192.0.2.1', port: 5060, transport: 'udp' },
    ])
    assert.deepEqual(await locate({ host: '::1', transport: 'tls' }), [
      { host: '::1', port: 5061, transport: 'tls' },
    ])
  })

  it('are those of the SRV records of the named transport, by priority', async () => {
    const srv = {
      '_sip._tcp.trunk.example': [
        { ...SRV, name: 'second.example', priority: 20 },
        { ...SRV, name: 'first.example', port: 5062 },
      ],
    }
    assert.deepEqual(await locate({ host: 'trunk.example', transport: 'tcp' }, { srv }), [
      { host: 'first.example', port: 5062, transport: 'tcp' },
      { host: 'second.example', port: 5060, transport: 'tcp' },
    ])
  })

  it('are those that NAPTR points to, of transports that are spoken here', async () => {
    const pointer = { flags: 's', order: 1 }
    const naptr = {
      'trunk.example': [
        { ...pointer, preference: 30, service: 'SIP+D2U', replacement: 'udp.example' },
        { ...pointer, preference: 10, service: 'SIP+D2S', replacement: 'sctp.example' },
        { ...pointer, preference: 20, service: 'SIPS+D2T', replacement: 'tls.example' },
      ],
    }
    const srv = {
      'udp.example': [{ ...SRV, name: 'u.example' }],
      'tls.example': [{ ...SRV, name: 't.example', port: 5061 }],
    }
    const serverName = 'trunk.example'
    assert.deepEqual(await locate({ host: 'trunk.example' }, { naptr, srv }), [
      { host: 't.example', port: 5061, transport: 'tls', serverName },
    ])
    assert.deepEqual(await locate({ host: 'trunk.example' }, { naptr, srv }, ['udp']), [
      { host: 'u.example', port: 5060, transport: 'udp' },
    ])
  })

  it('are the name at its usual port, where no records exist', async () => {
    assert.deepEqual(await locate({ host: 'trunk.example' }), [
      { host: 'trunk.example', port: 5060, transport: 'udp' },
    ])
  })

  it('cannot be told where the records cannot be had, or say that there are none', async () => {
    const down: NameRecords = {
      naptr: () => Promise.reject(new Error('ESERVFAIL')),
      srv: () => Promise.reject(new Error('ESERVFAIL')),
    }
    const lookup = locateServers({ host: 'a.example' }, down, seededRandom(1), ['udp'])
    await assert.rejects(lookup, { code: 'sip-name-unresolved', temporary: true })
    const srv = { '_sip._udp.a.example': [{ ...SRV, name: '.', port: 0 }] }
    const none = locate({ host: 'a.example', transport: 'udp' }, { srv })
    await assert.rejects(none, { code: 'sip-name-unresolved', temporary: false })
  })

  it('share the calls in proportion to their weights', () => {
    const random = seededRandom('weights')
    const records = [1, 3, 0].map((weight) => ({ ...SRV, weight, name: String(weight) }))
    const first = { '0': 0, '1': 0, '3': 0 }
    for (let draw = 0; draw < 4_000; draw++) {
      const ordered = orderByWeight(records, random)
      assert.equal(new Set(ordered).size, 3)
      first[ordered[0]?.name as keyof typeof first]++
    }
    assert.ok(first['3'] > 2_800 && first['3'] < 3_200, JSON.stringify(first))
    assert.ok(first['0'] < 10)
  })
})

describe('a call whose first server', () => {
  it('refuses connections goes to the second, with the same Call-ID', async (test) => {
    for (const transport of ['udp', 'tcp'] as const) {
      const second = await startAgent(test, { onInvite: (call) => call.refuse(486) })
      const { agent } = await startAgent(test)
      const dead = { host: '127.0.0.1', port: await closedPort(), transport }
      const alternates = [{ ...second.agent.localAddress, transport }]
      const outcome = await place(agent, dead, alternates).outcome
      assert.equal(outcome.kind === 'refused' && outcome.status, 486)
    }
  })

  it('is silent goes nowhere else', async (test) => {
    const { outcome, second } = await withRawFirst(test, () => undefined)
    assert.equal(outcome.kind, 'no-response')
    assert.deepEqual(second, [])
  })

  it('says 100 and then dies goes nowhere else', async (test) => {
    const { outcome, second } = await withRawFirst(test, async (peer) => {
      peer.reply(await peer.next('INVITE'), '100 Trying')
    })
    assert.notEqual(outcome.kind, 'answered')
    assert.deepEqual(second, [])
  })

  it('was reached last before a crash is told to end it', async (test) => {
    const rang = Promise.withResolvers<void>()
    const canceled = Promise.withResolvers<void>()
    const second = await startAgent(test, {
      onInvite: (call) => {
        call.ring()
        rang.resolve()
        void call.canceled.then(canceled.resolve)
      },
    })
    const first = await startAgent(test)
    const { port } = first.agent.localAddress
    const dead = { host: '127.0.0.1', port: await closedPort(), transport: 'udp' as const }
    const alternates = [{ ...second.agent.localAddress, transport: 'udp' as const }]
    const { identity } = place(first.agent, dead, alternates)
    await rang.promise
    await first.agent.stop()
    const { agent } = await startAgent(test, { bind: { host: '127.0.0.1', port } })
    await agent.endOrphanedInvite(JSON.parse(JSON.stringify(identity)))
    await canceled.promise
  })
})

function locate(
  where: Endpoint,
  records: {
    naptr?: Record<string, Awaited<ReturnType<NameRecords['naptr']>>>
    srv?: Record<string, SrvRecord[]>
  } = {},
  supported: Target['transport'][] = ['udp', 'tcp', 'tls'],
): Promise<Target[]> {
  const names: NameRecords = {
    naptr: async (name) => records.naptr?.[name] ?? [],
    srv: async (name) => records.srv?.[name] ?? [],
  }
  return locateServers(where, names, seededRandom(1), supported)
}

function place(
  agent: UserAgent,
  trunk: Target,
  alternates: readonly Target[],
): ReturnType<UserAgent['invite']> {
  const identity = agent.prepareInvite({ trunk, alternates, destination: '+16175551212' })
  const body = Buffer.from('v=0\r\n')
  return agent.invite(identity, { body, contentType: 'application/sdp', ringTimeoutMs: 5_000 })
}

async function withRawFirst(
  test: Parameters<typeof startAgent>[0],
  behave: (peer: RawPeer) => unknown,
): Promise<{ outcome: Awaited<ReturnType<UserAgent['invite']>['outcome']>; second: string[] }> {
  const peer = new RawPeer()
  await peer.start(test)
  const second = await startAgent(test, { onInvite: (call) => call.refuse(486) })
  const { agent } = await startAgent(test)
  const first = { host: '127.0.0.1', port: peer.port, transport: 'udp' as const }
  const call = place(agent, first, [{ ...second.agent.localAddress, transport: 'udp' }])
  await behave(peer)
  await eventually('the INVITE', () => peer.received.length > 0)
  return { outcome: await call.outcome, second: second.received }
}
