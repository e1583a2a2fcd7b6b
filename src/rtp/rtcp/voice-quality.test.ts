import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { estimateMos } from './voice-quality.ts'

const mos = (lossRatio: number, delayMs: number): number =>
  Math.round(100 * estimateMos({ lossRatio, delayMs })) / 100

describe('estimateMos (ITU-T G.107, defaults)', () => {
  it('is 4.41 where nothing is lost or delayed', () => assert.equal(mos(0, 0), 4.41))

  it('falls with loss: 1 % hardly, 5 % to fair, 20 % to poor', () => {
    assert.deepEqual([mos(0.01, 0), mos(0.05, 0), mos(0.2, 0)], [4.33, 3.92, 2.63])
  })

  it('falls with delay, faster beyond the knee', () => {
    assert.deepEqual([mos(0, 150), mos(0, 400)], [4.33, 3.05])
  })

  it('stays within 1 and 4.5', () => {
    assert.equal(mos(1, 3000), 1)
    for (let loss = 0; loss <= 1; loss += 0.01) {
      for (let delay = 0; delay < 3000; delay += 50) {
        const score = estimateMos({ lossRatio: loss, delayMs: delay })
        assert.ok(score >= 1 && score <= 4.5)
      }
    }
  })
})
