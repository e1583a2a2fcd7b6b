import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { medianDuration } from './duration-classes.ts'
import { type CampaignPace, estimateFinish } from './finish-estimate.ts'
import { seriesLength } from './series-length.ts'

const NOON = new Date('2030-01-01T12:00:00Z')
const at = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1000)

describe('when a campaign will be through', () => {
  const estimate = (changes: Partial<CampaignPace>) =>
    estimateFinish({
      ...{ now: NOON, state: 'running', left: 100, verdicts: [], endedPerSecond: 2 },
      ...changes,
    })
  const no = (rule: 'hold' | 'calling-window' | 'lines') => [{ rule, allows: false }]

  it('is reckoned from how many calls end, beginning with the next that is due', () => {
    assert.deepEqual(estimate({}), at(50))
    assert.deepEqual(estimate({ nextDueAt: at(-5) }), at(50))
    assert.deepEqual(estimate({ nextDueAt: at(600), endedPerSecond: 0.5 }), at(800))
    assert.deepEqual(estimate({ verdicts: no('lines') }), at(50))
  })

  it('cannot be told where nothing moves, and says why', () => {
    assert.equal(estimate({ left: 0, state: 'paused' }), 'nothing-left')
    assert.equal(estimate({ state: 'canceled' }), 'canceled')
    assert.equal(estimate({ state: 'paused' }), 'paused')
    assert.equal(estimate({ verdicts: no('hold') }), 'held')
    assert.equal(estimate({ verdicts: no('calling-window') }), 'outside-hours')
    assert.equal(estimate({ endedPerSecond: 0, nextDueAt: at(1) }), 'not-due')
    assert.equal(estimate({ endedPerSecond: 0, nextDueAt: at(-1) }), 'nothing-ended')
  })
})

describe('the median of durations', () => {
  it('lies where half of them do, within a class in proportion', () => {
    assert.equal(medianDuration([]), undefined)
    assert.equal(medianDuration([0, 0, 0, 0, 0, 0, 0, 0]), undefined)
    assert.equal(medianDuration([4, 0, 0, 0, 0, 0, 0, 0]), 2.5)
    assert.equal(medianDuration([1, 0, 0, 0, 4, 0, 0, 0]), 30 + (30 * 1.5) / 4)
    assert.equal(medianDuration([2, 0, 2, 0, 0, 0, 0, 0]), 5)
    assert.equal(medianDuration([0, 0, 0, 0, 0, 0, 0, 3]), 300)
  })
})

describe('the length of a series', () => {
  it('is the shortest usual one with few enough points', () => {
    const lengths = [0, 18_000, 18_001, 216_000, 86_400 * 30, 86_400 * 30.5, 86_400 * 365]
    assert.deepEqual(
      lengths.map((span) => seriesLength(span, 60)),
      [300, 300, 900, 3600, 43_200, 86_400, 7 * 86_400],
    )
  })
})
