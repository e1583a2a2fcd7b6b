import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  goertzelPower,
  levelDbm0,
  meanSquare,
  tone,
} from '#audio'
import { seededRandom } from '#base'
import { JitterBuffer, type PacketKind } from './jitter-buffer.ts'
import { PacketPool } from './packet-pool.ts'

interface Packet {
  readonly sequence: number
  readonly timestamp: number
  readonly kind: PacketKind
  readonly payload: Uint8Array
}

/** Audio in packets of `samples`, from any count on. */
function packets(
  audio: Int16Array,
  { sequence = 65_500, timestamp = 0xffff_f000, samples = 160 } = {},
): Packet[] {
  const codes = encodeUlaw(audio)
  return Array.from({ length: Math.floor(codes.length / samples) }, (_, n) => ({
    sequence: (sequence + n) & 0xffff,
    timestamp: (timestamp + n * samples) >>> 0,
    kind: 'PCMU',
    payload: codes.subarray(n * samples, (n + 1) * samples),
  }))
}

/** When each packet arrives, in milliseconds. */
type Arrivals = readonly {
  readonly atMs: number
  readonly packet: Packet
  readonly first?: boolean
}[]

const evenly = (sent: readonly Packet[], stepMs = 20): Arrivals =>
  sent.map((packet, n) => ({ atMs: 5 + n * stepMs, packet }))

function insert(buffer: JitterBuffer, { sequence, timestamp, kind, payload }: Packet): void {
  const bytes = Uint8Array.of(9, 9, ...payload, 9)
  buffer.insert(sequence, timestamp, kind, bytes, 2, 2 + payload.length)
}

/** Plays a frame every 20 ms until 300 ms after the last arrival. */
function played(arrivals: Arrivals, buffer = new JitterBuffer(new PacketPool())): Int16Array {
  const waiting = [...arrivals].sort((a, b) => a.atMs - b.atMs)
  const endMs = (waiting.at(-1)?.atMs ?? 0) + 300
  const heard = new Int16Array(Math.ceil(endMs / 20) * 160)
  const frame = new Int16Array(160)
  for (let n = 0; n * 160 < heard.length; n++) {
    while ((waiting[0]?.atMs ?? Number.POSITIVE_INFINITY) <= n * 20) {
      const arrival = waiting.shift()
      if (!arrival) break
      if (arrival.first) buffer.restart(arrival.packet.sequence, arrival.packet.timestamp)
      insert(buffer, arrival.packet)
    }
    if (buffer.play(frame)) heard.set(frame, n * 160)
  }
  return heard
}

function indexOf(whole: Int16Array, part: Int16Array): number {
  return Buffer.from(whole.buffer).indexOf(
    Buffer.from(part.buffer, part.byteOffset, part.byteLength),
  )
}

/** The longest stretch of silence between the first and the last sound, ms. */
function longestGapMs(heard: Int16Array, thresholdDbm0 = -40): number {
  const loud: number[] = []
  for (let at = 0; at + 40 <= heard.length; at += 40) {
    if (levelDbm0(heard, at, at + 40) > thresholdDbm0) loud.push(at)
  }
  const gaps = loud.slice(1).map((at, n) => (at - (loud[n] ?? 0) - 40) / 8)
  return Math.max(0, ...gaps)
}

/** How much of all power is the tone, dB below everything: 0 for the tone alone. */
function purityDb(heard: Int16Array, frequencyHz: number): number {
  const start = heard.findIndex((sample) => Math.abs(sample) > 500)
  const end = heard.findLastIndex((sample) => Math.abs(sample) > 500)
  let [inTone, all] = [0, 0]
  // Piece by piece, as its phase leaps wherever a frame was made up.
  for (let at = start; at + 160 <= end; at += 160) {
    inTone += goertzelPower(heard, frequencyHz, { start: at, end: at + 160 })
    all += meanSquare(heard, at, at + 160)
  }
  return 10 * Math.log10(inTone / all)
}

const random = (seed: number): (() => number) => {
  const source = seededRandom(seed)
  return () => source.bytes(4).readUInt32BE(0) / 2 ** 32
}
const TONE = tone({ frequenciesHz: [700], durationMs: 8000, levelDbm0: -10 })
/** Sound that never repeats, so that every sample is known by its place. */
const UNIQUE = (() => {
  const source = seededRandom('unique').bytes(160_000)
  return decodeUlaw(source.subarray(0, 80_000).map((byte) => (byte === 0x7f ? 0xff : byte)))
})()

describe('JitterBuffer', () => {
  it('plays every sample in its place where nothing is lost, over both wraps, 40 ms later', () => {
    const heard = played(evenly(packets(UNIQUE)))
    assert.equal(indexOf(heard, UNIQUE) / 2, 160 + 320)
  })

  it('plays packets of 10, 30 and 60 ms as well', () => {
    for (const samples of [80, 240, 480]) {
      const whole = UNIQUE.subarray(0, samples * 100)
      const heard = played(evenly(packets(whole, { samples }), samples / 8))
      assert.ok(indexOf(heard, whole) >= 0, `${samples} samples`)
    }
  })

  it('puts back in order what was reordered or doubled within its delay', () => {
    const arrivals = evenly(packets(UNIQUE)).flatMap(({ atMs, packet }, n) => [
      { packet, atMs: n % 5 === 3 ? atMs + 25 : atMs },
      ...(n % 7 === 2 ? [{ packet, atMs: atMs + 12 }] : []),
    ])
    assert.ok(indexOf(played(arrivals), UNIQUE) >= 0)
  })

  for (const [percent, purity] of [
    [1, -0.2],
    [5, -0.6],
    [20, -2],
  ] as const) {
    it(`has no audible gap and keeps a tone at ${percent} % loss`, () => {
      const chance = random(percent)
      const sent = evenly(packets(TONE))
      const came = sent.filter(() => chance() >= percent / 100)
      assert.ok(came.length < sent.length)
      const heard = played(came)
      // Three frames lost in a row fade out; at 20 % that is a chance of 1 in 125.
      assert.ok(longestGapMs(heard) <= (percent === 20 ? 45 : 0), `${longestGapMs(heard)} ms`)
      assert.ok(purityDb(heard, 700) > purity, `${purityDb(heard, 700)} dB`)
      assert.ok(goertzelPower(heard, 1300) < 0.001 * goertzelPower(heard, 700))
    })
  }

  it('grows until 60 ms of jitter lose nothing', () => {
    const chance = random(60)
    const buffer = new JitterBuffer(new PacketPool())
    const sent = evenly(packets(UNIQUE)).map(({ atMs, packet }) => ({
      packet,
      atMs: atMs + chance() * 60,
    }))
    const heard = played(sent, buffer)
    assert.ok(buffer.discarded <= 8, `${buffer.discarded} came too late`)
    assert.ok(buffer.delayMs <= 140, `${buffer.delayMs} ms`)
    const later = UNIQUE.subarray(UNIQUE.length / 2)
    assert.ok(indexOf(heard, later.subarray(0, 4 * 8000)) >= 0, 'after that, every sample')
  })

  it('plays all that a stall of the network held back', () => {
    const sent = evenly(packets(UNIQUE)).map(({ atMs, packet }) => ({
      packet,
      atMs: atMs > 3000 && atMs < 3300 ? 3300 : atMs,
    }))
    const heard = played(sent)
    const [before, after] = [UNIQUE.subarray(0, 23_000), UNIQUE.subarray(25_000)]
    assert.ok(indexOf(heard, before) >= 0)
    assert.ok(indexOf(heard, after) >= 0)
    assert.ok(indexOf(heard, UNIQUE.subarray(24_000, 26_400)) >= 0, 'what was held back')
  })

  it('keeps its place after a stall: what is lost then takes its time, and another source follows', () => {
    const [one, two] = [UNIQUE.subarray(0, 32_000), UNIQUE.subarray(32_000, 48_000)]
    const first = evenly(packets(one))
      .map(({ atMs, packet }) => ({ packet, atMs: atMs > 1000 && atMs < 1200 ? 1200 : atMs }))
      .filter((_, n) => n !== 100)
    const second = packets(two, { sequence: 9, timestamp: 9 }).map((packet, n) => ({
      packet,
      atMs: 5 + (200 + n) * 20,
      first: n === 0,
    }))
    const heard = played([...first, ...second])
    const before = indexOf(heard, UNIQUE.subarray(12_000, 16_000)) / 2
    const after = indexOf(heard, UNIQUE.subarray(16_000 + 240, 48_000)) / 2
    assert.ok(before > 0)
    assert.equal(after - before, 4000 + 240)
  })

  it('becomes shorter again, in silence only', () => {
    const speech = UNIQUE.subarray(0, 800 * 8)
    const audio = new Int16Array(40 * 8000)
    for (let at = 0; at < audio.length; at += 16_000) audio.set(speech, at)
    const buffer = new JitterBuffer(new PacketPool())
    const sent = evenly(packets(audio)).map(({ atMs, packet }) => ({
      packet,
      atMs: atMs > 1300 && atMs < 1600 ? 1600 : atMs,
    }))
    const heard = played(sent, buffer)
    assert.ok(buffer.delayMs <= 60, `${buffer.delayMs} ms`)
    let found = 0
    for (let at = 0; at >= 0; at = Buffer.from(heard.buffer).indexOf(bytesOf(speech), at + 1))
      found++
    assert.ok(found >= 20, 'all that was said is whole')
  })

  it('follows a peer whose clock is slower or faster than ours', () => {
    for (const stepMs of [19.98, 20.02]) {
      const audio = new Int16Array(120 * 8000)
      for (let at = 0; at < audio.length; at += 8000) audio.set(UNIQUE.subarray(0, 2400), at)
      const buffer = new JitterBuffer(new PacketPool())
      played(evenly(packets(audio), stepMs), buffer)
      assert.equal(buffer.discarded, 0)
      assert.ok(buffer.delayMs < 90, `${buffer.delayMs} ms`)
      // Else the sides of a recording would drift apart by as much as the clocks, 120 ms here.
      const offMs = buffer.playoutDelay / 8 - buffer.delayMs
      assert.ok(Math.abs(offMs) <= 25, `${offMs} ms off`)
    }
  })

  it('goes on with another source, or a count begun anew, without losing a sample', () => {
    const [one, two] = [UNIQUE.subarray(0, 16_000), UNIQUE.subarray(16_000, 32_000)]
    for (const lateMs of [0, 20]) {
      const second = packets(two, { sequence: 7, timestamp: 1234 }).map((packet, n) => ({
        packet,
        atMs: 5 + (100 + n) * 20 + lateMs,
        first: n === 0,
      }))
      const heard = played([...evenly(packets(one)), ...second])
      assert.ok(indexOf(heard, UNIQUE.subarray(0, 32_000)) >= 0, `${lateMs} ms late`)
    }
  })

  it('takes a leap of the timestamps for no pause', () => {
    const [one, two] = [UNIQUE.subarray(0, 16_000), UNIQUE.subarray(16_000, 32_000)]
    for (const timestamp of [900_000_000, 0]) {
      const sequence = (65_500 + 100) & 0xffff
      const sent = [...packets(one), ...packets(two, { sequence, timestamp })]
      assert.ok(indexOf(played(evenly(sent)), UNIQUE.subarray(0, 32_000)) >= 0, `${timestamp}`)
    }
  })

  it('makes a pause where the peer made one, and comes back in its place', () => {
    const sent = evenly(packets(UNIQUE)).filter((_, n) => n < 100 || n >= 150)
    // Nothing was lost: the numbers go on.
    const paused = sent.map(({ atMs, packet }, n) => ({
      atMs,
      packet: { ...packet, sequence: (65_500 + n) & 0xffff },
    }))
    const heard = played(paused)
    const after = UNIQUE.subarray(150 * 160, 200 * 160)
    assert.equal(indexOf(heard, after) / 2, 480 + 150 * 160)
    assert.ok(heard.subarray(480 + 105 * 160, 480 + 149 * 160).every((sample) => sample === 0))
  })

  it('makes the comfort noise that it was told to, until the peer speaks again', () => {
    const sent = evenly(packets(TONE)).filter((_, n) => n < 50 || n >= 100)
    const told = sent.map(({ atMs, packet }, n) => ({
      atMs,
      packet: { ...packet, sequence: (65_500 + n + (n >= 50 ? 1 : 0)) & 0xffff },
    }))
    const noise: Packet = {
      sequence: (65_500 + 50) & 0xffff,
      timestamp: (0xffff_f000 + 50 * 160) >>> 0,
      kind: 'comfort-noise',
      payload: Uint8Array.of(50),
    }
    const heard = played([...told, { atMs: 1005, packet: noise }])
    const middle = levelDbm0(heard, 480 + 60 * 160, 480 + 90 * 160)
    // 0 dBov is 6.18 dBm0.
    assert.ok(Math.abs(middle - (6.18 - 50)) < 1, `${middle} dBm0`)
    assert.ok(levelDbm0(heard, 480 + 110 * 160, 480 + 120 * 160) > -11)
  })

  it('takes packets that are no audio for no loss', () => {
    const sent = evenly(packets(UNIQUE)).map(({ atMs, packet }, n) => ({
      atMs,
      packet: { ...packet, sequence: 2 * n },
    }))
    const events = sent.map(({ atMs, packet }, n) => ({
      atMs: atMs + 1,
      packet: {
        ...packet,
        kind: 'nothing' as const,
        sequence: 2 * n + 1,
        timestamp: packet.timestamp - 800,
      },
    }))
    assert.ok(indexOf(played([...sent, ...events]), UNIQUE) >= 0)
  })

  it('plays the other codec from the packet on that has it', () => {
    const sent = evenly(packets(UNIQUE.subarray(0, 8000))).map(({ atMs, packet }, n) =>
      n % 2 === 0
        ? { atMs, packet }
        : {
            atMs,
            packet: {
              ...packet,
              kind: 'PCMA' as const,
              payload: encodeAlaw(decodeUlaw(packet.payload)),
            },
          },
    )
    const heard = played(sent).subarray(480, 480 + 8000)
    const differences = heard.map((sample, n) => Math.abs(sample - (UNIQUE[n] ?? 0)))
    assert.ok(differences.every((difference) => difference <= 520))
  })

  it('gives all memory back, and begins anew', () => {
    const pool = new PacketPool()
    const buffer = new JitterBuffer(pool)
    for (const packet of packets(UNIQUE).slice(0, 20)) insert(buffer, packet)
    assert.ok(buffer.waitingSamples > 0)
    buffer.clear()
    assert.equal(buffer.waitingSamples, 0)
    assert.ok(indexOf(played(evenly(packets(UNIQUE)), buffer), UNIQUE) >= 0)
  })

  it('neither fails nor holds more than it may, whatever comes', () => {
    const kinds = fc.constantFrom<PacketKind>('PCMU', 'PCMA', 'comfort-noise', 'nothing')
    const event = fc.record({
      kind: kinds,
      sequence: fc.oneof(fc.nat(100), fc.nat(65_535)),
      timestamp: fc.oneof(fc.nat(20_000), fc.nat(0xffff_ffff)),
      payload: fc.uint8Array({ maxLength: 1600 }),
      plays: fc.nat(4),
      first: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const buffer = new JitterBuffer(new PacketPool())
        const frame = new Int16Array(160)
        for (const { plays, first, ...packet } of events) {
          if (first) buffer.restart(packet.sequence, packet.timestamp)
          insert(buffer, packet)
          for (let n = 0; n < plays; n++) buffer.play(frame)
          assert.ok(buffer.waitingSamples <= 64 * 1500 + 65_536)
        }
        for (let n = 0; n < 6000 && buffer.waitingSamples > 0; n++) buffer.play(frame)
        assert.equal(buffer.waitingSamples, 0)
      }),
      { numRuns: 60 },
    )
  })
})

function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
}
