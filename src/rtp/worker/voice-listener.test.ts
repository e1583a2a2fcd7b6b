import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tone } from '#audio'
import { FRAME_SAMPLES } from '../codec.ts'
import { VoiceListener } from './voice-listener.ts'

const LOUD = tone({ frequenciesHz: [400], durationMs: 20, levelDbm0: -15 })
const QUIET = new Int16Array(FRAME_SAMPLES)

/** When it told what, by the number of the frame. */
function told(frames: readonly Int16Array[]): [frame: number, active: boolean][] {
  const heard: [number, boolean][] = []
  let at = 0
  const listener = new VoiceListener((active) => heard.push([at, active]))
  for (const frame of frames) {
    listener.hear(frame)
    at++
  }
  return heard
}

const times = <T>(count: number, frame: T): T[] => Array.from({ length: count }, () => frame)

describe('VoiceListener', () => {
  it('tells the beginning and the end of speech once each', () => {
    const heard = told([...times(10, QUIET), ...times(50, LOUD), ...times(30, QUIET)])
    assert.deepEqual(heard, [
      [21, true],
      [69, false],
    ])
  })

  it('takes a click for no voice, and a sound of 60 ms for one', () => {
    assert.deepEqual(told([...times(2, LOUD), ...times(30, QUIET)]), [])
    assert.equal(told([...times(3, LOUD), ...times(30, QUIET)]).length, 2)
  })
})
