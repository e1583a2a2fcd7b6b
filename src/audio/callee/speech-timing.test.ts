import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ZERO_DBM0_POWER } from '../pcm.ts'
import { SpeechTiming } from './speech-timing.ts'

/** So many frames of a level. */
type Stretch = readonly [frames: number, levelDbm0: number]

function timing(...stretches: readonly Stretch[]): SpeechTiming {
  const heard = new SpeechTiming(10_000)
  for (const [frames, level] of stretches) {
    for (let n = 0; n < frames; n++) heard.hear(ZERO_DBM0_POWER * 10 ** (level / 10), 0)
  }
  return heard
}

describe('SpeechTiming', () => {
  it('tells when somebody spoke, for how long, and how long ago', () => {
    const heard = timing([20, -70], [25, -20], [3, -60], [10, -25], [15, -70])
    assert.deepEqual([heard.startedMs, heard.lastMs], [400, 1160])
    assert.deepEqual([heard.spokenMs, heard.silentMs], [760, 300])
  })

  it('takes a stop within a word for no pause, and a longer one for one', () => {
    assert.equal(timing([5, -70], [20, -20], [4, -60], [20, -20]).longestPhraseMs, 880)
    assert.equal(timing([5, -70], [20, -20], [6, -60], [20, -20]).longestPhraseMs, 400)
  })

  it('leaves out what is heard behind who speaks, before and after', () => {
    const heard = timing([5, -70], [25, -38], [20, -18], [40, -38])
    assert.deepEqual([heard.startedMs, heard.spokenMs, heard.silentMs], [600, 400, 800])
  })

  it('takes clicks, a steady noise and silence for nobody', () => {
    for (const stretches of [
      [
        [10, -70],
        [2, -15],
        [20, -70],
      ],
      [[100, -30]],
      [[100, -90]],
    ] as const) {
      assert.equal(timing(...stretches).hasSpeech, false)
    }
  })

  it('takes a tone for no speech, once it is known to be one', () => {
    const heard = new SpeechTiming(10_000)
    for (let n = 0; n < 10; n++) heard.hear(0, 0)
    const loud = ZERO_DBM0_POWER / 100
    for (let n = 1; n <= 20; n++) heard.hear(loud, n < 5 ? 0 : n * 20)
    for (let n = 0; n < 10; n++) heard.hear(0, 0)
    assert.equal(heard.hasSpeech, false)
  })
})
