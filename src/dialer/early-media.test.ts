import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it, type TestContext } from 'node:test'
import { busyTone, congestionTone, encodeUlaw, type ProgressTone } from '#audio'
import { silentLogger, systemClock, systemRandom } from '#base'
import { createOffer, MediaEngine, type MediaStream } from '#rtp'
import { RtpPeer } from '#test/rtp-peer'
import { startCall } from '#test/sip-raw-call'
import type { Dialer } from './dialer.ts'
import { EarlyMedia } from './early-media.ts'
import type { PreparedCall } from './prepare-call.ts'

const FRAME_BYTES = 160

/** A peer, and what it plays by. */
interface Player {
  readonly peer: RtpPeer
  readonly playing: NodeJS.Timeout[]
}

describe('early media', () => {
  const engine = new MediaEngine({
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    host: '127.0.0.1',
    ports: { low: 40_000, high: 40_999 },
    maxStreams: 4,
  })
  before(() => engine.start())
  after(() => engine.stop())

  it('is that of the fork that spoke last, and nothing is sent to any', async (test) => {
    const one = await openPeer(test)
    const other = await openPeer(test)
    const { early, media, peer, invite, tones, call } = await ringing(test, engine)
    const contact = `Contact: <sip:peer@127.0.0.1:${peer.port}>`
    const headers = [contact, 'Content-Type: application/sdp']

    peer.reply(invite, '183 Session Progress', { toTag: 'one', headers, body: answerOf(one) })
    playOver(one, media, busyTone(1000))
    assert.equal(await tones.next(), 'busy')
    assert.equal(early.tone, 'busy')

    const reliable = [...headers, 'Require: 100rel', 'RSeq: 7']
    const body = answerOf(other)
    peer.reply(invite, '183 Session Progress', { toTag: 'other', headers: reliable, body })
    await peer.next('PRACK')
    assert.equal(early.tone, undefined, 'what another fork played is forgotten')
    // The same one again says nothing new, and one without our audio nothing at all.
    peer.reply(invite, '180 Ringing', { toTag: 'other', headers, body })
    peer.reply(invite, '180 Ringing', { toTag: 'one', headers, body: 'no description' })
    playOver(other, media, congestionTone(1000))
    assert.equal(await tones.next(), 'congestion', 'the first fork is heard no more')

    assert.deepEqual([one, other].map(countAudio), [0, 0], 'no audio is sent')
    peer.reply(invite, '480 Temporarily Unavailable', { toTag: 'one' })
    assert.equal((await call.outcome).kind, 'refused')
    await early.unanswered()
    assert.equal(media.onProgressTone, undefined)
  })
})

async function ringing(test: TestContext, engine: MediaEngine) {
  const media = await engine.openStream()
  test.after(() => media.close())
  const offer = createOffer({ address: media.address, codecs: ['PCMU', 'PCMA'], sessionId: 1 })
  const told = new EventTarget()
  const heard: ProgressTone[] = []
  let taken = 0
  const trace = {
    note: ({ event, tone }: { event?: string; tone?: ProgressTone }) => {
      if (event !== 'progress-tone') return
      heard.push(tone!)
      told.dispatchEvent(new Event('tone'))
    },
  }
  const dialer = { log: silentLogger, settings: {} } as unknown as Dialer
  const attempt = { claim: { callId: 1 } }
  const early = new EarlyMedia(dialer, { attempt, media, offer, trace } as unknown as PreparedCall)
  const options = {
    body: Buffer.from(offer),
    ringTimeoutMs: 60_000,
    onProgress: ({ body }: { body?: Uint8Array }) => body && early.hear(body),
  }
  const { peer, invite, call } = await startCall(test, { options })
  const next = async (): Promise<ProgressTone | undefined> => {
    if (heard.length === taken) {
      await once(told, 'tone', { signal: AbortSignal.timeout(30_000) })
    }
    return heard[taken++]
  }
  return { early, media, peer, invite, call, tones: { next } }
}

async function openPeer(test: TestContext): Promise<Player> {
  const peer = await RtpPeer.open()
  const playing: NodeJS.Timeout[] = []
  test.after(() => {
    for (const timer of playing) clearInterval(timer)
    peer.close()
  })
  return { peer, playing }
}

/** How much it got but reports by RTCP on the same port. */
function countAudio({ peer }: Player): number {
  return peer.received.filter(({ payloadType }) => payloadType < 72 || payloadType > 76).length
}

function answerOf({ peer: { address } }: Player): string {
  return createOffer({ address, codecs: ['PCMU'], sessionId: address.port })
}

/** Again and again, in real time, until the test is over. */
function playOver({ peer, playing }: Player, { address }: MediaStream, samples: Int16Array): void {
  const audio = encodeUlaw(samples)
  const beganMs = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    for (; sent * 20 < performance.now() - beganMs; sent++) {
      const at = (sent * FRAME_BYTES) % audio.length
      const payload = audio.subarray(at, at + FRAME_BYTES)
      const times = { sequence: sent, timestamp: sent * FRAME_BYTES, ssrc: peer.address.port }
      peer.send({ marker: sent === 0, payloadType: 0, ...times, payload }, address)
    }
  }, 10)
  playing.push(timer)
}
