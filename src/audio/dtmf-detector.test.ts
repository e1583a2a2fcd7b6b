import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { DtmfDetector } from './dtmf-detector.ts'
import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from './g711.ts'
import { clip } from './pcm.ts'
import {
  busyTone,
  concat,
  DTMF_HIGH_HZ,
  DTMF_KEYS,
  DTMF_LOW_HZ,
  dtmfTones,
  ringbackTone,
  silence,
  tone,
} from './tone.ts'

/** The keys heard in `samples`, fed in 20 ms frames. */
function keysIn(samples: Int16Array, durations: number[] = []): string {
  let keys = ''
  const detector = new DtmfDetector({
    onEnd: (key, durationMs) => {
      keys += key
      durations.push(durationMs)
    },
  })
  for (let at = 0; at < samples.length; at += 160) {
    detector.process(samples, at, Math.min(samples.length, at + 160))
  }
  detector.flush()
  return keys
}

function mix(a: Int16Array, b: Int16Array): Int16Array {
  return a.map((sample, i) => clip(sample + (b[i] ?? 0)))
}

interface Pair {
  readonly low?: number
  readonly high?: number
  readonly lowDbm0?: number
  readonly highDbm0?: number
  readonly durationMs?: number
}

/** The key 5, unless said otherwise, 20 ms after the beginning. */
function pair({ low = 770, high = 1336, lowDbm0 = -10, highDbm0 = -10, durationMs = 80 }: Pair) {
  return concat([
    silence(20),
    mix(
      tone({ frequenciesHz: [low], durationMs, levelDbm0: lowDbm0 }),
      tone({ frequenciesHz: [high], durationMs, levelDbm0: highDbm0 }),
    ),
    silence(60),
  ])
}

/** Evenly distributed noise of the given level. */
function noise(durationMs: number, levelDbm0: number, seed = 1): Int16Array {
  const bytes = seededRandom(seed).bytes(durationMs * 16)
  const amplitude = Math.sqrt(3) * 16_141 * 10 ** (levelDbm0 / 20)
  return Int16Array.from({ length: durationMs * 8 }, (_, i) =>
    clip((bytes.readInt16LE(2 * i) / 32_768) * amplitude),
  )
}

/** Something like a voice: gliding pitch, its harmonics through moving formants, syllables. */
function voice(durationMs: number, pitchHz: number, formantsHz: readonly number[]): Int16Array {
  const samples = new Int16Array(durationMs * 8)
  let phase = 0
  for (let i = 0; i < samples.length; i++) {
    const seconds = i / 8000
    const pitch = pitchHz * (1 + 0.25 * Math.sin(2.1 * seconds) + 0.05 * Math.sin(19 * seconds))
    phase += (2 * Math.PI * pitch) / 8000
    const sweep = 1 + 0.4 * Math.sin(3.3 * seconds)
    let sum = 0
    for (let harmonic = 1; harmonic * pitch < 3600; harmonic++) {
      const frequency = harmonic * pitch
      let gain = 0.02
      for (const formant of formantsHz) {
        gain += 1 / (1 + ((frequency - formant * sweep) / 90) ** 2)
      }
      sum += gain * Math.sin(harmonic * phase)
    }
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 3.7 * seconds)
    samples[i] = clip(5000 * syllable * sum)
  }
  return samples
}

/** Q.23: the two frequencies of each key. */
function everyKey(check: (low: number, high: number, key: string) => void): void {
  ;[...DTMF_KEYS].forEach((key, n) => {
    check(DTMF_LOW_HZ[n >> 2] ?? 0, DTMF_HIGH_HZ[n & 3] ?? 0, key)
  })
}

describe('DtmfDetector', () => {
  it('hears each key once', () => {
    assert.equal(keysIn(dtmfTones(DTMF_KEYS)), DTMF_KEYS)
  })

  it('hears 40 ms tones with 40 ms pauses, wherever they fall', () => {
    for (let shift = 0; shift < 102; shift += 3) {
      const samples = concat([new Int16Array(shift), dtmfTones('1590#', { toneMs: 40, gapMs: 40 })])
      assert.equal(keysIn(samples), '1590#', `shifted by ${shift} samples`)
    }
  })

  it('does not hear tones of 20 ms', () => {
    assert.equal(keysIn(dtmfTones('1590#', { toneMs: 20, gapMs: 80 })), '')
  })

  it('hears levels from −3 to −25 dBm0, through either codec', () => {
    for (const levelDbm0 of [-5, -15, -25]) {
      const samples = dtmfTones('147*', { toneMs: 60, gapMs: 60, levelDbm0 })
      assert.equal(keysIn(decodeUlaw(encodeUlaw(samples))), '147*')
      assert.equal(keysIn(decodeAlaw(encodeAlaw(samples))), '147*')
    }
  })

  it('takes a held key as one, and says for how long', () => {
    const durations: number[] = []
    assert.equal(keysIn(dtmfTones('7', { toneMs: 2000 }), durations), '7')
    assert.ok(Math.abs((durations[0] ?? 0) - 2000) < 30, `${durations[0]} ms`)
  })

  it('bridges an interruption of 10 ms', () => {
    for (let at = 1000; at < 1102; at += 3) {
      const held = dtmfTones('7', { toneMs: 300 })
      assert.equal(keysIn(held.fill(0, at, at + 80)), '7', `at sample ${at}`)
    }
  })

  it('tells two presses of the same key apart', () => {
    for (let shift = 0; shift < 102; shift += 3) {
      const samples = concat([new Int16Array(shift), dtmfTones('111', { toneMs: 60, gapMs: 40 })])
      assert.equal(keysIn(samples), '111', `shifted by ${shift} samples`)
    }
  })

  it('accepts a twist of 4 dB one way and 8 dB the other, for every key, and 5.5 and 11 dB for none', () => {
    everyKey((low, high, key) => {
      assert.equal(keysIn(pair({ low, high, lowDbm0: -14, highDbm0: -10 })), key)
      assert.equal(keysIn(pair({ low, high, lowDbm0: -10, highDbm0: -18 })), key)
      assert.equal(keysIn(pair({ low, high, lowDbm0: -15.5, highDbm0: -10 })), '')
      assert.equal(keysIn(pair({ low, high, lowDbm0: -9, highDbm0: -20 })), '')
    })
  })

  it('accepts every key at 0 and −29 dBm0, and none below −36', () => {
    everyKey((low, high, key) => {
      for (const level of [0, -29]) {
        assert.equal(keysIn(pair({ low, high, lowDbm0: level, highDbm0: level })), key)
      }
      assert.equal(keysIn(pair({ low, high, lowDbm0: -36, highDbm0: -36 })), '')
    })
  })

  it('accepts frequencies 1.5 % off, and none 3 % off, each tone and each way, for every key', () => {
    everyKey((low, high, key) => {
      for (const sign of [-1, 1]) {
        const [near, far] = [1 + 0.015 * sign, 1 + 0.03 * sign]
        assert.equal(keysIn(pair({ low: low * near, high: high * near })), key)
        assert.equal(keysIn(pair({ low: low * far, high })), '', `${key}, low tone`)
        assert.equal(keysIn(pair({ low, high: high * far })), '', `${key}, high tone`)
      }
    })
  })

  it('hears through noise 16 dB below', () => {
    const samples = dtmfTones('0123456789', { toneMs: 70, gapMs: 70 })
    assert.equal(keysIn(mix(samples, noise(samples.length / 8, -24))), '0123456789')
  })

  it('hears nothing in single tones, call progress or noise', () => {
    for (const frequency of [697, 941, 1000, 1336, 2100]) {
      assert.equal(keysIn(tone({ frequenciesHz: [frequency], durationMs: 500, levelDbm0: -5 })), '')
    }
    assert.equal(keysIn(ringbackTone(3000)), '')
    assert.equal(keysIn(busyTone(3000)), '')
    assert.equal(keysIn(noise(20_000, -15)), '')
  })

  it('hears nothing in a voice', () => {
    for (const pitchHz of [85, 110, 150, 200, 240]) {
      for (const formants of [
        [730, 1090, 2440],
        [270, 2290, 3010],
        [660, 1720, 2410],
        [850, 1300, 2800],
      ]) {
        assert.equal(keysIn(voice(3000, pitchHz, formants)), '', `${pitchHz} Hz, ${formants}`)
      }
    }
  })

  it('says when a key goes down, before it is up', () => {
    const story: string[] = []
    const detector = new DtmfDetector({
      onStart: (key) => story.push(`${key} down`),
      onEnd: (key) => story.push(`${key} up`),
    })
    detector.process(dtmfTones('8', { toneMs: 100, gapMs: 0 }))
    assert.deepEqual(story, ['8 down'])
    detector.process(silence(50))
    assert.deepEqual(story, ['8 down', '8 up'])
  })
})
