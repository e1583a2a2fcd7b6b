// The commands that ask a server, where it breaks off, is slow, or is away for a while.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { OutdialCommand } from '#test/outdial-command'

const CAMPAIGN = {
  ...{ campaign_id: 7, campaign_name: 'June', state: 'running', draining: false },
  progress: { accepted: 2, queued: 1, in_progress: 0, ended: { busy: 1 } },
}
const OVER = {
  ...{ ...CAMPAIGN, state: 'completed' },
  progress: { accepted: 2, queued: 0, in_progress: 0, ended: { busy: 2 } },
}
const UPLOAD = { campaign_id: 8, list_id: 1, accepted: 2, refused: 0, duplicates: 0 }

type Answer = (request: IncomingMessage, response: ServerResponse) => void

describe('a command whose server fails it', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-cli-broken-'))
  const started: OutdialCommand[] = []
  let answer: Answer
  const server = createServer((request, response) => answer(request, response))
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  after(() => {
    for (const command of started) command.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })

  const start = (words: string, terminal?: true): OutdialCommand => {
    const { port } = server.address() as AddressInfo
    const env = { OUTDIAL_URL: `http://127.0.0.1:${port}`, OUTDIAL_KEY: 'odk_any' }
    const command = new OutdialCommand(words.split(' '), {
      ...{ cwd: folder, env },
      ...(terminal === undefined ? {} : { terminal }),
    })
    started.push(command)
    return command
  }
  const tell = (response: ServerResponse, what: object): void => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(what))
  }

  it('leaves no file of an export that broke off', async () => {
    answer = ({ url = '' }, response) => {
      if (!url.startsWith('/v1/exports/')) return tell(response, CAMPAIGN)
      response.write('"call_id"\r\n', () => response.destroy())
    }
    const { status, stdout, stderr } = await start('campaign export 7 calls.csv').ended
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^outdial: The export broke off .*Run it again\. \[export-broken-off\]\n$/)
    assert.equal(existsSync(join(folder, 'calls.csv')), false)
  })

  it('shows on a terminal how far an upload is that takes longer than a second', async () => {
    writeFileSync(join(folder, 'list.csv'), `destination\n${'16177126011\n'.repeat(200_000)}`)
    const received = Promise.withResolvers<ServerResponse>()
    let bytes = 0
    answer = (request, response) => {
      request.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      request.on('end', () => received.resolve(response))
    }
    const upload = start('campaign create list.csv June --url http://x/', true)
    await upload.says(/2\.3 MiB sent; the server finishes/)
    tell(await received.promise, { ...UPLOAD, refused_rows: [] })
    const { status, stdout } = await upload.ended
    assert.equal(status, 0, stdout)
    assert.equal(bytes, 12 + 200_000 * 12)
    assert.match(stdout, /\r\x1b\[KCampaign 8: 2 calls accepted, 0 rows refused, .*\r\n$/)
  })

  it('ends a watch that the server refuses, though events would come', async () => {
    const opened = Promise.withResolvers<void>()
    answer = async (request, response) => {
      if (request.url === '/v1/events') {
        response.writeHead(200).flushHeaders()
        return opened.resolve()
      }
      await opened.promise
      response
        .writeHead(404)
        .end('{"code":"campaign-not-found","detail":"There is no campaign 9."}')
    }
    const { status, stderr } = await start('watch 9').ended
    assert.deepEqual(
      [status, stderr],
      [1, 'outdial: There is no campaign 9. [campaign-not-found]\n'],
    )
  })

  it('watches on where the server was away', async () => {
    const answers: Answer[] = [
      (_, response) => tell(response, CAMPAIGN),
      (_, response) => response.destroy(),
      (_, response) => response.writeHead(503).end('The proxy is full.'),
    ]
    answer = (request, response) => {
      if (request.url === '/v1/events') return response.writeHead(200).flushHeaders()
      const next = answers.shift() ?? ((_request, last) => tell(last, OVER))
      next(request, response)
    }
    const { status, stdout, stderr } = await start('watch 7').ended
    assert.equal(status, 0, stderr)
    assert.match(stderr, /^outdial: No Outdial server answers at http:\S+: .*\n$/)
    const [first, last, ...more] = stdout.trim().split('\n')
    assert.match(first ?? '', /7 June: running, 1 of 2 ended \(50%\), 0 in progress; busy 1$/)
    assert.match(last ?? '', /7 June: completed, 2 of 2 ended \(100%\), .*; busy 2$/)
    assert.deepEqual(more, [])
  })
})
