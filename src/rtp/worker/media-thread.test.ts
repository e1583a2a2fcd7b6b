import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  concat,
  decodeUlaw,
  dtmfTones,
  encodeUlaw,
  goertzelPower,
  levelDbm0,
  powerToDbm0,
  silence,
  tone,
} from '#audio'
import { seededRandom } from '#base'
import type { MediaStream } from '../media-stream.ts'
import { formatRtpPacket, parseRtpPacket, type RtpPacket } from '../packet.ts'
import { type Datagram, type Fate, SimulatedNetwork } from '../simulated-network.ts'
import { srtpKeys } from '../srtp/srtp-key.ts'

const PCMU = { codec: 'PCMU', payloadType: 0, telephoneEventPayloadType: 101 } as const
const WITHOUT_EVENTS = { codec: 'PCMU', payloadType: 0 } as const

function shared(samples: Int16Array): SharedArrayBuffer {
  const codes = encodeUlaw(samples)
  const buffer = new SharedArrayBuffer(codes.length)
  new Uint8Array(buffer).set(codes)
  return buffer
}

/** Two calls' ends and the network between them. */
function call(terms: typeof PCMU | typeof WITHOUT_EVENTS = PCMU) {
  const network = new SimulatedNetwork()
  const [a, b] = [network.engine('a').openStream(), network.engine('b').openStream()]
  a.connect({ ...terms, remote: b.address })
  b.connect({ ...terms, remote: a.address })
  return { network, a, b }
}

const random = (seed: number): (() => number) => {
  const source = seededRandom(seed)
  return () => source.bytes(4).readUInt32BE(0) / 2 ** 32
}

/** For packets from A: what `fate` says; all others arrive at once. */
const fromA =
  (fate: Fate): Fate =>
  (datagram) =>
    datagram.from.host === 'a' ? fate(datagram) : [0]

/** A network that loses, delays, doubles and reorders, as a bad one does. */
function badly(seed: number, { loss = 0, jitterMs = 0, doubled = 0 }): Fate {
  const chance = random(seed)
  return fromA(() => {
    if (chance() < loss) return []
    const delayMs = chance() * jitterMs
    return chance() < doubled ? [delayMs, delayMs + 5] : [delayMs]
  })
}

/** Where sound begins after silence. */
function onsetsOf(samples: Int16Array): number[] {
  const onsets: number[] = []
  let loudAt = Number.NEGATIVE_INFINITY
  for (let n = 0; n < samples.length; n++) {
    if (Math.abs(samples[n] ?? 0) < 1000) continue
    if (n - loudAt > 2000) onsets.push(n)
    loudAt = n
  }
  return onsets
}

/** A recording whose pieces are collected. */
function taken(stream: MediaStream, tracks: 'received' | 'both') {
  const pieces: Uint8Array[] = []
  const recording = stream.record(tracks, (piece) => pieces.push(piece))
  return { ...recording, bytes: () => Buffer.concat(pieces) }
}

/** What B hears of `samples`, which A plays. */
async function heardThrough(fate: Fate, samples: Int16Array) {
  const { network, a, b } = call()
  network.fate = fate
  network.advance(100)
  b.startRecording()
  a.play(shared(samples))
  network.advance(samples.length / 8 + 500)
  const recording = b.stopRecording()
  network.advance(600)
  return { heard: await recording, stats: await b.close() }
}

async function keysThrough(fate: Fate, terms: typeof PCMU | typeof WITHOUT_EVENTS, keys: string) {
  const { network, a, b } = call(terms)
  network.fate = fate
  network.advance(100)
  let heard = ''
  b.onDigit = (key) => {
    heard += key
  }
  void a.sendDigits(keys, { toneMs: 80, gapMs: 80 })
  network.advance([...keys].reduce((ms, key) => ms + (key === 'W' ? 500 : 160), 1000))
  return heard
}

const ALL_KEYS = '0123456789*#ABCD'
const HUM = tone({ frequenciesHz: [1004], durationMs: 5000, levelDbm0: -12 })

describe('a call over a bad network', () => {
  for (const [name, trouble, leastDbm0] of [
    ['1 % loss', { loss: 0.01 }, -12.3],
    ['5 % loss', { loss: 0.05 }, -12.7],
    ['20 % loss', { loss: 0.2 }, -14.5],
    ['60 ms jitter', { jitterMs: 60 }, -12.5],
    ['5 % loss, 60 ms jitter and doubling', { loss: 0.05, jitterMs: 60, doubled: 0.1 }, -13],
  ] as const) {
    it(`is heard whole: the tone that was sent, at its level, through ${name}`, async () => {
      const { heard } = await heardThrough(badly(7, trouble), HUM)
      const start = heard.findIndex((sample) => Math.abs(sample) > 1000)
      let power = 0
      for (let at = start; at < start + 39_000; at += 200) {
        power += goertzelPower(heard, 1004, { start: at, end: at + 200 }) / 195
      }
      assert.ok(powerToDbm0(power) > leastDbm0, `${powerToDbm0(power)} dBm0`)
      assert.ok(powerToDbm0(goertzelPower(heard, 1600, { start, end: start + 39_000 })) < -40)
    })
  }

  it('carries every sample of PCMU where nothing is lost', async () => {
    const noise = decodeUlaw(seededRandom('noise').bytes(40_000))
    const { heard, stats } = await heardThrough(
      fromA(() => [35]),
      noise,
    )
    const bytes = Buffer.from(noise.buffer)
    assert.ok(Buffer.from(heard.buffer).indexOf(bytes) >= 0)
    assert.deepEqual([stats.packetsLost, stats.packetsDiscarded], [0, 0])
  })

  it('makes up what was lost and nothing else, and counts it', async () => {
    const delays = [[0], [0], [], [0], [0, 3], [22], [0], [0]]
    const fate = fromA(({ n, bytes }) => ((bytes[1] ?? 0) >= 200 ? [0] : (delays[n % 8] ?? [])))
    const noise = decodeUlaw(seededRandom('noise').bytes(32_000))
    const { heard, stats } = await heardThrough(fate, noise)
    const first = Buffer.from(heard.buffer).indexOf(Buffer.from(noise.buffer, 2 * 640, 400))
    assert.ok(first >= 0)
    const start = first / 2 - 640
    let made = 0
    for (let at = 0; at + 160 <= noise.length; at += 160) {
      const [came, sent] = [
        heard.subarray(start + at, start + at + 160),
        noise.subarray(at, at + 160),
      ]
      const isWhole = came.subarray(80).every((sample, i) => sample === sent[80 + i])
      if (!isWhole) made++
      assert.ok(levelDbm0(came) > levelDbm0(sent) - 8, `frame ${at / 160}`)
    }
    assert.equal(made, 25, 'an eighth of 200')
    assert.ok(Math.abs(stats.packetsLost - stats.packetsReceived / 7) < 6)
  })

  it('is heard without a gap where the peer becomes another source, or counts anew', async () => {
    const network = new SimulatedNetwork()
    const b = network.engine('b').openStream()
    const remote = { host: 'x', port: 6000 }
    b.connect({ ...PCMU, remote })
    b.startRecording()
    const codes = encodeUlaw(HUM)
    for (let n = 0; n < 200; n++) {
      const source = Math.floor(n / 50)
      const packet: RtpPacket = {
        marker: false,
        payloadType: 0,
        sequence: (65_530 + 30_000 * source + n) & 0xffff,
        timestamp: (0xffff_ff00 + source * 0x4000_0000 + n * 160) >>> 0,
        // The third only counts anew.
        ssrc: source === 2 ? 1 : source,
        payload: codes.subarray(n * 160, n * 160 + 160),
      }
      network.send(remote, b.address, formatRtpPacket(packet))
      network.advance(20)
    }
    const recording = b.stopRecording()
    network.advance(600)
    const heard = await recording
    const start = heard.findIndex((sample) => Math.abs(sample) > 1000)
    for (let at = start; at < start + 30_000; at += 80) {
      assert.ok(levelDbm0(heard, at, at + 80) > -16, `at ${(at - start) / 8} ms`)
    }
    const { packetsLost, packetsReceived } = await b.stats()
    // The first packet of a new source is not believed until the second came.
    assert.deepEqual([packetsLost, packetsReceived], [0, 200])
  })

  it('hears each key once, by RFC 4733, through 20 % loss, jitter and doubling', async () => {
    const fate = badly(3, { loss: 0.2, jitterMs: 60, doubled: 0.2 })
    assert.equal(await keysThrough(fate, PCMU, ALL_KEYS), ALL_KEYS)
  })

  it('hears each key once in the audio, through 1 % loss, 60 ms jitter and doubling', async () => {
    const fate = badly(4, { loss: 0.01, jitterMs: 60, doubled: 0.2 })
    // The buffer has found its length by then.
    const keys = await keysThrough(fate, WITHOUT_EVENTS, `WWWW${ALL_KEYS}`)
    assert.equal(keys, ALL_KEYS)
  })
})

describe('a recording', () => {
  it('holds what came from its beginning to its end, whatever waits in the buffer', async () => {
    const { network, a, b } = call()
    a.play(shared(HUM))
    network.advance(1000)
    b.startRecording()
    network.advance(1000)
    const recording = b.stopRecording()
    b.startRecording()
    network.advance(600)
    const second = b.stopRecording()
    network.advance(100)
    const [one, two] = [await recording, await second]
    assert.equal(one.length, 8000)
    assert.equal(two.length, 4800)
    const whole = concat([one, two])
    for (let at = 0; at < whole.length; at += 160) {
      assert.ok(Math.abs(levelDbm0(whole, at, at + 160) + 12) < 0.3, `at ${at}`)
    }
  })

  it('of both ways stands on one time line, whatever the buffer holds and by how much it grows', async () => {
    for (const fate of [
      fromA(() => [0]),
      badly(3, { jitterMs: 15 }),
      badly(7, { jitterMs: 90, loss: 0.01 }),
    ]) {
      const { network, a, b } = call()
      network.fate = fate
      const both = taken(b, 'both')
      network.advance(3000)
      // The two play at the same moment, again and again: what came is beside what was sent.
      const pulse = concat([HUM.subarray(0, 1600), new Int16Array(6400)])
      const pulses = concat([pulse, pulse, pulse, pulse, pulse, pulse])
      a.play(shared(pulses))
      b.play(shared(pulses))
      network.advance(7000)
      const ended = both.stop()
      network.advance(600)
      const { samples } = await ended
      assert.ok(80_000 - samples <= 160, `${samples}`)
      const linear = decodeUlaw(both.bytes())
      const onsets = [0, 1].map((track) =>
        onsetsOf(linear.filter((_, i) => i % 2 === track)).map((at) => at / 8),
      )
      assert.deepEqual([onsets[0]?.length, onsets[1]?.length], [6, 6])
      const spread = onsets[1]?.map((at, n) => at - (onsets[0]?.[n] ?? 0)) ?? []
      // The way there took up to so long, and is no fault of the recording.
      assert.ok(
        spread.every((ms) => ms > -20 && ms < 125),
        `${spread}`,
      )
      const first = spread[0] ?? 0
      assert.ok(
        spread.every((ms) => Math.abs(ms - first) < 90),
        `${spread}`,
      )
    }
  })

  it('of both ways has received audio within a packet of when it came', async () => {
    const { network, a, b } = call()
    const both = taken(b, 'both')
    network.advance(1000)
    a.play(shared(HUM.subarray(0, 8000)))
    b.play(shared(HUM.subarray(0, 8000)))
    network.advance(2000)
    const ended = both.stop()
    network.advance(600)
    await ended
    const linear = decodeUlaw(both.bytes())
    const [sent, received] = [0, 1].map((track) => linear.filter((_, i) => i % 2 === track))
    const [one] = onsetsOf(sent ?? new Int16Array())
    const [other] = onsetsOf(received ?? new Int16Array())
    assert.ok(Math.abs((one ?? 0) - (other ?? 0)) <= 160, `${one} and ${other}`)
  })

  it('is silent while it is paused, on both tracks, and its time goes on', async () => {
    const { network, a, b } = call()
    const both = taken(b, 'both')
    a.play(shared(HUM.subarray(0, 24_000)))
    b.play(shared(HUM.subarray(0, 24_000)))
    network.advance(1000)
    both.pause(true)
    network.advance(1000)
    both.pause(false)
    network.advance(1000)
    const ended = both.stop()
    network.advance(600)
    const { samples } = await ended
    assert.ok(24_000 - samples <= 160, `${samples}`)
    const linear = decodeUlaw(both.bytes())
    for (const track of [0, 1]) {
      const heard = linear.filter((_, i) => i % 2 === track)
      assert.ok(levelDbm0(heard, 2000, 7900) > -13)
      assert.ok(heard.subarray(8000, 15_840).every((sample) => sample === 0))
      assert.ok(levelDbm0(heard, 16_000, 22_000) > -13)
    }
  })

  it('says where a voice and where a key in the audio began, by what came', async () => {
    const { network, a, b } = call(WITHOUT_EVENTS)
    b.onVoice = () => undefined
    b.onDigitStart = () => undefined
    network.advance(500)
    const message = taken(b, 'received')
    network.advance(500)
    a.play(shared(HUM.subarray(0, 8000)))
    network.advance(2000)
    void a.sendDigits('5', { toneMs: 120 })
    network.advance(200)
    const ended = message.stop()
    network.advance(600)
    const { voiceFrom = 0, keyAt = 0 } = await ended
    assert.ok(Math.abs(voiceFrom - 4000) <= 480, `${voiceFrom}`)
    assert.ok(keyAt <= 20_160 && keyAt > 19_500, `${keyAt}`)
    const heard = decodeUlaw(message.bytes())
    assert.ok(levelDbm0(heard, 20_320, 20_800) > -20, 'the key is in it')
    assert.ok(heard.subarray(keyAt - 800, keyAt).every((sample) => sample === 0))
  })

  it('is answered when the stream closes before it is complete', async () => {
    const { network, a, b } = call()
    a.play(shared(HUM))
    network.advance(500)
    b.startRecording()
    network.advance(500)
    const recording = b.stopRecording()
    await b.close()
    assert.ok((await recording).length > 3000)
  })
})

describe('whose packets are believed', () => {
  const audio = (sequence: number, ssrc: number): Uint8Array =>
    formatRtpPacket({
      marker: false,
      payloadType: 0,
      sequence,
      timestamp: sequence * 160,
      ssrc,
      payload: encodeUlaw(tone({ frequenciesHz: [2500], durationMs: 20, levelDbm0: -6 })),
    })
  const attack = (network: SimulatedNetwork, stream: MediaStream, from: Datagram['from']): void => {
    for (let sequence = 0; sequence < 100; sequence++) {
      network.send(from, stream.address, audio(sequence, 666))
      network.advance(20)
    }
  }

  for (const latch of ['announced-host', 'any'] as const) {
    it(`are those of the latched source alone, with latch ${latch}`, async () => {
      const { network, a, b } = call()
      b.connect({ ...PCMU, remote: a.address, latch })
      a.play(shared(HUM))
      network.advance(200)
      b.startRecording()
      attack(network, b, { host: 'attacker', port: 4000 })
      attack(network, b, { host: 'a', port: a.address.port + 6 })
      const recording = b.stopRecording()
      network.advance(600)
      const heard = await recording
      assert.ok(powerToDbm0(goertzelPower(heard, 2500)) < -60)
      assert.ok(powerToDbm0(goertzelPower(heard, 1004)) > -13)
      const stats = await b.stats()
      assert.deepEqual([stats.packetsIgnored, stats.remote], [200, a.address])
    })
  }

  it('are not a stranger’s before the peer has spoken, and not a single stray of its host', async () => {
    const network = new SimulatedNetwork()
    const b = network.engine('b').openStream()
    b.connect({ ...PCMU, remote: { host: 'peer', port: 4000 } })
    attack(network, b, { host: 'attacker', port: 4000 })
    network.send({ host: 'peer', port: 9999 }, b.address, audio(7, 1))
    network.advance(20)
    const { packetsReceived, remote } = await b.stats()
    assert.deepEqual([packetsReceived, remote], [0, { host: 'peer', port: 4000 }])
  })
})

describe('keys in the audio', () => {
  it('are looked for until RFC 4733 is seen, and only while somebody listens', async () => {
    const { network, a, b } = call()
    const heard: string[] = []
    const play = (keys: string): void => {
      a.play(shared(concat([dtmfTones(keys, { toneMs: 80, gapMs: 80 }), silence(100)])))
      network.advance(keys.length * 160 + 400)
    }
    play('1')
    b.onDigit = (key) => void heard.push(key)
    play('2')
    b.onDigit = undefined
    play('3')
    b.onDigit = (key) => void heard.push(key)
    void a.sendDigits('4')
    network.advance(600)
    play('5')
    assert.deepEqual(heard, ['2', '4'])
  })
})

describe('packets of another length than 20 ms', () => {
  for (const ptimeMs of [10, 30, 40, 60]) {
    it(`carry every sample, keys and pauses both ways with ${ptimeMs} ms`, async () => {
      const { network, a, b } = call()
      a.connect({ ...PCMU, remote: b.address, ptimeMs })
      b.connect({ ...PCMU, remote: a.address, ptimeMs })
      const noise = decodeUlaw(seededRandom('noise').bytes(24_000))
      let keys = ''
      b.onDigit = (key) => {
        keys += key
      }
      network.advance(110)
      b.startRecording()
      a.play(shared(noise))
      network.advance(4000)
      void a.sendDigits('15')
      network.advance(1000)
      a.play(shared(HUM.subarray(0, 8000)))
      network.advance(1500)
      const recording = b.stopRecording()
      network.advance(200)
      const heard = await recording
      assert.ok(Buffer.from(heard.buffer).indexOf(Buffer.from(noise.buffer)) >= 0)
      assert.ok(powerToDbm0(goertzelPower(heard, 1004, { start: 43_000, end: 46_000 })) > -13)
      assert.equal(keys, '15')
      const stats = await b.close()
      assert.deepEqual([stats.packetsLost, stats.packetsDiscarded], [0, 0])
      const sent = network.sent
        .filter(({ from, to }) => from.host === 'a' && to.port === b.address.port)
        .map(({ bytes }) => parseRtpPacket(bytes) ?? assert.fail())
      const audio = sent.filter(({ payloadType }) => payloadType === 0)
      const whole = audio.filter(({ payload }) => payload.length === 8 * ptimeMs)
      assert.ok(whole.length > audio.length - 8, 'all but the last before a key')
      sent.slice(1).forEach((packet, n) => {
        const before = sent[n] ?? assert.fail()
        if (before.payloadType !== 0) return
        const expected = (before.timestamp + before.payload.length) >>> 0
        assert.equal(packet.timestamp, expected, 'each begins where the one before ended')
      })
    })
  }
})

describe('a call in G.722 (RFC 3551 section 4.5.2)', () => {
  it('is played and recorded as PCMU, keys in the audio included, through loss', async () => {
    const { network, a, b } = call()
    const terms = { codec: 'PCMU', encoding: 'G722', payloadType: 9 } as const
    a.connect({ ...terms, remote: b.address })
    b.connect({ ...terms, remote: a.address })
    network.fate = badly(5, { loss: 0.01, jitterMs: 30 })
    let keys = ''
    b.onDigit = (key) => {
      keys += key
    }
    network.advance(500)
    const [message, both] = [taken(b, 'received'), taken(a, 'both')]
    a.play(shared(HUM.subarray(0, 16_000)))
    network.advance(2500)
    const ended = [message.stop(), both.stop()]
    network.advance(500)
    const [{ codec } = { codec: undefined }] = await Promise.all(ended)
    const heard = decodeUlaw(message.bytes())
    const start = heard.findIndex((sample) => Math.abs(sample) > 1000)
    const power = goertzelPower(heard, 1004, { start: start + 800, end: start + 2400 })
    assert.ok(codec === 'PCMU' && Math.abs(powerToDbm0(power) + 12) < 0.5, `${powerToDbm0(power)}`)
    const sent = Buffer.from(decodeUlaw(both.bytes().filter((_, i) => i % 2 === 0)).buffer)
    const original = decodeUlaw(new Uint8Array(shared(HUM.subarray(0, 16_000))))
    assert.ok(
      sent.includes(Buffer.from(original.buffer)),
      'what it sent is recorded as it was played',
    )
    void a.sendDigits('159D', { toneMs: 100 })
    network.advance(1500)
    assert.equal(keys, '159D')
    const audioSent = network.sent.filter(({ bytes }) => bytes.length === 172)
    assert.ok(audioSent.every(({ bytes }) => ((bytes[1] ?? 0) & 0x7f) === 9))
  })
})

describe('an encrypted call (RFC 3711)', () => {
  const SUITES = [0, 1, 2]
  const secureCall = (suite: number, rtcpMux: boolean) => {
    const [a, b] = ['a', 'b'].map((name) => srtpKeys('sdes', seededRandom(name))[suite]!)
    const ends = call()
    const { remote } = { remote: ends.b.address }
    ends.a.connect({ ...PCMU, remote, rtcpMux, srtp: { local: a!, remote: b! } })
    const back = { remote: ends.a.address, srtp: { local: b!, remote: a! } }
    ends.b.connect({ ...PCMU, ...back, rtcpMux })
    return ends
  }

  for (const suite of SUITES) {
    it(`is heard bit by bit, its keys and reports too, with nothing readable (suite ${suite})`, async () => {
      const { network, a, b } = secureCall(suite, suite > 0)
      const noise = decodeUlaw(seededRandom('noise').bytes(16_000))
      let keys = ''
      b.onDigit = (key) => {
        keys += key
      }
      network.advance(100)
      b.startRecording()
      a.play(shared(noise))
      network.advance(2500)
      void a.sendDigits('42#')
      network.advance(5000)
      const recording = b.stopRecording()
      network.advance(100)
      const bytes = Buffer.from(noise.buffer)
      assert.ok(Buffer.from((await recording).buffer).indexOf(bytes) >= 0)
      assert.equal(keys, '42#')
      const clear = Buffer.from(encodeUlaw(noise).subarray(1600, 1640))
      assert.ok(!network.sent.some(({ bytes }) => Buffer.from(bytes).includes(clear)))
      const stats = await b.close()
      assert.deepEqual([stats.packetsIgnored, stats.packetsLost], [0, 0])
      assert.ok(stats.atPeer && stats.roundTripMs !== undefined)
    })
  }

  it('is neither disturbed nor followed by packets that are not authentic, or come again', async () => {
    const { network, a, b } = secureCall(1, true)
    b.connect({ ...PCMU, remote: a.address, latch: 'any', rtcpMux: true })
    const [ours, theirs] = ['a', 'b'].map((name) => srtpKeys('sdes', seededRandom(name))[1]!)
    const srtp = { local: theirs!, remote: ours! }
    b.connect({ ...PCMU, remote: { host: 'x', port: 4 }, latch: 'any', rtcpMux: true, srtp })
    for (let sequence = 0; sequence < 50; sequence++) {
      const payload = new Uint8Array(170).fill(1)
      const header = { marker: false, payloadType: 0, sequence, timestamp: 160 * sequence, ssrc: 1 }
      network.send(
        { host: 'attacker', port: 9 },
        b.address,
        formatRtpPacket({ ...header, payload }),
      )
    }
    network.advance(2)
    assert.deepEqual((await b.stats()).remote, { host: 'x', port: 4 })
    network.advance(500)
    const [replayed] = network.sent.filter(
      ({ to }) => to.host === 'b' && to.port === b.address.port,
    )
    assert.deepEqual((await b.stats()).remote, a.address)
    network.send(
      a.address,
      b.address,
      network.sent.find(({ from }) => from.host === 'a')?.bytes ?? replayed!.bytes,
    )
    network.advance(20)
    assert.equal((await b.close()).packetsIgnored, 51)
  })

  it('begins to count where the loss of its first packets cannot hide a wrap', () => {
    const { network } = secureCall(0, true)
    network.advance(40)
    const first = network.sent.filter(({ from }) => from.host === 'a')[0]
    assert.ok((first?.bytes[2] ?? 255) < 128)
  })
})
