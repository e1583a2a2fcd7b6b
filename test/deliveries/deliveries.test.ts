import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { runCourse } from './course.ts'

/** `npm run deliver` takes as many as one likes. */
const RESULTS = 2000

describe('results to receivers good and bad', { timeout: 180_000 }, () => {
  it(`reach them, ${RESULTS} of them, though those who post are killed`, async () => {
    const { broken, receivers } = await runCourse({
      ...{ results: RESULTS, kills: 2, seed: 'deliveries', deadlineMs: 120_000 },
    })
    assert.deepEqual(broken, [])
    const of = (name: string) => receivers.find((one) => one.name === name) ?? assert.fail(name)
    for (const { name, results, delivered } of receivers) assert.equal(delivered, results, name)
    assert.ok(of('flaky').posts > 1.2 * of('flaky').results, 'three of ten fail')
    // Once when it is replayed, and before that less than once; the machine may be slower than leases are long.
    assert.ok(of('gone').posts < 3 * of('gone').results, 'a URL that is gone is left alone')
  })
})
