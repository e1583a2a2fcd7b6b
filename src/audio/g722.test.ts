import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { G722Decoder, G722Encoder } from './g722.ts'
import { goertzelPower } from './goertzel.ts'
import { meanSquare, powerToDbm0 } from './pcm.ts'
import { concat, tone } from './tone.ts'

function encoded(samples: Int16Array): Uint8Array {
  const encoder = new G722Encoder()
  return Uint8Array.from(samples, (sample) => encoder.encode(sample))
}

function decoded(codes: Uint8Array): Int16Array {
  const decoder = new G722Decoder()
  return Int16Array.from(codes, (code) => decoder.decode(code))
}

describe('G.722, the telephone band', () => {
  const input = Int16Array.from(
    { length: 64 },
    (_, i) => Math.round(12_000 * Math.sin(i * 0.4)) + (i % 5) * 900,
  )
  const codes =
    'fae0e0e0e0e0e0effdd6cbcdcfd5fedef0e9e8e7eeeff4fbdaced1d2d6ddd8f7' +
    'efebeaf2eff1f5fcd2d4d4d6dad4fff3efedf4edeff3f8d5d8d8d7dad1def7f2'

  it('has the codes that another implementation has (spandsp, 8 kHz)', () => {
    assert.equal(Buffer.from(encoded(input)).toString('hex'), codes)
  })

  it('has the samples that another implementation makes of them', () => {
    const samples = decoded(Buffer.from(codes, 'hex'))
    assert.deepEqual(
      [...samples.subarray(0, 16), ...samples.subarray(-8)],
      [
        ...[2, 48, 132, 372, 1048, 2884, 7896, 5652, 1948, -1860, -8928, -10_710, -10_378, -8054],
        ...[-3994, -3292, -4034, -6806, -8446, -8394, -10_662, -7062, -2180, 3686],
      ],
    )
  })

  it('has the same codes for noise at full scale and deep tones, where everything saturates', () => {
    const noise = new Int16Array(Uint8Array.from(seededRandom(1).bytes(16_000)).buffer)
    const square = Int16Array.from({ length: 8000 }, (_, i) => (i % 160 < 80 ? 32_767 : -32_768))
    const ramp = Int16Array.from({ length: 8000 }, (_, i) => 8 * (i % 4000) - 16_000)
    const hash = createHash('sha256')
      .update(encoded(concat([noise, square, ramp])))
      .digest('hex')
    assert.equal(hash, 'eb2f950e0212603300fdac945fd6ec8739c26014ff4019f68aaa953e970ec055')
  })

  it('keeps tones at their level, far above its noise', () => {
    for (const frequencyHz of [300, 1004, 2000, 3300]) {
      const sent = tone({ frequenciesHz: [frequencyHz], durationMs: 1000, levelDbm0: -10 })
      const heard = decoded(encoded(sent))
      const middle = { start: 800, end: 7200 }
      assert.ok(Math.abs(powerToDbm0(goertzelPower(heard, frequencyHz, middle)) + 10) < 0.1)
      const noise = heard.map((sample, i) => sample - (sent[i] ?? 0))
      assert.ok(meanSquare(noise, 800, 7200) < meanSquare(sent, 800, 7200) / 1000, `${frequencyHz}`)
    }
  })

  it('is quiet in silence, and finds its way back after lost octets', () => {
    const silence = decoded(encoded(new Int16Array(8000)))
    assert.ok(silence.every((sample) => Math.abs(sample) < 16))
    const sent = tone({ frequenciesHz: [700], durationMs: 1000, levelDbm0: -10 })
    const all = encoded(sent)
    const heard = decoded(Uint8Array.from([...all.subarray(0, 3200), ...all.subarray(3360)]))
    const late = { start: 6000, end: 7600 }
    assert.ok(Math.abs(powerToDbm0(goertzelPower(heard, 700, late)) + 10) < 0.5)
  })

  it('stays within 16 bits whatever comes', () => {
    const noise = new Int16Array(Uint8Array.from(seededRandom(1).bytes(20_000)).buffer)
    const samples = [...decoded(encoded(noise)), ...decoded(seededRandom(2).bytes(20_000))]
    assert.ok(samples.every((sample) => sample >= -32_768 && sample <= 32_767))
  })
})
