import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '#base'
import { SignInThrottle, SignInThrottledError, type SignInTry } from './sign-in-throttle.ts'

const HERE: SignInTry = { login: 'plum', user: undefined, address: '192.0.2.1' }

/** The seconds to wait; undefined: it may be tried. */
function wrongTry(throttle: SignInThrottle, tried: SignInTry): number | undefined {
  try {
    throttle.begin(tried)
    return undefined
  } catch (error) {
    assert.ok(error instanceof SignInThrottledError)
    assert.equal(error.code, 'rate-limited')
    assert.match(error.message, new RegExp(` ${error.retryAfterSeconds} s\\.$`))
    return error.retryAfterSeconds
  }
}

const waits = (throttle: SignInThrottle, tried: SignInTry, times: number) =>
  Array.from({ length: times }, () => wrongTry(throttle, tried))

test('five wrong tries at an address, then one a minute; others are not concerned', async () => {
  const clock = new VirtualClock()
  const throttle = new SignInThrottle(clock)
  assert.deepEqual(waits(throttle, HERE, 6), [...Array(5).fill(undefined), 60])
  assert.equal(wrongTry(throttle, { ...HERE, user: 'ann' }), undefined)
  assert.equal(wrongTry(throttle, { ...HERE, address: '192.0.2.2' }), undefined)
  await clock.advance(59_000)
  assert.equal(wrongTry(throttle, HERE), 1)
  await clock.advance(1000)
  assert.deepEqual(waits(throttle, HERE, 2), [undefined, 60])
})

test('fifty wrong tries from many addresses, and only who was right before may go on', async () => {
  const clock = new VirtualClock()
  const throttle = new SignInThrottle(clock)
  throttle.begin(HERE)
  throttle.succeed(HERE)
  const elsewhere = (address: number) => ({ ...HERE, address: String(address) })
  for (let address = 0; address < 50; address++) {
    assert.equal(wrongTry(throttle, elsewhere(address)), undefined, String(address))
  }
  assert.equal(wrongTry(throttle, elsewhere(50)), 30)
  assert.equal(wrongTry(throttle, { ...HERE, login: 'other' }), undefined)
  assert.deepEqual(waits(throttle, HERE, 6), [...Array(5).fill(undefined), 60])
  await clock.advance(30_000)
  assert.deepEqual(waits(throttle, elsewhere(51), 2), [undefined, 30])
})

test('a right one gives all tries back, one that was not looked at its own', () => {
  const throttle = new SignInThrottle(new VirtualClock())
  waits(throttle, HERE, 4)
  throttle.begin(HERE)
  throttle.takeBack(HERE)
  throttle.begin(HERE)
  throttle.succeed(HERE)
  assert.deepEqual(waits(throttle, HERE, 6), [...Array(5).fill(undefined), 60])
})
