import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '#base'
import { DELIVERY_SCHEDULE, decideDelivery, parseRetryAfter } from './delivery-policy.ts'

const random = seededRandom('delivery')
const young = { tries: 1, ageSeconds: 1 }

describe('delivery policy', () => {
  it('takes any 2xx for delivered', () => {
    for (const httpStatus of [200, 201, 202, 204, 299]) {
      assert.deepEqual(decideDelivery({ httpStatus }, young, random), { kind: 'delivered' })
    }
  })

  it('gives up at once on 410', () => {
    const decision = decideDelivery({ httpStatus: 410 }, young, random)
    assert.deepEqual(decision, { kind: 'undeliverable', why: 'gone' })
  })

  it('tries again after no answer and after every other status, redirects included', () => {
    for (const httpStatus of [100, 199, 301, 302, 307, 400, 401, 404, 429, 500, 503]) {
      assert.equal(decideDelivery({ httpStatus }, young, random).kind, 'retry', `${httpStatus}`)
    }
    assert.equal(decideDelivery({}, young, random).kind, 'retry')
  })

  it('pauses longer and longer, within the jitter, and never longer than the longest', () => {
    const expected = [5, 20, 80, 320, 1280, 5120, 20480, 21600, 21600]
    for (const [index, seconds] of expected.entries()) {
      for (let repeat = 0; repeat < 50; repeat++) {
        const decision = decideDelivery({}, { tries: index + 1, ageSeconds: 0 }, random)
        assert.ok(decision.kind === 'retry')
        assert.ok(decision.pauseSeconds >= seconds * 0.8, `${decision.pauseSeconds} of ${seconds}`)
        assert.ok(decision.pauseSeconds < seconds * 1.2, `${decision.pauseSeconds} of ${seconds}`)
      }
    }
  })

  it('does not pause the same twice', () => {
    const pauses = Array.from({ length: 20 }, () => {
      const decision = decideDelivery({}, young, random)
      return decision.kind === 'retry' && decision.pauseSeconds
    })
    assert.equal(new Set(pauses).size, 20)
  })

  it('gives up where the next try would come after three days, having tried to the end', () => {
    let ageSeconds = 0
    for (let tries = 1; ; tries++) {
      const decision = decideDelivery({ httpStatus: 500 }, { tries, ageSeconds }, random)
      if (decision.kind === 'retry') {
        ageSeconds += decision.pauseSeconds
        continue
      }
      assert.deepEqual(decision, { kind: 'undeliverable', why: 'too-old' })
      assert.ok(ageSeconds <= DELIVERY_SCHEDULE.giveUpAfterSeconds)
      assert.ok(ageSeconds > DELIVERY_SCHEDULE.giveUpAfterSeconds - 6 * 3600 * 1.2)
      assert.ok(tries >= 15 && tries <= 22, `${tries} tries`)
      return
    }
  })

  it('waits as long as Retry-After asks, and no less than its own pause', () => {
    const busy = (retryAfterSeconds: number) =>
      decideDelivery({ httpStatus: 503, retryAfterSeconds }, young, random)
    assert.deepEqual(busy(120), { kind: 'retry', pauseSeconds: 120 })
    const short = busy(1)
    assert.ok(short.kind === 'retry' && short.pauseSeconds >= 4)
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
