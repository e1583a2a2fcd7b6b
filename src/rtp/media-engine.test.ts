import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  concat,
  decodeAlaw,
  decodeUlaw,
  dtmfTones,
  encodeAlaw,
  encodeUlaw,
  goertzelPower,
  levelDbm0,
  powerToDbm0,
  silence,
  tone,
} from '#audio'
import { OutdialError, silentLogger, systemClock } from '#base'
import { RtpPeer } from '#test/rtp-peer'
import { MediaEngine } from './media-engine.ts'
import type { ConnectOptions, MediaStream } from './media-stream.ts'
import type { RtpPacket } from './packet.ts'

const EVENTS = 101
/** A machine that stalls may delay packets here, but loses none: what is tested is not its speed. */
const BASE = { log: silentLogger, clock: systemClock, host: '127.0.0.1', skipAfterMs: 10_000 }

const failsWith = (code: string) => (error: unknown) =>
  error instanceof OutdialError && error.code === code

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length)
  new Uint8Array(buffer).set(bytes)
  return buffer
}

/** Mu-law bytes that are never silence, and differ from frame to frame. */
function pattern(frames: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: frames * 160 }, (_, i) => ((i >> 4) + first + (i % 7)) % 120)
}

const PCMU = { codec: 'PCMU', payloadType: 0, telephoneEventPayloadType: EVENTS } as const
const PCMA = { codec: 'PCMA', payloadType: 8, telephoneEventPayloadType: EVENTS } as const
const WITHOUT_EVENTS = { codec: 'PCMU', payloadType: 0 } as const

type Terms = Omit<ConnectOptions, 'remote'>

function connectPair(a: MediaStream, b: MediaStream, terms: Terms = PCMU): void {
  a.connect({ ...terms, remote: b.address })
  b.connect({ ...terms, remote: a.address })
}

/** Somewhere, but for what two laws of companding lose. */
function isIn(samples: Int16Array, part: Int16Array): boolean {
  return samples.some((_, at) =>
    part.every((sample, n) => Math.abs(sample - (samples[at + n] ?? 0)) < 800),
  )
}

/** Where `part` begins in `whole`, or −1. */
function indexOf(whole: Int16Array, part: Int16Array): number {
  return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).indexOf(
    Buffer.from(part.buffer, part.byteOffset, part.byteLength),
  )
}

const audioOf = (packets: readonly RtpPacket[]): RtpPacket[] =>
  packets.filter((packet) => packet.payloadType === 0)
const isSilence = (packet: RtpPacket): boolean => packet.payload.every((byte) => byte === 0xff)

for (const driver of ['raw', 'dgram'] as const) {
  const skip =
    driver === 'raw' && process.platform !== 'linux' ? 'the raw driver is for Linux' : false

  describe(`MediaEngine with the ${driver} driver`, { concurrency: true, skip }, () => {
    const engine = new MediaEngine({ ...BASE, driver })
    before(() => engine.start())
    after(() => engine.stop())

    const openPair = async (terms: Terms = PCMU) => {
      const [a, b] = [await engine.openStream(), await engine.openStream()]
      connectPair(a, b, terms)
      return { a, b, close: () => Promise.all([a.close(), b.close()]) }
    }
    /** A stream, connected to a bare peer. */
    const openWithPeer = async (terms: Terms = PCMU) => {
      const [stream, peer] = [await engine.openStream(), await RtpPeer.open()]
      stream.connect({ ...terms, remote: peer.address })
      const close = async () => {
        peer.close()
        return stream.close()
      }
      return { stream, peer, close }
    }

    it('runs on that driver, and says how it is scheduled', () => {
      assert.equal(engine.driver, driver)
      assert.ok(['fifo', 'nice', 'none'].includes(engine.priority))
    })

    it('gives even ports', async () => {
      const streams = await Promise.all(Array.from({ length: 6 }, () => engine.openStream()))
      assert.ok(streams.every(({ address }) => address.port % 2 === 0))
      await Promise.all(streams.map((stream) => stream.close()))
    })

    it('carries a tone from one stream to the other’s recording', async () => {
      const { a, b, close } = await openPair()
      b.startRecording()
      const sent = tone({ frequenciesHz: [1004], durationMs: 400, levelDbm0: -12 })
      await a.play(shared(encodeUlaw(sent))).ended
      const heard = await b.stopRecording()
      const start = heard.findIndex((sample) => Math.abs(sample) > 1000)
      const middle = { start: start + 400, end: start + 2000 }
      assert.ok(Math.abs(powerToDbm0(goertzelPower(heard, 1004, middle)) + 12) < 0.5)
      assert.ok(powerToDbm0(goertzelPower(heard, 1600, middle)) < -45)
      await close()
    })

    it('carries a tone in Opus, both ways at once, and closes', async () => {
      const opus = { codec: 'PCMU', encoding: 'OPUS', payloadType: 111 } as const
      const { a, b, close } = await openPair(opus)
      const hums = [1004, 620].map((hz) => tone({ frequenciesHz: [hz], durationMs: 500 }))
      for (const stream of [a, b]) stream.startRecording()
      const plays = [a, b].map((stream, n) => stream.play(shared(encodeUlaw(hums[n]!))))
      await Promise.all(plays.map(({ ended }) => ended))
      const [atA, atB] = await Promise.all([a.stopRecording(), b.stopRecording()])
      for (const [heard, hz] of [
        [atB, 1004],
        [atA, 620],
      ] as const) {
        const start = heard.findIndex((sample) => Math.abs(sample) > 1000) + 400
        const power = goertzelPower(heard, hz, { start, end: start + 1600 })
        assert.ok(powerToDbm0(power) > -14, `${powerToDbm0(power)} dBm0 at ${hz} Hz`)
      }
      await close()
    })

    it('carries every octet of PCMU and of PCMA unchanged', async () => {
      const bytes = Uint8Array.from({ length: 16 * 160 }, (_, i) => (i * 7 + (i >> 8)) & 255)
      for (const [terms, decode] of [
        [PCMU, decodeUlaw],
        [PCMA, decodeAlaw],
      ] as const) {
        const { a, b, close } = await openPair(terms)
        b.startRecording()
        const play = await a.play(shared(bytes)).ended
        assert.deepEqual(play, { interrupted: false, playedMs: 320 })
        assert.ok(indexOf(await b.stopRecording(), decode(bytes)) >= 0, terms.codec)
        await close()
      }
    })

    it('sends silence from the connection on, on the grid, without a gap', async () => {
      const { peer, close } = await openWithPeer()
      const packets = (await peer.waitFor((all) => all.length >= 12)).slice(0, 12)
      packets.forEach((packet, i) => {
        const [first] = packets
        assert.ok(first && isSilence(packet) && packet.payload.length === 160)
        assert.equal(packet.sequence, (first.sequence + i) & 0xffff)
        assert.equal(packet.timestamp, (first.timestamp + 160 * i) >>> 0)
        assert.equal(packet.ssrc, first.ssrc)
        assert.equal(packet.marker, i === 0)
      })
      await close()
    })

    it('sends nothing before it is connected', async () => {
      const [stream, peer] = [await engine.openStream(), await RtpPeer.open()]
      const play = stream.play(shared(pattern(2)))
      const stats = await stream.close()
      assert.equal(stats.packetsSent, 0)
      assert.deepEqual(await play.ended, { interrupted: true, playedMs: 0 })
      assert.equal(await play.started, undefined)
      peer.close()
    })

    it('plays two prompts without a gap, marked once', async () => {
      const { stream, peer, close } = await openWithPeer()
      const [one, two] = [pattern(5), pattern(4, 50)]
      const first = stream.play(shared(one))
      const second = stream.play(shared(two))
      const startedAt = await first.started
      assert.ok(startedAt !== undefined && startedAt <= systemClock.monotonic())
      assert.deepEqual(await first.ended, { interrupted: false, playedMs: 100 })
      assert.deepEqual(await second.ended, { interrupted: false, playedMs: 80 })
      const packets = await peer.waitFor((all) => all.filter((p) => !isSilence(p)).length >= 9)
      const from = packets.findIndex((packet) => !isSilence(packet))
      const prompt = packets.slice(from, from + 9)
      assert.deepEqual(Buffer.concat(prompt.map((p) => p.payload)), Buffer.concat([one, two]))
      assert.deepEqual(
        prompt.map((p) => p.marker),
        [true, ...new Array(8).fill(false)],
      )
      await close()
    })

    it('fills the last frame of a prompt with silence, and plays an empty one', async () => {
      const { stream, peer, close } = await openWithPeer()
      const empty = stream.play(new SharedArrayBuffer(0))
      const play = stream.play(shared(new Uint8Array(200).fill(5)))
      assert.deepEqual(await empty.ended, { interrupted: false, playedMs: 0 })
      assert.deepEqual(await play.ended, { interrupted: false, playedMs: 25 })
      const [, last] = (await peer.waitFor((all) => all.length > 2)).filter((p) => !isSilence(p))
      assert.deepEqual(
        [...(last?.payload ?? [])],
        [...new Array(40).fill(5), ...new Array(120).fill(0xff)],
      )
      await close()
    })

    it('stops a prompt at once, and the next one follows on the grid', async () => {
      const { stream, peer, close } = await openWithPeer()
      const first = stream.play(shared(new Uint8Array(8000).fill(1)))
      const dropped = stream.play(shared(new Uint8Array(8000).fill(2)))
      await peer.waitFor((all) => all.filter((p) => p.payload[0] === 1).length >= 3)
      dropped.stop()
      first.stop()
      first.stop()
      const next = stream.play(shared(new Uint8Array(480).fill(3)))
      const { interrupted, playedMs } = await first.ended
      assert.ok(interrupted && playedMs >= 60 && playedMs < 1000 && playedMs % 20 === 0)
      assert.deepEqual(await dropped.ended, { interrupted: true, playedMs: 0 })
      assert.deepEqual(await next.ended, { interrupted: false, playedMs: 60 })
      const packets = await peer.waitFor((all) => all.filter((p) => p.payload[0] === 3).length >= 3)
      const ones = packets.filter((p) => p.payload[0] === 1)
      const [third] = packets.filter((p) => p.payload[0] === 3)
      assert.equal(ones.length * 20, playedMs)
      // A slot may pass between the two commands: the grid goes on, nothing is sent twice or left out.
      const gap = ((third?.timestamp ?? 0) - (ones.at(-1)?.timestamp ?? 0)) >>> 0
      assert.ok(gap > 0 && gap % 160 === 0 && gap <= 160 * 25, `${gap} samples`)
      assert.ok(third?.marker && !packets.some((p) => p.payload[0] === 2))
      await close()
    })

    it('tells when the first packet of a prompt left, and when the first packet came', async () => {
      const { a, b, close } = await openPair()
      const received = new Promise<number>((resolve) => {
        b.onFirstPacketReceived = resolve
      })
      const sent = new Promise<number>((resolve) => {
        a.onFirstPacketSent = resolve
      })
      const before = systemClock.monotonic()
      const play = a.play(shared(pattern(3)))
      const [sentAt, startedAt] = [await sent, await play.started]
      assert.equal(sentAt, startedAt)
      assert.ok(sentAt >= before && sentAt <= systemClock.monotonic())
      assert.ok((await received) <= systemClock.monotonic())
      await close()
    })

    it('carries all sixteen keys both ways by RFC 4733, each once', async () => {
      const { a, b, close } = await openPair()
      const heard = { a: '', b: '', down: '' }
      a.onDigit = (digit) => {
        heard.a += digit
      }
      b.onDigitStart = (digit) => {
        heard.down += digit
      }
      const durations: number[] = []
      b.onDigit = (digit, durationMs) => {
        heard.b += digit
        durations.push(durationMs)
      }
      const options = { toneMs: 40, gapMs: 60 }
      await Promise.all([
        a.sendDigits('0123456789*#ABCD', options),
        b.sendDigits('dcba#*9876543210', options),
      ])
      await close()
      assert.deepEqual(heard, {
        a: 'DCBA#*9876543210',
        b: '0123456789*#ABCD',
        down: '0123456789*#ABCD',
      })
      assert.deepEqual(durations, new Array(16).fill(40))
    })

    it('sends a key as events alone: marker, one timestamp, end three times', async () => {
      const { stream, peer, close } = await openWithPeer({ ...PCMU, telephoneEventPayloadType: 96 })
      await stream.sendDigits('5', { toneMs: 60, gapMs: 100 })
      const packets = await peer.waitFor((all) => all.length > 0 && all.at(-1)?.payloadType === 0)
      const events = packets.filter((packet) => packet.payloadType === 96)
      assert.deepEqual(
        events.map((p) => p.marker),
        [true, false, false, false, false, false],
      )
      assert.deepEqual(
        events.map((p) => p.payload[1]),
        [10, 10, 10, 138, 138, 138],
      )
      assert.equal(new Set(events.map((p) => p.timestamp)).size, 1)
      packets.forEach((packet, i) => {
        assert.equal(packet.sequence, ((packets[0]?.sequence ?? 0) + i) & 0xffff)
      })
      const next = packets[packets.indexOf(events.at(-1) ?? assert.fail()) + 1]
      assert.equal(next?.timestamp, ((events[0]?.timestamp ?? 0) + 6 * 160) >>> 0)
      await close()
    })

    it('lets a prompt wait while keys are sent', async () => {
      const { stream, peer, close } = await openWithPeer()
      const digits = stream.sendDigits('1', { toneMs: 40, gapMs: 60 })
      const play = stream.play(shared(pattern(4)))
      await Promise.all([digits, play.ended])
      const packets = await peer.waitFor(
        (all) => audioOf(all).filter((p) => !isSilence(p)).length >= 4,
      )
      const lastEvent = packets.findLastIndex((packet) => packet.payloadType === EVENTS)
      assert.ok(packets.findIndex((p) => p.payloadType === 0 && !isSilence(p)) > lastEvent)
      await close()
    })

    it('refuses keys that are none, and gives up keys when the stream closes', async () => {
      const { stream, close } = await openWithPeer()
      await assert.rejects(stream.sendDigits('12x'), failsWith('media-invalid-digits'))
      const sending = assert.rejects(stream.sendDigits('pp1'), failsWith('media-closed'))
      await close()
      await sending
      await assert.rejects(stream.sendDigits('1'), failsWith('media-closed'))
      await assert.rejects(stream.stopRecording(), failsWith('media-closed'))
    })

    it('hears keys in the audio, in PCMU and PCMA, where there are no events', async () => {
      for (const terms of [WITHOUT_EVENTS, { codec: 'PCMA', payloadType: 8 }] as const) {
        const { a, b, close } = await openPair(terms)
        let heard = ''
        const last = Promise.withResolvers<void>()
        b.onDigit = (digit) => {
          heard += digit
          if (digit === 'D') last.resolve()
        }
        await a.sendDigits('159D', { toneMs: 60, gapMs: 60 })
        await last.promise
        await close()
        assert.equal(heard, '159D', terms.codec)
      }
    })

    it('does not hear a key twice from a peer that sends both events and tones', async () => {
      const { stream, peer, close } = await openWithPeer()
      const story: string[] = []
      stream.onDigit = (digit) => story.push(digit)
      const tones = encodeUlaw(concat([dtmfTones('4', { toneMs: 100, gapMs: 0 }), silence(100)]))
      const packet = { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 5 }
      for (let n = 0; n < 10; n++) {
        const payload = tones.subarray(n * 160, n * 160 + 160)
        peer.send({ ...packet, sequence: 2 * n, timestamp: n * 160, payload }, stream.address)
        const event = Uint8Array.of(4, n >= 5 ? 138 : 10, 3, 32)
        peer.send(
          { ...packet, payloadType: EVENTS, sequence: 2 * n + 1, payload: event },
          stream.address,
        )
      }
      while ((await stream.stats()).packetsReceived < 20);
      await close()
      assert.deepEqual(story, ['4'])
    })

    it('follows the peer to the port that its packets come from', async () => {
      const { stream, peer, close } = await openWithPeer()
      const moved = await RtpPeer.open()
      const payload = new Uint8Array(160)
      const packet = { marker: true, payloadType: 0, sequence: 1, timestamp: 1, ssrc: 1, payload }
      moved.send(packet, stream.address)
      moved.send({ ...packet, sequence: 2 }, stream.address)
      await moved.waitFor((all) => all.length >= 2)
      // The first source is believed; another port of that host is not, from then on.
      peer.send({ ...packet, sequence: 3 }, stream.address)
      peer.send({ ...packet, sequence: 4 }, stream.address)
      while ((await stream.stats()).packetsIgnored < 2);
      const { remote, packetsReceived } = await stream.stats()
      assert.deepEqual([remote, packetsReceived], [moved.address, 2])
      moved.close()
      await close()
    })

    it('takes packets from another host only where it was told so', async () => {
      const stranger = await RtpPeer.open('127.0.0.2')
      const payload = new Uint8Array(160)
      const packet = { marker: true, payloadType: 0, sequence: 1, timestamp: 1, ssrc: 1, payload }
      const strict = await openWithPeer()
      stranger.send(packet, strict.stream.address)
      while ((await strict.stream.stats()).packetsIgnored < 1);
      const { remote, packetsReceived } = await strict.close()
      assert.deepEqual([remote?.host, packetsReceived], ['127.0.0.1', 0])
      const open = await openWithPeer({ ...PCMU, latch: 'any' })
      stranger.send(packet, open.stream.address)
      stranger.send({ ...packet, sequence: 2 }, open.stream.address)
      await stranger.waitFor((all) => all.length >= 2)
      assert.deepEqual((await open.close()).remote, stranger.address)
      stranger.close()
    })

    it('ignores and counts what is no RTP, or of a payload type that was not agreed', async () => {
      const { stream, peer, close } = await openWithPeer()
      stream.startRecording()
      peer.send(Buffer.from('OPTIONS sip:x SIP/2.0\r\n\r\n'), stream.address)
      peer.send(new Uint8Array(0), stream.address)
      peer.send(new Uint8Array(1400), stream.address)
      const payload = new Uint8Array(160)
      peer.send(
        { marker: false, payloadType: 18, sequence: 1, timestamp: 1, ssrc: 1, payload },
        stream.address,
      )
      while ((await stream.stats()).packetsIgnored < 4);
      assert.equal((await stream.stopRecording()).length, 0)
      assert.equal((await close()).packetsReceived, 0)
    })

    it('follows a peer that changes to the other codec', async () => {
      const { stream, peer, close } = await openWithPeer()
      stream.startRecording()
      const samples = tone({ frequenciesHz: [500], durationMs: 40, levelDbm0: -6 })
      const packet = { marker: false, ssrc: 9, payloadType: 0, sequence: 0, timestamp: 0 }
      peer.send({ ...packet, payload: encodeUlaw(samples.subarray(0, 160)) }, stream.address)
      const payload = encodeAlaw(samples.subarray(160))
      peer.send({ ...packet, payloadType: 8, sequence: 1, timestamp: 160, payload }, stream.address)
      while ((await stream.stats()).packetsReceived < 2);
      const heard = await stream.stopRecording()
      await close()
      // The second one may come late, and then something stands between them.
      for (const middle of [samples.subarray(40, 120), samples.subarray(200, 280)]) {
        assert.ok(isIn(heard, middle))
      }
    })

    it('sends nothing on hold, and its timestamps move on', async () => {
      const { stream, peer, close } = await openWithPeer()
      const [first] = await peer.waitFor((all) => all.length >= 2)
      stream.connect({ ...PCMU, remote: peer.address, direction: 'inactive' })
      await stream.stats()
      const before = peer.received.length
      const play = stream.play(shared(pattern(2)))
      const other = await openWithPeer()
      await other.peer.waitFor((all) => all.length >= 5)
      const during = peer.received.length
      stream.connect({ ...PCMU, remote: peer.address })
      await play.ended
      const packets = await peer.waitFor((all) => all.length >= during + 2)
      assert.ok(during - before <= 1, 'at most the packet that was on its way')
      const [last, resumed] = [packets[during - 1], packets[during]]
      assert.equal(resumed?.sequence, ((last?.sequence ?? 0) + 1) & 0xffff)
      assert.ok((((resumed?.timestamp ?? 0) - (last?.timestamp ?? 0)) | 0) >= 4 * 160)
      assert.equal((((resumed?.timestamp ?? 0) - (first?.timestamp ?? 0)) | 0) % 160, 0)
      assert.ok(resumed?.marker && !isSilence(resumed))
      await Promise.all([close(), other.close()])
    })

    it('goes on where nobody is listening at the far end', async () => {
      const gone = await RtpPeer.open()
      const remote = gone.address
      gone.close()
      const stream = await engine.openStream()
      stream.connect({ ...PCMU, remote })
      await stream.play(shared(pattern(10))).ended
      assert.ok((await stream.close()).packetsSent >= 10)
    })

    it('records both sides on one time line', async () => {
      const { a, b, close } = await openPair()
      const pieces: Uint8Array[] = []
      const recording = a.record('both', (piece) => pieces.push(piece))
      const hum = (frequencyHz: number) =>
        shared(encodeUlaw(tone({ frequenciesHz: [frequencyHz], durationMs: 200, levelDbm0: -10 })))
      await Promise.all([a.play(hum(600)).ended, b.play(hum(1500)).ended])
      const { samples, codec } = await recording.stop()
      await close()
      const both = decodeUlaw(Buffer.concat(pieces))
      assert.deepEqual([both.length, codec], [2 * samples, 'PCMU'])
      const [sent, received] = [0, 1].map((track) => both.filter((_, i) => i % 2 === track)) as [
        Int16Array,
        Int16Array,
      ]
      assert.ok(levelDbm0(received) > -20 && levelDbm0(sent) > -20)
      assert.ok(goertzelPower(sent, 600) > 1000 * goertzelPower(sent, 1500))
      assert.ok(goertzelPower(received, 1500) > 1000 * goertzelPower(received, 600))
      const onset = (samples: Int16Array) => samples.findIndex((sample) => Math.abs(sample) > 1000)
      assert.ok(Math.abs(onset(received) - onset(sent)) <= 320, 'both began together')
    })

    it('tells when the peer begins to speak and when it is silent, only to who listens', async () => {
      const { a, b, close } = await openPair()
      const heard: { active: boolean; atMs: number }[] = []
      const ended = Promise.withResolvers<void>()
      b.onVoice = (active, atMs) => {
        heard.push({ active, atMs })
        if (!active) ended.resolve()
      }
      const click = tone({ frequenciesHz: [1004], durationMs: 20, levelDbm0: -12 })
      const speech = tone({ frequenciesHz: [1004], durationMs: 400, levelDbm0: -12 })
      const { started } = a.play(shared(encodeUlaw(concat([click, silence(300), speech]))))
      await ended.promise
      const [first, last] = [heard[0]!, heard.at(-1)!]
      assert.deepEqual([first.active, last.active], [true, false])
      const afterMs = first.atMs - (await started)!
      assert.ok(afterMs > 320, `the click is no voice, what comes 320 ms later is: ${afterMs} ms`)
      b.onVoice = undefined
      const { length } = heard
      await a.play(shared(encodeUlaw(speech))).ended
      await b.stats()
      assert.equal(heard.length, length)
      await close()
    })

    it('records a message beside the whole call, as the bytes that came', async () => {
      for (const terms of [PCMU, PCMA]) {
        const { a, b, close } = await openPair(terms)
        b.startRecording()
        await a.play(shared(pattern(5))).ended
        const pieces: Uint8Array[] = []
        const message = b.record('received', (piece) => pieces.push(piece))
        await a.play(shared(pattern(5, 40))).ended
        const { codec } = await message.stop()
        const audio = Buffer.concat(pieces)
        await a.play(shared(pattern(5, 80))).ended
        const whole = await b.stopRecording()
        const decode = terms === PCMU ? decodeUlaw : decodeAlaw
        assert.equal(codec, terms.codec)
        assert.ok(audio.includes(pattern(5, 40)))
        assert.ok(!audio.includes(pattern(5)))
        for (const first of [0, 40, 80]) {
          assert.ok(indexOf(whole, decode(pattern(5, first))) >= 0)
        }
        await close()
      }
    })

    it('counts what it sent and received', async () => {
      const { a, b, close } = await openPair()
      await a.play(shared(pattern(10))).ended
      const [ofA, ofB] = await close()
      assert.ok((ofA?.packetsSent ?? 0) >= 10 && (ofB?.packetsReceived ?? 0) >= 10)
      assert.deepEqual([ofB?.packetsLost, ofB?.packetsIgnored], [0, 0])
      assert.deepEqual(ofB?.remote, a.address)
      assert.deepEqual(await a.close(), ofA, 'closing is twice-safe')
      assert.equal(await b.stats(), ofB)
      assert.ok(engine.lateness().packets > 0 && engine.load.busyMs > 0)
    })
  })
}
