import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createGuardedFetch, systemClock, systemRandom } from '#base'
import { RecordingFolder } from '#recordings'
import type { MultipartFile } from '#vxml'
import { CallRecordings } from './call-recordings.ts'
import { fetchForSession } from './fetch-for-session.ts'

/** An hour of G.711 has so much, and what may be on its way at once is far less. */
const AUDIO_BYTES = 28_800_000
const MOST_AHEAD_BYTES = 12_000_000
const PIECE = new Uint8Array(32_768).fill(0x55)

/** An hour that somebody has said. */
async function longMessage(recordings: CallRecordings): Promise<string> {
  const writer = recordings.create()
  for (let at = 0; at < AUDIO_BYTES; at += PIECE.length) {
    writer.append(PIECE.subarray(0, Math.min(PIECE.length, AUDIO_BYTES - at)))
    while (writer.waitingBytes > 1_000_000) await new Promise(setImmediate)
  }
  await writer.finish(new Uint8Array(0))
  const message = { path: writer.path, codec: 'PCMU', audioBytes: AUDIO_BYTES } as const
  return (await recordings.keep({ ...message, contentType: 'audio/x-wav' })).uri
}

describe('a <submit> of a long recording', () => {
  it('reads it as fast as the web application takes it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-long-'))
    const recordings = new CallRecordings(
      7,
      new RecordingFolder({ folder, random: systemRandom }),
      systemRandom,
    )
    let read = 0
    let furthestAhead = 0
    const bodies: { bytes: number; announced: number; end: string }[] = []
    const server = createServer(async (request, response) => {
      const body = { bytes: 0, announced: Number(request.headers['content-length']), end: '' }
      read = 0
      for await (const chunk of request as AsyncIterable<Buffer>) {
        furthestAhead = Math.max(furthestAhead, read - body.bytes)
        body.bytes += chunk.length
        body.end = (body.end + chunk.toString('latin1')).slice(-100)
      }
      bodies.push(body)
      response.end('<vxml/>')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const uri = await longMessage(recordings)
      const counted = (name: string): MultipartFile | undefined => {
        const file = recordings.find(name)
        if (file === undefined) return undefined
        const open = async function* () {
          for await (const piece of file.open()) {
            read += piece.length
            yield piece
          }
        }
        return { ...file, open }
      }
      const fetch = createGuardedFetch({
        ...{ allowPrivate: ['127.0.0.0/8'], userAgent: 'test', clock: systemClock },
      })
      const fetcher = { fetch, settings: { documentMaxBytes: 1000 } }
      const { status } = await fetchForSession(
        fetcher,
        {
          uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/save`,
          method: 'POST',
          fields: [['message', uri]],
          enctype: 'multipart/form-data',
          timeoutMs: 30_000,
        },
        counted,
      )
      assert.equal(status, 200)
      const [body] = bodies
      assert.equal(body?.bytes, body?.announced)
      assert.ok((body?.bytes ?? 0) > AUDIO_BYTES && (body?.bytes ?? 0) < AUDIO_BYTES + 1000)
      assert.match(body?.end ?? '', /UUU\r\n--outdial-[0-9a-f]{40}--\r\n$/)
      assert.ok(furthestAhead < MOST_AHEAD_BYTES, `${furthestAhead} bytes were read ahead`)
    } finally {
      await recordings.close()
      server.close()
      server.closeAllConnections()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
