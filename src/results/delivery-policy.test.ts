import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { DELIVERY_SCHEDULE, decideDelivery, isAlive, parseRetryAfter } from './delivery-policy.ts'

const random = seededRandom('delivery')

describe('delivery policy', () => {
  it('takes any 2xx for delivered, though it came with the last breath', () => {
    for (const httpStatus of [200, 201, 202, 204, 299]) {
      assert.deepEqual(decideDelivery({ httpStatus }, 9, random), { kind: 'delivered' })
    }
    const late = { httpStatus: 200, isBrokenOff: true }
    assert.deepEqual(decideDelivery(late, 0, random), { kind: 'delivered' })
  })

  it('gives up at once on 410', () => {
    const verdict = decideDelivery({ httpStatus: 410 }, 0, random)
    assert.deepEqual(verdict, { kind: 'undeliverable', why: 'gone' })
  })

  it('tries again after no answer and after every other status, redirects included', () => {
    for (const httpStatus of [100, 199, 301, 302, 307, 400, 401, 404, 429, 500, 503]) {
      assert.equal(decideDelivery({ httpStatus }, 0, random).kind, 'retry', `${httpStatus}`)
    }
    assert.equal(decideDelivery({}, 0, random).kind, 'retry')
  })

  it('does not count against a receiver what we broke off', () => {
    assert.deepEqual(decideDelivery({ isBrokenOff: true }, 9, random), { kind: 'broken-off' })
  })

  it('makes ten tries, with the pauses of the schedule and its jitter, and then gives up', () => {
    const hours = [2, 5, 10, 14, 20, 24].map((hour) => hour * 3600)
    const expected = [5, 300, 1800, ...hours]
    assert.deepEqual(DELIVERY_SCHEDULE.pausesSeconds, expected)
    for (const [step, seconds] of expected.entries()) {
      for (let repeat = 0; repeat < 50; repeat++) {
        const verdict = decideDelivery({ httpStatus: 500 }, step, random)
        assert.ok(verdict.kind === 'retry')
        assert.ok(verdict.pauseSeconds >= seconds * 0.8, `${verdict.pauseSeconds} of ${seconds}`)
        assert.ok(verdict.pauseSeconds < seconds * 1.2, `${verdict.pauseSeconds} of ${seconds}`)
      }
    }
    const last = decideDelivery({ httpStatus: 500 }, expected.length, random)
    assert.deepEqual(last, { kind: 'undeliverable', why: 'exhausted' })
  })

  it('does not pause the same twice', () => {
    const pauses = Array.from({ length: 20 }, () => {
      const verdict = decideDelivery({}, 3, random)
      return verdict.kind === 'retry' && verdict.pauseSeconds
    })
    assert.equal(new Set(pauses).size, 20)
  })

  it('waits as long as Retry-After asks, and no less than its own pause', () => {
    const busy = (retryAfterSeconds: number) =>
      decideDelivery({ httpStatus: 503, retryAfterSeconds }, 0, random)
    assert.deepEqual(busy(120), { kind: 'retry', pauseSeconds: 120 })
    const short = busy(1)
    assert.ok(short.kind === 'retry' && short.pauseSeconds >= 4)
  })

  it('takes a receiver for alive that says anything but that it cannot just now', () => {
    for (const httpStatus of [200, 301, 404, 410]) assert.ok(isAlive({ httpStatus }))
    for (const answer of [{}, { httpStatus: 429 }, { httpStatus: 500 }, { httpStatus: 503 }]) {
      assert.ok(!isAlive(answer))
    }
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-11-06T08:49:37Z')

  it('is read as seconds and as a date', () => {
    assert.equal(parseRetryAfter('120', now), 120)
    assert.equal(parseRetryAfter(' 0 ', now), 0)
    assert.equal(parseRetryAfter('Fri, 06 Nov 2026 08:50:37 GMT', now), 60)
    assert.equal(parseRetryAfter('Fri, 06 Nov 2026 08:00:00 GMT', now), 0)
  })

  it('is at most a day', () => {
    assert.equal(parseRetryAfter('9999999999', now), 86400)
    assert.equal(parseRetryAfter('Fri, 06 Nov 2099 08:50:37 GMT', now), 86400)
  })

  it('is ignored where it is something else', () => {
    for (const text of [undefined, '', '-1', '1.5', 'soon', '2026-11-06', '12345678901']) {
      assert.equal(parseRetryAfter(text, now), undefined, String(text))
    }
  })
})
