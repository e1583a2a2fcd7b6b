import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { silentLogger, systemClock, VirtualClock } from '#base'
import { eventually } from '#test/sip-agents'
import type { Target } from '../invite.ts'
import type { Flow, TransportFailure } from './transport.ts'
import { Transports, type TransportsOptions } from './transports.ts'

const HOST = '127.0.0.1'
const MESSAGE = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n'

interface Opened {
  transports: Transports
  received: { text: string; flow: Flow }[]
  failures: { target: Target; failure: TransportFailure }[]
}

describe('the transports', () => {
  it('have one port number for UDP and TCP', async (test) => {
    const one = await open(test)
    const two = await open(test)
    for (const transport of ['udp', 'tcp'] as const) {
      const target = { host: HOST, port: two.transports.port, transport }
      one.transports.send(Buffer.from(MESSAGE), target, unexpected)
    }
    await eventually('both', () => two.received.length === 2)
    assert.deepEqual(two.received.map(({ flow }) => flow.transport).sort(), ['tcp', 'udp'])
    const udp = two.received.find(({ flow }) => flow.transport === 'udp')
    assert.equal(udp?.flow.remote.port, one.transports.port)
  })

  it('refuse a port that another process has', async (test) => {
    const { transports } = await open(test)
    for (const transport of ['udp', 'tcp'] as const) {
      const second = new Transports(
        options({ port: transports.port, transports: [transport] }).options,
      )
      await assert.rejects(second.start(), { code: 'sip-bind-failed' })
    }
  })

  it('stop twice, and before they were started', async () => {
    const { options: setting } = options({})
    const transports = new Transports(setting)
    await transports.stop()
    await transports.start()
    await transports.stop()
    await transports.stop()
  })

  it('reuse a connection in both directions', async (test) => {
    const one = await open(test)
    const two = await open(test)
    const target: Target = { host: HOST, port: two.transports.port, transport: 'tcp' }
    one.transports.send(Buffer.from(MESSAGE), target, unexpected)
    one.transports.send(Buffer.from(MESSAGE), target, unexpected)
    await eventually('two requests', () => two.received.length === 2)
    const [first, second] = two.received
    assert.deepEqual(second?.flow.remote, first?.flow.remote)
    first?.flow.reply(Buffer.from(MESSAGE), { host: HOST, port: 1 })
    await eventually('the reply', () => one.received.length === 1)
  })

  it('answer to the address of the Via once the connection is gone', async (test) => {
    const one = await open(test)
    const two = await open(test)
    const socket = await dial(test, two.transports.port)
    socket.write(MESSAGE)
    await eventually('the request', () => two.received.length === 1)
    socket.destroy()
    const flow = two.received[0]!.flow
    await eventually('the reply', () => {
      flow.reply(Buffer.from(MESSAGE), { host: HOST, port: one.transports.port })
      return one.received.length > 0
    })
  })

  it('say for certain that a datagram met a closed port', async (test) => {
    const { transports, failures } = await open(test)
    const target: Target = { host: HOST, port: await closedPort(), transport: 'udp' }
    transports.send(Buffer.from(MESSAGE), target, () => undefined)
    await eventually('ICMP', () => failures.length > 0)
    assert.deepEqual(failures[0], { target, failure: { definite: true, reason: 'ECONNREFUSED' } })
  })

  it('say for certain that a name does not exist', async (test) => {
    const { transports, failures } = await open(test)
    for (const transport of ['udp', 'tcp'] as const) {
      const target = { host: 'no-such-host.invalid', port: 5060, transport }
      transports.send(Buffer.from(MESSAGE), target, () => undefined)
    }
    await eventually('both', () => failures.length === 2)
    assert.deepEqual(
      failures.map(({ failure }) => failure.definite),
      [true, true],
    )
  })

  it('do not claim to know what a connection that broke had delivered', async (test) => {
    const { transports, failures } = await open(test)
    const { server, port } = await listen(test)
    const target: Target = { host: HOST, port, transport: 'tcp' }
    server.once('connection', (socket) => socket.once('data', () => socket.resetAndDestroy()))
    transports.send(Buffer.from(MESSAGE), target, unexpected)
    await eventually('the reset', () => failures.length === 1)
    assert.equal(failures[0]?.failure.definite, false)
  })

  it('ping a connection, and close it where pongs stop coming', async (test) => {
    const clock = new VirtualClock()
    const { transports, failures } = await open(test, { clock, keepAliveMs: 1_000 })
    const { server, port } = await listen(test)
    const heard: string[] = []
    let answers = true
    server.once('connection', (socket) =>
      socket.on('data', (bytes) => {
        heard.push(bytes.toString())
        if (bytes.toString() === '\r\n\r\n' && answers) socket.write('\r\n')
      }),
    )
    const target: Target = { host: HOST, port, transport: 'tcp' }
    transports.send(Buffer.from(MESSAGE), target, unexpected)
    await eventually('the message', () => heard.length === 1)
    await eventually('a ping', () => {
      void clock.advance(100)
      return heard.includes('\r\n\r\n')
    })
    assert.equal(failures.length, 0)
    answers = false
    await eventually('the end', () => {
      void clock.advance(1_000)
      return failures.length > 0
    })
    assert.deepEqual(failures[0]?.failure, {
      definite: false,
      reason: 'closed: no answer to a ping',
    })
  })

  it('connect again after a connection broke', async (test) => {
    const { transports, failures } = await open(test)
    const { server, port } = await listen(test)
    const target: Target = { host: HOST, port, transport: 'tcp' }
    server.once('connection', (socket) => socket.once('data', () => socket.destroy()))
    transports.send(Buffer.from(MESSAGE), target, unexpected)
    await eventually('the break', () => failures.length === 1)
    const again = once(server, 'connection')
    transports.send(Buffer.from(MESSAGE), target, unexpected)
    await again
  })

  it('cut off a sender of endless bytes', async (test) => {
    const { transports, received } = await open(test)
    const socket = await dial(test, transports.port)
    const closed = once(socket, 'close')
    const endless = setInterval(() => socket.write('x'.repeat(10_000)), 1)
    test.after(() => clearInterval(endless))
    await closed
    assert.equal(received.length, 0)
  })

  it('cut off a sender that never ends its message', async (test) => {
    const clock = new VirtualClock()
    const { transports } = await open(test, { clock })
    const socket = await dial(test, transports.port)
    const closed = once(socket, 'close')
    socket.write('OPTIONS sip:a SIP/2.0\r\n')
    await eventually('the timer', () => clock.pendingTimers === 1)
    await clock.advance(20_000)
    socket.write('Via: x\r\n')
    await clock.advance(10_000)
    await closed
  })

  it('answer the ping of a client behind a NAT', async (test) => {
    const { transports } = await open(test)
    const socket = await dial(test, transports.port)
    socket.write('\r\n\r\n')
    const [pong] = await once(socket, 'data')
    assert.equal(String(pong), '\r\n')
  })

  it('send nothing over a transport that is switched off', async (test) => {
    const { transports } = await open(test, { transports: ['udp'] })
    const failed = Promise.withResolvers<TransportFailure>()
    transports.send(Buffer.from(MESSAGE), { host: HOST, port: 5, transport: 'tcp' }, failed.resolve)
    assert.deepEqual(await failed.promise, { definite: true, reason: 'tcp is not switched on' })
  })
})

interface Setting {
  readonly port?: number
  readonly transports?: Target['transport'][]
  readonly clock?: VirtualClock
  readonly keepAliveMs?: number
}

function options({ port = 0, transports = ['udp', 'tcp'], clock, keepAliveMs = 0 }: Setting): {
  options: TransportsOptions
  received: Opened['received']
  failures: Opened['failures']
} {
  const received: Opened['received'] = []
  const failures: Opened['failures'] = []
  const handlers: TransportsOptions['handlers'] = {
    onBytes: (bytes, flow) => received.push({ text: Buffer.from(bytes).toString(), flow }),
    onFailure: (target, failure) => failures.push({ target, failure }),
    onSent: () => undefined,
  }
  const bind = { host: HOST, port }
  const log = silentLogger
  return {
    options: { bind, transports, clock: clock ?? systemClock, log, handlers, keepAliveMs },
    received,
    failures,
  }
}

async function open(test: TestContext, setting: Setting = {}): Promise<Opened> {
  const { options: all, received, failures } = options(setting)
  const transports = new Transports(all)
  await transports.start()
  test.after(() => transports.stop())
  return { transports, received, failures }
}

async function dial(test: TestContext, port: number): Promise<Socket> {
  const socket = connect({ host: HOST, port })
  socket.on('error', () => undefined)
  test.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function listen(test: TestContext): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => socket.on('error', () => undefined))
  server.listen(0, HOST)
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  test.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  assert(typeof address === 'object' && address !== null)
  return { server, port: address.port }
}

function unexpected(failure: TransportFailure): void {
  assert.fail(failure.reason)
}

async function closedPort(): Promise<number> {
  const { options: all } = options({})
  const transports = new Transports(all)
  await transports.start()
  const { port } = transports
  await transports.stop()
  return port
}
