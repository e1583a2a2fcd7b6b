import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { createGuardedFetch, systemClock, VirtualClock } from '#base'
import { createUrlCheck } from './url-check.ts'

const GOOD = '<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form/></vxml>'
const VXML = { 'content-type': 'application/voicexml+xml' }

describe('createUrlCheck', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close()
      server.closeAllConnections()
    }
  })

  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/start`
  }
  const check = (allowPrivate = ['127.0.0.0/8'], clock: typeof systemClock = systemClock) =>
    createUrlCheck(createGuardedFetch({ allowPrivate, userAgent: 'test', clock }))

  it('asks by GET and is content with VoiceXML', async () => {
    const methods: (string | undefined)[] = []
    const url = await serve(({ method }, response) => {
      methods.push(method)
      response.writeHead(200, VXML).end(GOOD)
    })
    await check().startUrl(url)
    await check().resultUrl(url)
    assert.deepEqual(methods, ['GET', 'GET'])
  })

  it('follows a redirect', async () => {
    const url = await serve(({ url }, response) => {
      if (url === '/start') response.writeHead(302, { location: '/other' }).end()
      else response.writeHead(200, VXML).end(GOOD)
    })
    await check().startUrl(url)
  })

  it('wants status 200', async () => {
    const url = await serve((_, response) => response.writeHead(404).end())
    const message = 'start_url answered GET with HTTP status 404; it must answer 200.'
    await assert.rejects(check().startUrl(url), { code: 'start-url-status', message })
    await assert.rejects(check().resultUrl(url), { code: 'result-url-status', field: 'result_url' })
  })

  it('names line and column of what is not VoiceXML', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, VXML).end('<vxml version="2.1">\n  <form></block></vxml>'),
    )
    await assert.rejects(check().startUrl(url), {
      code: 'start-url-not-voicexml',
      field: 'start_url',
      message: /not valid VoiceXML: line 2, column \d+: /,
    })
    await check().resultUrl(url)
  })

  it('waits 10 seconds, not more', async () => {
    const clock = new VirtualClock()
    const url = await serve(() => void clock.advance(10_000))
    const message = 'start_url did not answer within 10 seconds.'
    await assert.rejects(check(undefined, clock).startUrl(url), {
      code: 'start-url-timeout',
      message,
    })
    await assert.rejects(check(undefined, clock).resultUrl(url), { code: 'result-url-timeout' })
  })

  it('does not reach private addresses that are not allowed', async () => {
    const url = await serve((_, response) => response.end(GOOD))
    await assert.rejects(check([]).startUrl(url), {
      code: 'start-url-blocked',
      message: /not public.*OUTDIAL_ALLOW_PRIVATE_URLS/,
    })
    await assert.rejects(check([]).resultUrl(url), { code: 'result-url-blocked' })
  })

  it('says why a server cannot be reached', async () => {
    const url = await serve((_, response) => void response.socket?.destroy())
    await assert.rejects(check().startUrl(url), { code: 'start-url-unreachable' })
    await assert.rejects(check().resultUrl('ftp://h/'), { code: 'result-url-unreachable' })
  })
})
