import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '#store'
import { importTurn } from './import-turn.ts'

test('one list of an account at a time, two in all; a waiting account does not hold up another', async () => {
  const db = {} as Database
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const upload = async (accountId: number, name: string): Promise<void> => {
    const end = await importTurn(db, accountId)
    begun.push(name)
    ends.set(name, end)
  }
  const all = [upload(1, '1a'), upload(1, '1b'), upload(1, '1c'), upload(2, '2a'), upload(3, '3a')]
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    await new Promise(setImmediate)
  }
  await end('')
  assert.deepEqual(begun, ['1a', '2a'])
  await end('2a')
  assert.deepEqual(begun, ['1a', '2a', '3a'])
  await end('3a')
  assert.deepEqual(begun, ['1a', '2a', '3a'], 'only the first account has lists left')
  for (const name of ['1a', '1b', '1c']) await end(name)
  assert.deepEqual(begun, ['1a', '2a', '3a', '1b', '1c'])
  await Promise.all(all)
})
