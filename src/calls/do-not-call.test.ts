import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Account } from '#model'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import {
  forbiddenNumbers,
  forbidNumbers,
  importForbiddenNumbers,
  permitNumbers,
} from './do-not-call.ts'
import { findAccount } from './find-account.ts'
import type { ListRow } from './read-list-row.ts'
import type { PhoneList } from './write-list.ts'

let calls: TestCalls
let account: Account

before(async () => {
  calls = await openTestCalls()
  account = await findAccount(calls.context, TEST_LOGIN.login)
})
after(() => calls.close())

async function* listOf(...batches: (readonly ListRow[])[]): PhoneList {
  yield* batches
}

async function listed(after?: string): Promise<string[]> {
  const page = { accountId: account.accountId, after, limit: 100 }
  const numbers = await forbiddenNumbers(calls.context, page)
  return numbers.map(({ destination, reason }) => `${destination} ${reason}`.trim())
}

test('numbers are added once, listed in order, and taken away again', async () => {
  const numbers = ['6177123002', '+16177123001', '(617) 712-3002']
  assert.equal(await forbidNumbers(calls.context, { account, numbers, reason: 'asked' }), 2)
  assert.equal(await forbidNumbers(calls.context, { account, numbers }), 0)
  assert.deepEqual(await listed(), ['+16177123001 asked', '+16177123002 asked'])
  assert.deepEqual(await listed('+16177123001'), ['+16177123002 asked'])
  const again = { account, numbers: ['6177123002'], reason: 'asked again' }
  assert.equal(await forbidNumbers(calls.context, again), 0)
  assert.deepEqual(await listed('+16177123001'), ['+16177123002 asked again'])
  assert.equal(
    await permitNumbers(calls.context, { account, numbers: [...numbers, '6177123009'] }),
    2,
  )
  assert.deepEqual(await listed(), [])
})

test('one bad number, and nothing is added', async () => {
  const numbers = ['6177123001', '12']
  assert.throws(() => forbidNumbers(calls.context, { account, numbers }), {
    code: 'invalid-phone-number',
  })
  const long = { account, numbers: ['6177123001'], reason: 'x'.repeat(256) }
  assert.throws(() => forbidNumbers(calls.context, long), {
    code: 'field-too-long',
    field: 'reason',
  })
  assert.deepEqual(await listed(), [])
})

test('a file is imported row by row; what is no number is refused with its line', async () => {
  const rows = (first: number, count: number): ListRow[] =>
    Array.from({ length: count }, (_, index) => ({
      line: first + index,
      destination: `617712${4000 + first + index}`,
      columns: { reason: first === 1 ? 'register' : '' },
    }))
  const list = listOf(
    rows(1, 3),
    [{ line: 4, destination: 'postd' }],
    [...rows(5, 2), ...rows(1, 1)],
  )
  const told = await importForbiddenNumbers(calls.context, account, list)
  assert.deepEqual([told.added, told.known, told.refused], [5, 1, 1])
  const [refused] = told.refusedRows
  assert.deepEqual([refused?.line, refused?.code], [4, 'invalid-phone-number'])
  assert.match(refused?.reason ?? '', /^destination /)
  assert.equal((await listed()).length, 5)
  assert.equal((await listed())[0], '+16177124001 register')
})
