import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { OutdialError } from '#base'
import { decodeAlaw, decodeUlaw, encodeUlaw } from './g711.ts'
import { formatWav, parseWav } from './wav.ts'

interface RawWav {
  readonly encoding: number
  readonly channels?: number
  readonly sampleRate?: number
  readonly bits: number
  readonly data: readonly number[] | Uint8Array
  readonly extra?: readonly number[]
  readonly before?: readonly number[]
  readonly size?: number
}

function rawWav(raw: RawWav): Uint8Array {
  const { encoding, channels = 1, sampleRate = 8000, bits, data, extra = [], before = [] } = raw
  const le16 = (n: number): number[] => [n & 255, (n >> 8) & 255]
  const le32 = (n: number): number[] => [...le16(n & 0xffff), ...le16(n >>> 16)]
  const text = (s: string): number[] => [...s].map((c) => c.charCodeAt(0))
  const format = [...le16(encoding), ...le16(channels), ...le32(sampleRate)]
  format.push(...le32(0), ...le16(0), ...le16(bits), ...extra)
  const body = [...text('WAVE'), ...before, ...text('fmt '), ...le32(format.length), ...format]
  body.push(...text('data'), ...le32(raw.size ?? data.length), ...data)
  return Uint8Array.from([...text('RIFF'), ...le32(body.length), ...body])
}

const failsWith = (code: string) => (error: unknown) =>
  error instanceof OutdialError && error.code === code

describe('parseWav', () => {
  it('reads back what formatWav wrote, as PCM', () => {
    fc.assert(
      fc.property(
        fc.int16Array(),
        fc.integer({ min: 8000, max: 48_000 }),
        (samples, sampleRate) => {
          assert.deepEqual(parseWav(formatWav(samples, { sampleRate })), { sampleRate, samples })
        },
      ),
    )
  })

  it('reads back what formatWav wrote, as mu-law', () => {
    fc.assert(
      fc.property(fc.int16Array(), (samples) => {
        const wav = parseWav(formatWav(samples, { sampleRate: 8000, encoding: 'mulaw' }))
        assert.deepEqual(wav.samples, decodeUlaw(encodeUlaw(samples)))
      }),
    )
  })

  it('mixes stereo to mono', () => {
    const bytes = formatWav(Int16Array.of(100, 300, -100, -300), {
      sampleRate: 16_000,
      channels: 2,
    })
    assert.deepEqual(parseWav(bytes), { sampleRate: 16_000, samples: Int16Array.of(200, -200) })
  })

  it('reads 8, 24 and 32 bit PCM, floating point and A-law', () => {
    const samples = (raw: RawWav): number[] => [...parseWav(rawWav(raw)).samples]
    assert.deepEqual(samples({ encoding: 1, bits: 8, data: [128, 255, 0] }), [0, 32_512, -32_768])
    assert.deepEqual(samples({ encoding: 1, bits: 24, data: [9, 0x34, 0x12] }), [0x1234])
    assert.deepEqual(samples({ encoding: 1, bits: 32, data: [9, 9, 0x34, 0x12] }), [0x1234])
    const floats = new Uint8Array(Float32Array.of(0.5, -2, Number.NaN).buffer)
    assert.deepEqual(samples({ encoding: 3, bits: 32, data: floats }), [16_384, -32_768, 0])
    assert.deepEqual(samples({ encoding: 6, bits: 8, data: [0xd5, 0x2a] }), [
      ...decodeAlaw(Uint8Array.of(0xd5, 0x2a)),
    ])
  })

  it('reads WAVE_FORMAT_EXTENSIBLE by its sub-format', () => {
    const extra = [
      22, 0, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113,
    ]
    const wav = parseWav(rawWav({ encoding: 0xfffe, bits: 16, data: [1, 2], extra }))
    assert.deepEqual(wav.samples, Int16Array.of(0x0201))
  })

  it('passes over chunks it does not know, odd ones with their padding', () => {
    const before = [76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0]
    const wav = parseWav(rawWav({ encoding: 1, bits: 16, data: [1, 2], before }))
    assert.deepEqual(wav.samples, Int16Array.of(0x0201))
  })

  it('takes what is there of a file that was cut off or streamed', () => {
    for (const size of [0, 0xffff_ffff, 400]) {
      const wav = parseWav(rawWav({ encoding: 1, bits: 16, data: [1, 2, 3, 4, 5], size }))
      assert.deepEqual(wav.samples, Int16Array.of(0x0201, 0x0403))
    }
  })

  it('refuses what is no WAV file, or one of a codec it does not know', () => {
    assert.throws(() => parseWav(new Uint8Array(0)), failsWith('wav-invalid'))
    assert.throws(() => parseWav(Buffer.from('RIFF....AVI LIST')), failsWith('wav-invalid'))
    assert.throws(
      () => parseWav(rawWav({ encoding: 1, bits: 16, data: [] }).subarray(0, 36)),
      failsWith('wav-invalid'),
    )
    const unsupported = [
      rawWav({ encoding: 0x55, bits: 0, data: [1] }),
      rawWav({ encoding: 1, bits: 12, data: [1] }),
    ]
    for (const bytes of unsupported)
      assert.throws(() => parseWav(bytes), failsWith('wav-unsupported'))
    const impossible = [
      { channels: 0 },
      { channels: 100 },
      { sampleRate: 0 },
      { sampleRate: 10_000_000 },
    ]
    for (const change of impossible) {
      const bytes = rawWav({ encoding: 1, bits: 16, data: [1, 2], ...change })
      assert.throws(() => parseWav(bytes), failsWith('wav-invalid'))
    }
  })

  it('either reads or refuses any bytes, and never fails otherwise', () => {
    const valid = [...formatWav(new Int16Array(20), { sampleRate: 8000 })]
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(valid.length), (changes, length) => {
        const bytes = Uint8Array.from(valid)
        for (const [at, value] of changes) bytes[at] = value
        try {
          parseWav(bytes.subarray(0, length))
        } catch (error) {
          assert.ok(error instanceof OutdialError, String(error))
        }
      }),
    )
  })
})
