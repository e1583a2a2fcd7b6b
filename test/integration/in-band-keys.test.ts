import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import {
  applyGain,
  concat,
  DTMF_KEYS,
  DtmfDetector,
  decodeAlaw,
  decodeUlaw,
  dtmfTones,
  encodeAlaw,
  encodeUlaw,
  resample,
  silence,
} from '#audio'
import { silentLogger, systemClock } from '#base'
import { FliteSynthesizer } from '#speech'
import { findProgram } from '#test/program'

function keysIn(samples: Int16Array): string {
  let keys = ''
  const detector = new DtmfDetector({ onStart: (key) => (keys += key) })
  detector.process(samples)
  return keys
}

/** What an announcement says, rich in vowels and in whistling consonants. */
const SPEECH = [
  'Hello, this is a call from the pharmacy about the medicine that you have ordered.',
  'Please press one to confirm, two to choose another day, or nine to hear this again.',
  'We are sorry that we missed you; we shall call once more this evening at seven.',
  'The weather in Zurich is mostly cloudy, with occasional showers until Thursday.',
  'Six sick hicks nick six slick bricks with picks and sticks, she said, easing away.',
]

describe('talk-off: a voice is not taken for keys', () => {
  const synthesizer = new FliteSynthesizer({ clock: systemClock, log: silentLogger })
  before(() => synthesizer.start())
  after(() => synthesizer.stop())

  for (const gender of ['female', 'male'] as const) {
    it(`by the ${gender} built-in voice, at three levels, through both codecs`, async () => {
      const voice = synthesizer.chooseVoice({ gender })
      const spoken = await Promise.all(SPEECH.map((text) => synthesizer.synthesize(text, voice)))
      const speech = concat(spoken)
      assert.ok(speech.length > 15 * 8000, 'there is something to hear')
      for (const gainDb of [-15, 0, 6]) {
        const louder = applyGain(speech, gainDb)
        assert.equal(keysIn(decodeUlaw(encodeUlaw(louder))), '')
        assert.equal(keysIn(decodeAlaw(encodeAlaw(louder))), '')
      }
    })
  }
})

describe('keys that are sent as tones', () => {
  const found = findProgram('multimon-ng')
  const skip = 'skip' in found ? found.skip : false

  it('are understood by multimon-ng, an independent judge', { skip }, () => {
    for (const options of [{}, { toneMs: 60, gapMs: 60 }, { levelDbm0: -25 }]) {
      const tones = concat([silence(200), dtmfTones(DTMF_KEYS, options), silence(200)])
      const heard = resample(decodeUlaw(encodeUlaw(tones)), 8000, 22_050)
      const judge = spawnSync('multimon-ng', ['-q', '-a', 'DTMF', '-t', 'raw', '-'], {
        input: Buffer.from(heard.buffer, heard.byteOffset, heard.byteLength),
        encoding: 'utf8',
      })
      const keys = [...judge.stdout.matchAll(/DTMF: (\S)/g)].map(([, key]) => key).join('')
      assert.equal(keys, DTMF_KEYS, JSON.stringify(options))
    }
  })
})
