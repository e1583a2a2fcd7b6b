import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Busboy } from '@fastify/busboy'
import { createGuardedFetch, silentLogger, systemClock } from '#base'
import { fetchForSession, SessionWorkers } from '#dialer'
import { audioFile } from '#test/audio-file'
import { type FetchRequest, fetchFirstDocument, type Platform, type SessionEnd } from '#vxml'

// The same roads as in a call: the session in a worker, the guarded fetch on this side, a real server.

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

type Answer = (response: ServerResponse, seen: Seen) => void

const answers = new Map<string, Answer>()
let seen: Seen[] = []
let server: Server
let workers: SessionWorkers

before(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    const asked = { method, path: url, headers, body: Buffer.concat(chunks) }
    seen.push(asked)
    const answer = answers.get(url.split('?')[0] ?? '')
    if (answer === undefined) response.writeHead(404).end()
    else answer(response, asked)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  workers = new SessionWorkers({ clock: systemClock, log: silentLogger, workers: 1 })
  await workers.start()
})

after(async () => {
  await workers.stop()
  server.close()
  server.closeAllConnections()
})

const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const page =
  (content: string, headers: Record<string, string | string[]> = {}): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/voicexml+xml', ...headers })
    response.end(`<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">${content}</vxml>`)
  }

const redirect =
  (location: string, headers: Record<string, string | string[]> = {}): Answer =>
  (response) =>
    response.writeHead(302, { location, ...headers }).end()

interface Talk {
  readonly end: SessionEnd
  readonly logs: readonly string[]
}

async function call(pages: Record<string, Answer>, allowPrivate = ['127.0.0.0/8']): Promise<Talk> {
  answers.clear()
  seen = []
  for (const [path, answer] of Object.entries(pages)) answers.set(path, answer)
  const fetcher = {
    fetch: createGuardedFetch({ allowPrivate, userAgent: 'Outdial/test', clock: systemClock }),
    settings: { documentMaxBytes: 1_000_000 },
  }
  const recordings = new Map([
    ['recording:1', audioFile('audio/x-wav', Uint8Array.of(0, 13, 10, 255))],
  ])
  const logs: string[] = []
  const played = { ended: Promise.resolve({ interrupted: false }), stop: () => undefined }
  const platform: Platform = {
    clock: systemClock,
    fetch: (request: FetchRequest) =>
      fetchForSession(fetcher, request, (uri) => recordings.get(uri)),
    prepare: () => undefined,
    play: () => played,
    disconnect: async () => undefined,
    log: ({ text }) => void logs.push(text),
  }
  const startUri = `${origin()}/start`
  const start = { uri: startUri, method: 'POST', fields: [['call_id', '7']] } as const
  const firstDocument = await fetchFirstDocument(platform, { ...start, timeoutMs: 5000 })
  const { ended } = workers.run(
    {
      accountId: 1,
      startUri,
      startMethod: 'POST',
      startFields: start.fields,
      variables: VARIABLES,
      firstDocument,
    },
    platform,
  )
  return { end: await ended, logs }
}

const VARIABLES = {
  sessionId: 's',
  callId: 7,
  remoteUri: '',
  localUri: '',
  ani: '',
  dnis: '',
  messageReference: '',
  callParameters: '',
  campaignParameters: '',
  calleeType: '',
  columns: {},
}

const told = (path: string, header: string): (string | undefined)[] =>
  seen.filter((asked) => asked.path === path).map(({ headers }) => headers[header]?.toString())

test('cookies of the start document, set on a redirect while the phone rang, belong to the session', async () => {
  const expires = 'Expires=Wed, 09 Jun 2100 10:18:14 GMT'
  const { end } = await call({
    '/start': redirect('/in/first', {
      'set-cookie': [`login=a; Path=/; ${expires}`, 'b=2; Path=/'],
    }),
    '/in/first': page('<form><block><goto next="next"/></block></form>', { 'set-cookie': 'c=3' }),
    '/in/next': page('<form><block><exit expr="1"/></block></form>'),
  })
  assert.equal(end.exitValue, '1')
  assert.deepEqual(told('/in/first', 'cookie'), ['login=a; b=2'])
  assert.deepEqual(told('/in/next', 'cookie'), ['c=3; login=a; b=2'])
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['POST', 'GET', 'GET'],
  )
})

test('304 over the wire: the kept document is used', async () => {
  const tagged: Answer = (response, asked) => {
    if (asked.headers['if-none-match'] === '"1"') response.writeHead(304, { etag: '"1"' }).end()
    else
      page('<form><block><log>two</log><return/></block></form>', { etag: '"1"' })(response, asked)
  }
  const { logs } = await call({
    '/start': page('<form><subdialog src="two"/><subdialog src="two"/></form>'),
    '/two': tagged,
  })
  assert.deepEqual(logs, ['two', 'two'])
  assert.deepEqual(told('/two', 'if-none-match'), [undefined, '"1"'])
})

test('what one call has fetched and everyone may have serves the next one', async () => {
  const pages = {
    '/start': page(`<form><block><script src="s.js"/><exit expr="v"/></block></form>`),
    '/s.js': ((response) =>
      response
        .writeHead(200, { 'cache-control': 'public, max-age=600', 'content-encoding': 'gzip' })
        .end(gzipSync('var v = 5'))) satisfies Answer,
  }
  assert.equal((await call(pages)).end.exitValue, '5')
  assert.equal(told('/s.js', 'host').length, 1)
  assert.equal((await call(pages)).end.exitValue, '5')
  assert.equal(told('/s.js', 'host').length, 0)
})

test('a multipart form arrives as a form library reads it', async () => {
  await call({
    '/start':
      page(`<var name="word" expr="'zwölf &quot;12&quot;'"/><var name="audio" expr="'recording:1'"/>
      <form><block><submit next="save" method="post" enctype="multipart/form-data" namelist="word audio"/></block></form>`),
    '/save': page('<form><block>saved</block></form>'),
  })
  const saved = seen.find(({ path }) => path === '/save')
  assert.ok(saved)
  const parts: Record<string, unknown> = {}
  const type = saved.headers['content-type'] ?? ''
  const form = new Busboy({ headers: { ...saved.headers, 'content-type': type } })
  form.on('field', (name, value) => {
    parts[name] = value
  })
  form.on('file', (name, stream, fileName, _, contentType) => {
    stream.on('data', (bytes: Buffer) => {
      parts[name] = [fileName, contentType, [...bytes]]
    })
  })
  form.end(saved.body)
  await once(form, 'finish')
  assert.deepEqual(parts, {
    word: 'zwölf "12"',
    audio: ['audio.wav', 'audio/x-wav', [0, 13, 10, 255]],
  })
})

test('each hop is checked: a redirect to an address that may not be reached is error.badfetch', async () => {
  const { end } = await call({
    '/start': page(`<form><catch event="error.badfetch"><exit expr="_message"/></catch>
      <block><data src="away"/></block></form>`),
    '/away': redirect('http://169.254.169.254/latest/meta-data'),
  })
  assert.match(end.exitValue ?? '', /169\.254\.169\.254 is not on the public internet/)
})

test('<data> from a real server, with fetchtimeout', async () => {
  const { end, logs } = await call({
    '/start': page(`<form><catch event="error.badfetch"><exit expr="'late'"/></catch>
      <block><data name="d" src="d.xml"/><log expr="d.documentElement.getAttribute('b')"/>
      <data src="never" fetchtimeout="200ms"/></block></form>`),
    '/d.xml': (response) =>
      response.writeHead(200, { 'content-type': 'text/xml' }).end('<a b="c"/>'),
    '/never': () => undefined,
  })
  assert.deepEqual([end.exitValue, logs], ['"late"', ['c']])
})
