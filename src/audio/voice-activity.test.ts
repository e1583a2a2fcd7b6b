import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyGain } from './pcm.ts'
import { concat, silence, tone } from './tone.ts'
import { VoiceActivity } from './voice-activity.ts'

/** For each 20 ms frame: is somebody speaking? */
function activity(samples: Int16Array, detector = new VoiceActivity()): boolean[] {
  return Array.from({ length: Math.floor(samples.length / 160) }, (_, frame) =>
    detector.process(samples, frame * 160, frame * 160 + 160),
  )
}

const speech = (durationMs: number, levelDbm0 = -20): Int16Array =>
  tone({ frequenciesHz: [200, 450, 1100], durationMs, levelDbm0: levelDbm0 - 4.8 })

describe('VoiceActivity', () => {
  it('hears speech begin at once and end after the hangover', () => {
    const frames = activity(concat([silence(200), speech(400), silence(600)]))
    assert.equal(frames.indexOf(true), 10)
    assert.equal(frames.lastIndexOf(true), 10 + 20 + 10 - 2)
  })

  it('bridges the pauses between words', () => {
    const frames = activity(concat([speech(200), silence(120), speech(200)]))
    assert.ok(frames.every(Boolean))
  })

  it('does not take quiet or steady noise for speech', () => {
    assert.ok(!activity(speech(1000, -50)).some(Boolean))
    const detector = new VoiceActivity()
    const hum = speech(30_000, -35)
    activity(hum, detector)
    assert.ok(
      !activity(speech(1000, -35), detector).some(Boolean),
      'the floor has risen to the hum',
    )
    assert.ok(activity(applyGain(speech(200, -35), 15), detector).every(Boolean))
  })

  it('counts how long speech and silence have lasted', () => {
    const detector = new VoiceActivity({ hangoverMs: 100 })
    activity(speech(400), detector)
    assert.deepEqual([detector.speechMs, detector.silenceMs], [400, 0])
    activity(silence(1000), detector)
    assert.equal(detector.speechMs, 0)
    assert.ok(detector.silenceMs >= 880)
  })
})
