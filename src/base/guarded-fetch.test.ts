import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { systemClock } from './clock.ts'
import type { OutdialError } from './error.ts'
import { createGuardedFetch, type OutgoingRequest } from './guarded-fetch.ts'
import type { ResolveHost } from './guarded-fetch-connect.ts'
import { VirtualClock } from './virtual-clock.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A real server: what it answers by path, what it saw. */
class Origin {
  readonly seen: Seen[] = []
  connections = 0
  readonly #answers = new Map<string, Answer>()
  readonly #server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    this.seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() })
    const answer = this.#answers.get(url.split('?')[0] ?? '')
    if (answer === undefined) response.writeHead(404).end()
    else answer(response, request)
  })

  async start(host: string): Promise<void> {
    this.#server.on('connection', () => this.connections++)
    this.#server.listen(0, host)
    await once(this.#server, 'listening')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  on(path: string, answer: Answer): void {
    this.#answers.set(path, answer)
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

const origin = new Origin()
/** Listens on every address of the machine, where nothing may ever arrive. */
const canary = new Origin()

before(async () => {
  await origin.start('127.0.0.1')
  await canary.start('::')
})

after(() => {
  origin.stop()
  canary.stop()
})

function fetchWith(allowPrivate: string[], resolveHost?: ResolveHost) {
  const fetch = createGuardedFetch({
    allowPrivate,
    userAgent: 'Outdial/test',
    clock: systemClock,
    ...(resolveHost && { resolveHost }),
  })
  return (url: string, more: Partial<OutgoingRequest> = {}) =>
    fetch({ url, method: 'GET', timeoutMs: 5_000, maxBytes: 100_000, ...more })
}

const fetch = fetchWith(['127.0.0.0/8'])
const fetchPublicOnly = fetchWith([])
const at = (path: string): string => `http://127.0.0.1:${origin.port}${path}`
const text = (body: Uint8Array): string => Buffer.from(body).toString()

describe('guarded fetch, an ordinary request', () => {
  it('gives status, headers, body and the final URL', async () => {
    const cookies = ['a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT', 'b=2']
    const headers = { 'X-Tea': 'green', 'Set-Cookie': cookies }
    origin.on('/plain', (r) => r.writeHead(418, headers).end('short and stout'))
    const response = await fetch(at('/plain?a=1#part'))
    assert.deepEqual(response.setCookies, cookies)
    assert.equal(response.status, 418)
    assert.equal(response.headers['x-tea'], 'green')
    assert.equal(text(response.body), 'short and stout')
    assert.equal(response.url, at('/plain?a=1'))
    const request = origin.seen.at(-1)
    assert.equal(request?.headers['user-agent'], 'Outdial/test')
    assert.equal(request?.path, '/plain?a=1')
  })

  it('posts a body with its headers', async () => {
    origin.on('/form', (r) => r.end())
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    await fetch(at('/form'), { method: 'POST', headers, body: 'a=%C3%A9&b=2' })
    const request = origin.seen.at(-1)
    assert.equal(request?.method, 'POST')
    assert.equal(request?.body, 'a=%C3%A9&b=2')
    assert.equal(request?.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.equal(request?.headers['content-length'], '12')
  })

  it('puts a body that is read as it is sent, with its length, and reads it anew for a redirect', async () => {
    origin.on('/stored', (r) => r.end())
    origin.on('/moved', (r) => r.writeHead(307, { location: '/stored' }).end())
    let openings = 0
    const body = {
      sizeBytes: 6,
      async *open() {
        openings++
        yield Buffer.from('abc')
        yield Buffer.from('def')
      },
    }
    const { status } = await fetch(at('/moved'), { method: 'PUT', body })
    assert.equal(status, 200)
    const requests = origin.seen.slice(-2)
    assert.deepEqual(
      requests.map((seen) => [seen.method, seen.path, seen.headers['content-length'], seen.body]),
      [
        ['PUT', '/moved', '6', 'abcdef'],
        ['PUT', '/stored', '6', 'abcdef'],
      ],
    )
    assert.equal(openings, 2)
  })

  it('lets go of a body that nobody takes to its end', async () => {
    const released = Promise.withResolvers<void>()
    const body = {
      sizeBytes: 1e9,
      async *open() {
        try {
          for (;;) yield new Uint8Array(65_536)
        } finally {
          released.resolve()
        }
      },
    }
    const never = createTcpServer((socket) => socket.once('data', () => socket.destroy()))
    never.listen(0, '127.0.0.1')
    await once(never, 'listening')
    const { port } = never.address() as AddressInfo
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`, { method: 'PUT', body }), {
      code: 'fetch-failed',
    })
    await released.promise
    never.close()
  })

  it('tells of a body that cannot be read', async () => {
    const body = {
      sizeBytes: 10,
      async *open() {
        yield new Uint8Array(5)
        throw new Error('the disk is gone')
      },
    }
    const waits = createTcpServer((socket) => socket.on('error', () => {}).resume())
    waits.listen(0, '127.0.0.1')
    await once(waits, 'listening')
    const { port } = waits.address() as AddressInfo
    const sending = fetch(`http://127.0.0.1:${port}/`, { method: 'PUT', body })
    await assert.rejects(sending, /the disk is gone/)
    waits.close()
  })

  it('keeps a path that begins with two slashes on its own host', async () => {
    origin.on('//elsewhere.example/x', (r) => r.end('still here'))
    assert.equal(text((await fetch(at('//elsewhere.example/x'))).body), 'still here')
  })

  it('sends user and password of the URL as Basic authorization, decoded', async () => {
    origin.on('/secret', (r) => r.end())
    await fetch(`http://us%40er:p%C3%A4ss@127.0.0.1:${origin.port}/secret`)
    const expected = `Basic ${Buffer.from('us@er:päss').toString('base64')}`
    assert.equal(origin.seen.at(-1)?.headers.authorization, expected)
  })

  it('does not wait for a body that nobody wants, nor judge its length', async () => {
    origin.on('/long', (r) => r.writeHead(200, { 'content-length': '1000000' }).write('x'))
    const response = await fetch(at('/long'), { headersOnly: true, maxBytes: 0 })
    assert.equal(response.status, 200)
    assert.equal(response.body.length, 0)
  })

  it('hands back how a body begins, and is content with what comes of it', async () => {
    origin.on('/start', (r) => r.end('0123456789'))
    const start = { headersOnly: true, maxBytes: 4 }
    assert.equal(text((await fetch(at('/start'), start)).body), '0123')
    origin.on('/stalls', (r) => r.writeHead(500, { 'content-length': '9' }).write('01'))
    const stalled = await fetch(at('/stalls'), start)
    assert.deepEqual([stalled.status, text(stalled.body)], [500, '01'])
  })

  it('takes no proxy from the environment', async () => {
    origin.on('/direct', (r) => r.end('direct'))
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = `http://127.0.0.1:${canary.port}`
    try {
      assert.equal(text((await fetchWith(['127.0.0.1'])(at('/direct'))).body), 'direct')
    } finally {
      delete process.env['HTTP_PROXY']
      delete process.env['http_proxy']
    }
    assert.equal(canary.connections, 0)
  })
})

describe('guarded fetch, addresses that it refuses', () => {
  const hosts = [
    ...[
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.1',
      '127.0.0.1.',
      '0',
      '0.0.0.0',
    ],
    ...['①②⑦.⓪.⓪.①', '127。0。0。1', '１２７.0.0.1', 'localhost', 'LOCALHOST', 'ⓛocalhost'],
    ...['[::1]', '[::]', '[::ffff:7f00:1]', '[::ffff:127.0.0.1]', '[0:0:0:0:0:ffff:7f00:1]'],
    ...['%31%32%37.0.0.1', 'user@127.0.0.1', '127.0.0.1\t', '12\n7.0.0.1'],
  ]
  for (const host of hosts) {
    it(`refuses ${JSON.stringify(host)} and opens no connection`, async () => {
      const [name, user] = host.split('@').reverse()
      const url = `http://${user === undefined ? '' : `${user}@`}${name}:${canary.port}/`
      await assert.rejects(fetchPublicOnly(url), { code: 'fetch-blocked', temporary: false })
      assert.equal(canary.connections, 0)
    })
  }

  it('refuses http: without slashes and with a broken scheme, once they are parsed', async () => {
    for (const url of [`http:127.0.0.1:${canary.port}`, `ht\ntp://127.0.0.1:${canary.port}/`]) {
      await assert.rejects(fetchPublicOnly(url), { code: 'fetch-blocked' })
    }
    assert.equal(canary.connections, 0)
  })

  it('refuses the metadata address, and tunnels to loopback', async () => {
    for (const host of ['169.254.169.254', '0xA9FEA9FE', '[64:ff9b::7f00:1]', '[2002:7f00:1::]']) {
      await assert.rejects(fetch(`http://${host}/`), { code: 'fetch-blocked' }, host)
    }
  })

  it('refuses https as it refuses http', async () => {
    await assert.rejects(fetchPublicOnly(`https://127.0.0.1:${canary.port}/`), {
      code: 'fetch-blocked',
    })
    assert.equal(canary.connections, 0)
  })

  it('refuses a name of which one address is private, without telling the address', async () => {
    const mixed = fetchWith([], async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.11.12.13', family: 4 },
    ])
    await assert.rejects(mixed('http://mixed.example/'), (error: OutdialError) => {
      assert.equal(error.code, 'fetch-blocked')
      assert.match(error.message, /mixed\.example/)
      assert.doesNotMatch(error.message, /10\.11\.12\.13/)
      return true
    })
  })

  it('connects to the very address that it checked, when the next answer would differ', async () => {
    origin.on('/pinned', (r) => r.end('first answer'))
    let lookups = 0
    const rebinding = fetchWith(['127.0.0.1'], async () => {
      lookups++
      return [{ address: lookups === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
    })
    const response = await rebinding(`http://rebind.example:${origin.port}/pinned`)
    assert.equal(text(response.body), 'first answer')
    assert.equal(lookups, 1)
    assert.equal(origin.seen.at(-1)?.headers.host, `rebind.example:${origin.port}`)
  })

  it('refuses localhost with its dot, which the URL parser keeps', async () => {
    const asked: string[] = []
    const dotted = fetchWith([], async (hostname) => {
      asked.push(hostname)
      return [{ address: '127.0.0.1', family: 4 }]
    })
    await assert.rejects(dotted(`http://localhost.:${canary.port}/`), { code: 'fetch-blocked' })
    assert.deepEqual(asked, ['localhost.'])
    assert.equal(canary.connections, 0)
  })

  it('refuses a name that resolves to nothing', async () => {
    await assert.rejects(fetchWith([], async () => [])('http://empty.example/'), {
      code: 'fetch-blocked',
    })
  })
})

describe('guarded fetch, redirects', () => {
  const redirect =
    (status: number, location: string): Answer =>
    (response) =>
      response.writeHead(status, { location }).end('moved')

  it('follows a relative one and says where it ended', async () => {
    origin.on('/a/from', redirect(302, '../to?x=1#frag'))
    origin.on('/to', (r) => r.end('arrived'))
    const response = await fetch(at('/a/from'))
    assert.equal(text(response.body), 'arrived')
    assert.equal(response.url, at('/to?x=1'))
  })

  it('checks the address again', async () => {
    const guarded = fetchWith(['127.0.0.1'])
    for (const host of ['127.0.0.2', '[::1]', '0x7f000002', '0.0.0.0']) {
      origin.on('/to-blocked', redirect(302, `http://${host}:${canary.port}/`))
      await assert.rejects(guarded(at('/to-blocked')), { code: 'fetch-blocked' }, host)
    }
    assert.equal(canary.connections, 0)
  })

  it('does not leave http and https', async () => {
    for (const location of ['file:///etc/passwd', 'data:text/plain,x', 'ftp://example.com/']) {
      origin.on('/to-scheme', redirect(302, location))
      await assert.rejects(fetch(at('/to-scheme')), { code: 'fetch-invalid-url' }, location)
    }
  })

  it('stops after five', async () => {
    origin.on('/again', (r, { url = '' }) => {
      const left = Number(url.split('?')[1])
      if (left === 0) r.end('done')
      else r.writeHead(307, { location: `/again?${left - 1}` }).end()
    })
    assert.equal(text((await fetch(at('/again?5'))).body), 'done')
    await assert.rejects(fetch(at('/again?6')), { code: 'fetch-failed', temporary: false })
  })

  for (const [status, method, body] of [
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'a=1'],
    [308, 'POST', 'a=1'],
  ] as const) {
    it(`turns a POST into a ${method} on ${status}`, async () => {
      origin.on('/posted', redirect(status, '/landed'))
      origin.on('/landed', (r) => r.end())
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      await fetch(at('/posted'), { method: 'POST', headers, body: 'a=1' })
      const last = origin.seen.at(-1)
      assert.deepEqual([last?.path, last?.method, last?.body], ['/landed', method, body])
      assert.equal(last?.headers['content-type'] === undefined, method === 'GET')
    })
  }

  it('takes authorization along within an origin only', async () => {
    const other = new Origin()
    await other.start('127.0.0.1')
    other.on('/other', (r) => r.end())
    origin.on('/same', (r) => r.end())
    origin.on('/in', redirect(302, '/same'))
    origin.on('/out', redirect(302, `http://127.0.0.1:${other.port}/other`))
    const headers = { Authorization: 'Bearer x', Cookie: 'c=1' }
    await fetch(at('/in'), { headers })
    assert.equal(origin.seen.at(-1)?.headers.authorization, 'Bearer x')
    await fetch(at('/out'), { headers })
    assert.equal(other.seen.at(-1)?.headers.authorization, undefined)
    assert.equal(other.seen.at(-1)?.headers.cookie, undefined)
    other.stop()
  })

  it('hands a 3xx back when told to refuse redirects', async () => {
    origin.on('/stay', redirect(302, '/to'))
    const before = origin.seen.length
    const response = await fetch(at('/stay'), { redirect: 'refuse' })
    assert.equal(response.status, 302)
    assert.equal(origin.seen.length, before + 1)
  })
})

describe('guarded fetch, caps', () => {
  const hundredMebibytes = Buffer.alloc(100 * 1024 * 1024)
  const fastBrotli = (data: Buffer | string): Buffer =>
    brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } })
  const compress = { gzip: gzipSync, br: fastBrotli, deflate: deflateSync }

  for (const [coding, pack] of Object.entries(compress)) {
    it(`undoes ${coding}`, async () => {
      origin.on('/packed', (r) =>
        r.writeHead(200, { 'content-encoding': coding }).end(pack('hello '.repeat(1000))),
      )
      assert.equal(text((await fetch(at('/packed'))).body), 'hello '.repeat(1000))
    })

    it(`stops a ${coding} bomb at the cap, holding little of it`, async () => {
      const bomb = pack(hundredMebibytes)
      origin.on('/bomb', (r) => r.writeHead(200, { 'content-encoding': coding }).end(bomb))
      const before = process.memoryUsage.rss()
      const response = fetch(at('/bomb'), { maxBytes: 1_000_000 })
      await assert.rejects(response, { code: 'fetch-too-large', temporary: false })
      assert.ok(process.memoryUsage.rss() - before < 50_000_000)
    })
  }

  it('stops a body that never ends, with and without a declared length', async () => {
    origin.on('/endless', (response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000))) {}
      }
      response.on('drain', more)
      more()
    })
    origin.on('/declared', (r) => r.writeHead(200, { 'content-length': '100001' }).write('x'))
    await assert.rejects(fetch(at('/endless')), { code: 'fetch-too-large' })
    origin.on('/exact', (r) => r.end('x'.repeat(100_000)))
    assert.equal((await fetch(at('/exact'))).body.length, 100_000)
    await assert.rejects(fetch(at('/declared')), { code: 'fetch-too-large' })
  })

  it('counts bytes on the wire too, where inflating them yields nothing', async () => {
    const nothing = gzipSync('')
    origin.on('/hollow', (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      const members = Buffer.concat(Array.from({ length: 500 }, () => nothing))
      const more = (): void => {
        while (!response.destroyed && response.write(members)) {}
      }
      response.on('drain', more)
      more()
    })
    await assert.rejects(fetch(at('/hollow')), { code: 'fetch-too-large' })
  })

  it('refuses stacked and unknown codings, and a body that is not what it says', async () => {
    for (const coding of ['gzip, gzip', 'zstd', 'compress']) {
      origin.on('/coded', (r) => r.writeHead(200, { 'content-encoding': coding }).end('x'))
      await assert.rejects(fetch(at('/coded')), { code: 'fetch-failed' }, coding)
    }
    origin.on('/liar', (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'))
    await assert.rejects(fetch(at('/liar')), { code: 'fetch-failed' })
    origin.on('/empty', (r) => r.writeHead(204, { 'content-encoding': 'gzip' }).end())
    assert.equal((await fetch(at('/empty'))).body.length, 0)
  })

  it('refuses answer headers over 16 KiB', async () => {
    origin.on('/headers', (r) => r.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end())
    await assert.rejects(fetch(at('/headers')), { code: 'fetch-too-large' })
  })
})

describe('guarded fetch, what fails', () => {
  it('ends a request whose answer, or whose last byte, does not come in time', async () => {
    origin.on('/silent', () => {})
    origin.on('/half', (r) => r.writeHead(200, { 'content-length': '10' }).write('half'))
    for (const path of ['/silent', '/half']) {
      const clock = new VirtualClock()
      const timed = createGuardedFetch({ allowPrivate: ['127.0.0.1'], userAgent: 'x', clock })
      const request = { url: at(path), method: 'GET', timeoutMs: 30_000, maxBytes: 100 } as const
      const arrived = origin.seen.length
      const rejected = assert.rejects(timed(request), { code: 'fetch-timeout', temporary: true })
      while (origin.seen.length === arrived) await new Promise((r) => setImmediate(r))
      await clock.advance(30_000)
      await rejected
      assert.equal(clock.pendingTimers, 0)
    }
  })

  it('ends a request whose host name is never resolved', async () => {
    const stuck = fetchWith([], () => new Promise(() => {}))
    await assert.rejects(stuck('http://stuck.example/', { timeoutMs: 20 }), {
      code: 'fetch-timeout',
    })
  })

  it('ends when its signal aborts', async () => {
    origin.on('/silent', () => {})
    const controller = new AbortController()
    const arrived = origin.seen.length
    const response = fetch(at('/silent'), { signal: controller.signal })
    const rejected = assert.rejects(response, { code: 'fetch-failed', temporary: true })
    while (origin.seen.length === arrived) await new Promise((r) => setImmediate(r))
    controller.abort()
    await rejected
    await assert.rejects(fetch(at('/silent'), { signal: AbortSignal.abort() }), {
      code: 'fetch-failed',
    })
  })

  it('says when nobody listens', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`), {
      code: 'fetch-refused',
      temporary: true,
    })
  })

  it('says when the host name does not exist, or the peer is no HTTP server', async () => {
    const missing = fetchWith([], async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    })
    await assert.rejects(missing('http://missing.example/'), { code: 'fetch-failed' })
    const server = createTcpServer((socket) => socket.end('220 mail ready\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`), { code: 'fetch-failed' })
    server.close()
  })

  it('refuses URLs that are not absolute http or https', async () => {
    for (const url of [
      '',
      '/a',
      'a.vxml',
      'file:///etc/passwd',
      'javascript:1',
      'http://',
      'http://a:99999/',
    ]) {
      await assert.rejects(fetch(url), { code: 'fetch-invalid-url' }, url)
    }
  })

  it('refuses headers that could change the request', async () => {
    const bad = [
      ['x-a', 'b\r\nx-evil: 1'],
      ['x-a', 'b\nc'],
      ['x-a\r\nx-evil', '1'],
      ['x a', '1'],
      ['', '1'],
      ['x-a', '\0'],
      ['Host', 'elsewhere.example'],
      ['Transfer-Encoding', 'chunked'],
      ['content-length', '3'],
    ] as const
    const before = origin.seen.length
    for (const [name, value] of bad) {
      const sent = fetch(at('/plain'), { headers: { [name]: value } })
      await assert.rejects(sent, { code: 'fetch-invalid-header' }, JSON.stringify([name, value]))
    }
    assert.equal(origin.seen.length, before)
  })
})
