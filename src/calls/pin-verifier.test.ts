import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '#base'
import { hashPin } from './pin-hash.ts'
import { PinVerifier } from './pin-verifier.ts'

const random = seededRandom('pins')

test('a hash names its cost and salt, and never repeats', async () => {
  const [first, second] = [await hashPin('1234', random), await hashPin('1234', random)]
  assert.match(first, /^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
  assert.notEqual(first, second)
})

test('right is right, wrong is wrong, and nobody has no PIN', async () => {
  const verifier = new PinVerifier(random)
  const hash = await hashPin('1234', random)
  assert.equal(await verifier.verify('user', '1234', hash), true)
  assert.equal(await verifier.verify('user', '1234', hash), true)
  assert.equal(await verifier.verify('user', '1235', hash), false)
  assert.equal(await verifier.verify('user', '1234', undefined), false)
})

test('a PIN that was right costs nothing the second time; a changed one is forgotten', async () => {
  const verifier = new PinVerifier(random)
  const hash = await hashPin('1234', random)
  await verifier.verify('user', '1234', hash)
  const start = process.threadCpuUsage()
  for (let index = 0; index < 100; index += 1) await verifier.verify('user', '1234', hash)
  assert.ok(process.threadCpuUsage(start).user / 100 < 2000, 'under 2 ms')
  assert.equal(await verifier.verify('user', '1234', await hashPin('9999', random)), false)
})

test('a flood is bounded, and does not hold up whoever is known', async () => {
  const verifier = new PinVerifier(random)
  const hash = await hashPin('1234', random)
  await verifier.verify('user', '1234', hash)
  const flood = Array.from({ length: 70 }, (_, index) => verifier.verify('x', `${index}`, hash))
  let isThrough = false
  void Promise.race(flood.slice(0, 2 + 64)).then(() => {
    isThrough = true
  })
  assert.equal(await verifier.verify('user', '1234', hash), true)
  assert.equal(isThrough, false, 'nobody of the flood came first')
  const settled = await Promise.allSettled(flood)
  const refused = settled.filter(({ status }) => status === 'rejected')
  assert.equal(refused.length, 70 - 2 - 64)
  assert.equal(refused[0]?.status === 'rejected' && refused[0].reason.code, 'overloaded')
  assert.equal(await verifier.verify('x', 'after', hash), false)
})
