import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OutdialError, seededRandom } from '#base'
import { PortRange } from './port-range.ts'

describe('PortRange', () => {
  it('gives every even port once, from a random start', () => {
    const ports = [...new PortRange({ low: 40_001, high: 40_011 }, seededRandom(1)).candidates()]
    assert.deepEqual(ports.toSorted(), [40_002, 40_004, 40_006, 40_008, 40_010])
    const starts = new Set(
      Array.from({ length: 40 }, (_, seed) => {
        const range = new PortRange({ low: 40_000, high: 40_009 }, seededRandom(seed))
        return range.candidates().next().value
      }),
    )
    assert.equal(starts.size, 5)
  })

  it('goes on after the last port that was taken', () => {
    const range = new PortRange({ low: 40_000, high: 40_009 }, seededRandom(1))
    const [first = 0] = range.candidates()
    const [second = 0] = range.candidates()
    assert.equal(second, first === 40_008 ? 40_000 : first + 2)
  })

  it('refuses a range without an even port, or out of bounds', () => {
    for (const [low, high] of [
      [40_001, 40_001],
      [40_010, 40_000],
      [80, 90],
      [65_000, 70_000],
      [1.5, 40_000],
    ]) {
      assert.throws(
        () => new PortRange({ low: low ?? 0, high: high ?? 0 }, seededRandom(1)),
        (error) => error instanceof OutdialError && error.code === 'media-invalid-ports',
      )
    }
  })
})
