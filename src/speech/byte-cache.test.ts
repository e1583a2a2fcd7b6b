import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteCache } from './byte-cache.ts'

const KEY_BYTES = 2

function counting(): {
  cache: ByteCache<number>
  made: string[]
  get(key: string): Promise<number>
} {
  const cache = new ByteCache<number>(30, (value) => value)
  const made: string[] = []
  return {
    cache,
    made,
    get: (key) =>
      cache.get(key, async () => {
        made.push(key)
        return 10 - KEY_BYTES
      }),
  }
}

test('the least recently used goes first, and the bytes never exceed the limit', async () => {
  const { cache, made, get } = counting()
  for (const key of ['a', 'b', 'c', 'a', 'd']) await get(key)
  assert.equal(cache.bytes, 30)
  assert.equal(cache.peek('b'), undefined)
  assert.notEqual(cache.peek('a'), undefined)
  assert.deepEqual(made, ['a', 'b', 'c', 'd'])
})

test('those who ask for what is being made wait for that one', async () => {
  const { made, get } = counting()
  await Promise.all([get('a'), get('a'), get('a')])
  assert.deepEqual(made, ['a'])
})

test('a failure is not remembered', async () => {
  const { cache } = counting()
  await assert.rejects(cache.get('a', () => Promise.reject(new Error('no'))))
  assert.equal(await cache.get('a', async () => 5), 5)
})

test('what is larger than the whole cache is given but not kept', async () => {
  const cache = new ByteCache<number>(10, (value) => value)
  assert.equal(await cache.get('a', async () => 100), 100)
  assert.equal(cache.bytes, 0)
})

test('putting a key again replaces its weight', () => {
  const cache = new ByteCache<number>(100, (value) => value)
  cache.put('a', 10)
  cache.put('a', 20)
  assert.equal(cache.bytes, 20 + KEY_BYTES)
})
