import assert from 'node:assert/strict'
import { it } from 'node:test'
import { VirtualClock } from '#base'
import { RateLimiter } from './rate-limiter.ts'

it('gives each client its requests, and as many again in a minute', async () => {
  const clock = new VirtualClock()
  const limiter = new RateLimiter(clock, 60)
  for (let left = 59; left >= 0; left--) {
    const { fields, retryAfterSeconds } = limiter.take('a')
    assert.equal(retryAfterSeconds, undefined)
    assert.deepEqual(fields, [
      ['ratelimit-policy', '"requests";q=60;w=60'],
      ['ratelimit', `"requests";r=${left};t=${60 - left}`],
    ])
  }
  assert.equal(limiter.take('a').retryAfterSeconds, 1)
  assert.equal(limiter.take('b').retryAfterSeconds, undefined)
  await clock.advance(999)
  assert.equal(limiter.take('a').retryAfterSeconds, 1)
  await clock.advance(1)
  assert.equal(limiter.take('a').retryAfterSeconds, undefined)
  assert.equal(limiter.take('a').retryAfterSeconds, 1)
  await clock.advance(3_600_000)
  assert.equal(limiter.take('a').fields[1]?.[1], '"requests";r=59;t=1')
})
