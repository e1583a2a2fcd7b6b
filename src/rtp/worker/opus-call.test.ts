import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import {
  decodeUlaw,
  dtmfTones,
  encodeOpusFrames,
  encodeUlaw,
  goertzelPower,
  levelDbm0,
  loadOpus,
  opusPacketSamples,
  powerToDbm0,
  resample,
  tone,
} from '#audio'
import { seededRandom } from '#base'
import { parseRtpPacket, type RtpPacket } from '../packet.ts'
import type { OpusTerms } from '../sdp/opus-parameters.ts'
import { type Fate, SimulatedNetwork } from '../simulated-network.ts'

const HUM = tone({ frequenciesHz: [1004], durationMs: 5000, levelDbm0: -12 })
const WITHOUT_EVENTS = { codec: 'PCMU', encoding: 'OPUS', payloadType: 111 } as const
const TERMS = { ...WITHOUT_EVENTS, telephoneEventPayloadType: 110 } as const
const LIKED: OpusTerms = { fec: true, constantBitrate: false, bitrate: 24_000, isWideband: true }

function shared(samples: Int16Array): SharedArrayBuffer {
  const codes = encodeUlaw(samples)
  const buffer = new SharedArrayBuffer(codes.length)
  new Uint8Array(buffer).set(codes)
  return buffer
}

/** Codecs are made in promises that wait for nothing. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function call({ ptimeMs = 20, opus = LIKED, events = true } = {}) {
  const network = new SimulatedNetwork()
  const [a, b] = [network.engine('a').openStream(), network.engine('b').openStream()]
  const terms = { ...(events ? TERMS : WITHOUT_EVENTS), ptimeMs, opus }
  a.connect({ ...terms, remote: b.address })
  b.connect({ ...terms, remote: a.address })
  await settled()
  return { network, a, b }
}

/** Of what A sends, a share is lost. */
function losing(loss: number, seed = 3): Fate {
  const source = seededRandom(seed)
  return ({ from }) =>
    from.host === 'a' && source.bytes(4).readUInt32BE(0) / 2 ** 32 < loss ? [] : [0]
}

/** What A sent, RTP only. */
function sentByA(network: SimulatedNetwork, payloadType = 111): RtpPacket[] {
  return network.sent.flatMap(({ from, bytes }) => {
    const packet = from.host === 'a' ? parseRtpPacket(bytes) : undefined
    return packet?.payloadType === payloadType ? [packet] : []
  })
}

async function heard(
  { network, a, b }: Awaited<ReturnType<typeof call>>,
  samples: Int16Array,
  opus?: SharedArrayBuffer,
): Promise<Int16Array> {
  network.advance(100)
  b.startRecording()
  a.play(shared(samples), opus)
  network.advance(samples.length / 8 + 500)
  const recording = b.stopRecording()
  network.advance(600)
  return recording
}

/** Mean power of a frequency, dBm0, in the four seconds after a sound began. */
function powerOf(samples: Int16Array, hz: number): number {
  const start = samples.findIndex((sample) => Math.abs(sample) > 1000) + 400
  let power = 0
  for (let at = start; at < start + 32_000; at += 200) {
    power += goertzelPower(samples, hz, { start: at, end: at + 200 }) / 160
  }
  return powerToDbm0(power)
}

describe('a call in Opus (RFC 7587)', () => {
  before(loadOpus)

  for (const [name, loss, leastDbm0] of [
    ['nothing lost', 0, -12.5],
    ['1 % loss', 0.01, -12.7],
    ['5 % loss', 0.05, -13],
    ['20 % loss', 0.2, -14.5],
  ] as const) {
    for (const way of ['as it goes', 'prepared'] as const) {
      it(`is heard at its level with ${name}, encoded ${way}`, async () => {
        const ends = await call()
        ends.network.fate = losing(loss)
        const prepared = await encodeOpusFrames(resample(HUM, 8000, 16_000))
        const samples = await heard(ends, HUM, way === 'prepared' ? prepared : undefined)
        assert.ok(powerOf(samples, 1004) > leastDbm0, `${powerOf(samples, 1004)} dBm0`)
        assert.ok(powerOf(samples, 1604) < -35, `${powerOf(samples, 1604)} dBm0`)
        // Both ways there is one packet in 20 ms, on a clock of 48 kHz.
        const sent = sentByA(ends.network)
        assert.ok(
          sent.every(({ payload }) => opusPacketSamples(payload, 0, payload.length) === 160),
        )
        assert.ok(
          sent.slice(1).every((packet, n) => {
            return ((packet.timestamp - (sent[n]?.timestamp ?? 0)) | 0) === 960
          }),
        )
      })
    }
  }

  it('sends wideband packets that were prepared, and none to who likes another kind', async () => {
    const prepared = await encodeOpusFrames(resample(HUM, 8000, 16_000))
    const bandOf = ({ payload }: RtpPacket): number => (payload[0] ?? 0) >> 3
    const bands = async (opus: OpusTerms) => {
      const ends = await call({ opus })
      await heard(ends, HUM, prepared)
      return new Set(sentByA(ends.network).slice(20, 200).map(bandOf))
    }
    // RFC 6716 table 2: SILK with frames of 20 ms, wideband and narrowband.
    assert.deepEqual(await bands(LIKED), new Set([9]))
    assert.deepEqual(await bands({ ...LIKED, isWideband: false }), new Set([1]))
    assert.deepEqual(await bands({ ...LIKED, constantBitrate: true }), new Set([1]))
  })

  it('sends what a peer asks for: constant size, few bits', async () => {
    const ends = await call({ opus: { ...LIKED, constantBitrate: true, bitrate: 8000 } })
    await heard(ends, HUM)
    const sizes = new Set(
      sentByA(ends.network)
        .slice(20, 200)
        .map(({ payload }) => payload.length),
    )
    assert.deepEqual(sizes, new Set([20]), '8 kbit/s are 20 octets in 20 ms')
  })

  it('repeats in each packet what was lost before it', async () => {
    const level = async (fec: boolean): Promise<number> => {
      const ends = await call({ opus: { ...LIKED, fec } })
      // One in three, never two in a row, of a sound that nobody can guess: keys one after the other.
      ends.network.fate = ({ from, n }) => (from.host === 'a' && n % 3 === 1 ? [] : [0])
      const keys = dtmfTones('159D26A837#', { toneMs: 40, gapMs: 0 })
      const samples = await heard(ends, keys)
      const start = samples.findIndex((sample) => Math.abs(sample) > 500)
      let error = 0
      for (let n = 0; n < keys.length; n += 160) {
        const played = samples.subarray(start + n, start + n + 160)
        error += Math.abs(levelDbm0(played) - levelDbm0(keys, n, n + 160))
      }
      return error
    }
    const [without, withFec] = [await level(false), await level(true)]
    assert.ok(withFec < 0.8 * without, `${withFec} dB off with FEC, ${without} without`)
  })

  for (const ptimeMs of [10, 40, 60]) {
    it(`has packets of ${ptimeMs} ms, through loss`, async () => {
      const ends = await call({ ptimeMs })
      ends.network.fate = losing(0.03)
      const samples = await heard(ends, HUM)
      assert.ok(powerOf(samples, 1004) > -13, `${powerOf(samples, 1004)} dBm0`)
      const lengths = sentByA(ends.network).map(({ payload }) =>
        opusPacketSamples(payload, 0, payload.length),
      )
      assert.deepEqual(new Set(lengths), new Set([8 * ptimeMs]))
    })
  }

  it('carries keys as events on its own clock (RFC 4733), each once, through 20 % loss', async () => {
    const { network, a, b } = await call()
    network.fate = losing(0.2)
    network.advance(100)
    const keys: string[] = []
    b.onDigit = (key, durationMs) => keys.push(`${key} ${Math.round(durationMs / 20) * 20}`)
    void a.sendDigits('159D*#', { toneMs: 100, gapMs: 100 })
    network.advance(2500)
    assert.deepEqual(keys.map(([key]) => key).join(''), '159D*#')
    network.fate = () => [0]
    void a.sendDigits('7', { toneMs: 100 })
    network.advance(500)
    assert.equal(keys.at(-1), '7 100')
    const events = sentByA(network, 110)
    const last = events.at(-1)?.payload ?? assert.fail()
    assert.equal(((last[2] ?? 0) << 8) | (last[3] ?? 0), 4800, '100 ms at 48 kHz')
  })

  it('counts keys as the telephone does where the peer knows no other clock', async () => {
    const { network, a, b } = await call()
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const remote = other.address
      one.connect({ ...TERMS, telephoneEventPayloadType: 101, telephoneEventScale: 1, remote })
    }
    await settled()
    network.fate = losing(0.1)
    network.advance(100)
    const keys: string[] = []
    b.onDigit = (key, durationMs) => keys.push(`${key} ${Math.round(durationMs)}`)
    for (const digit of '4711') void a.sendDigits(digit, { toneMs: 100 })
    network.advance(1500)
    assert.deepEqual(keys, ['4 100', '7 100', '1 100', '1 100'])
  })

  it('has keys in its audio where the peer knows no events', async () => {
    const { network, a, b } = await call({ events: false })
    network.advance(300)
    let keys = ''
    b.onDigit = (key) => {
      keys += key
    }
    void a.sendDigits('0123456789*#ABCD', { toneMs: 100, gapMs: 100 })
    network.advance(4000)
    assert.equal(keys, '0123456789*#ABCD')
  })

  it('is recorded both ways as PCMU, as it was played', async () => {
    const { network, a, b } = await call()
    network.advance(200)
    const pieces: Uint8Array[] = []
    const recording = a.record('both', (piece) => pieces.push(piece))
    a.play(shared(HUM.subarray(0, 16_000)))
    b.play(shared(tone({ frequenciesHz: [620], durationMs: 2000, levelDbm0: -12 })))
    network.advance(2500)
    const ended = recording.stop()
    network.advance(500)
    assert.equal((await ended).codec, 'PCMU')
    const bytes = Buffer.concat(pieces)
    const [sent, received] = [0, 1].map((side) =>
      decodeUlaw(bytes.filter((_, n) => n % 2 === side)),
    )
    const original = decodeUlaw(new Uint8Array(shared(HUM.subarray(0, 16_000))))
    assert.ok(Buffer.from(sent!.buffer).includes(Buffer.from(original.buffer)))
    const power = powerToDbm0(goertzelPower(received!, 620, { start: 4000, end: 12_000 }))
    assert.ok(Math.abs(power + 12) < 1, `${power} dBm0`)
  })

  it('joins a call in another codec, both ways', async () => {
    const network = new SimulatedNetwork()
    const [one, two] = [network.engine('a'), network.engine('b')]
    const [far, near, other, last] = [
      ...[two.openStream(), one.openStream(), one.openStream(), two.openStream()],
    ]
    const plain = { codec: 'PCMA', payloadType: 8 } as const
    far!.connect({ ...TERMS, remote: near!.address })
    near!.connect({ ...TERMS, remote: far!.address })
    other!.connect({ ...plain, remote: last!.address })
    last!.connect({ ...plain, remote: other!.address })
    await settled()
    near!.join(other!)
    network.advance(200)
    last!.startRecording()
    far!.play(shared(HUM))
    network.advance(5500)
    const recording = last!.stopRecording()
    network.advance(500)
    assert.ok(powerOf(await recording, 1004) > -13)
  })

  it('takes nothing for Opus that is none, and goes on', async () => {
    const { network, a, b } = await call()
    network.advance(200)
    const random = seededRandom('noise')
    // Every other packet of A is followed by one that has its place, and rubbish in it.
    const original = network.send.bind(network)
    network.send = (from, to, bytes) => {
      const isMedia = from.host === 'a' && (bytes[1] ?? 0) % 128 === 111
      const rubbish = Buffer.concat([bytes.subarray(0, 12), random.bytes(random.bytes(1)[0] ?? 0)])
      original(from, to, isMedia && (bytes[3] ?? 0) % 2 === 0 ? rubbish : bytes)
    }
    a.play(shared(HUM))
    network.advance(6000)
    network.send = original
    // Rubbish may say that it is long: it has to be over.
    network.advance(10_000)
    b.startRecording()
    a.play(shared(HUM))
    network.advance(6000)
    const again = b.stopRecording()
    network.advance(500)
    assert.ok(powerOf(await again, 1004) > -13)
  })

  it('counts jitter and reports in its own clock', async () => {
    const { network, a, b } = await call()
    network.fate = ({ n }) => [n % 2 === 0 ? 0 : 10]
    network.advance(20_000)
    const [here, there] = await Promise.all([b.stats(), a.stats()])
    assert.ok(here.jitterMs > 7 && here.jitterMs < 11, `${here.jitterMs} ms`)
    const reported = there.atPeer?.jitterMs ?? 0
    assert.ok(reported > 6 && reported < 12, `${reported} ms`)
  })
})
