import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { addAccount, addUser, editUser, findAccount, removeUser, usersOf } from './index.ts'

const PASSWORD = 'correct horse battery'

describe('users of an account', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let accountId: number
  let otherId: number
  before(async () => {
    calls = await openTestCalls()
    accountId = (await findAccount(calls.context, TEST_LOGIN.login)).accountId
    otherId = (await addAccount(calls.context, { login: 'other', pin: '1' })).accountId
  })
  after(() => calls.close())

  const add = (name: unknown, more: object = {}, whose = accountId) =>
    addUser(calls.context, {
      accountId: whose,
      fields: { name, role: 'viewer', password: PASSWORD, ...more },
    })
  const names = async (page: { after?: string; limit: number }) =>
    (await usersOf(calls.context, { accountId, ...page })).map(({ name }) => name)

  it('have a name each, unique in the account, and are told in its order', async () => {
    for (const name of ['cy', 'ann', 'bob']) await add(name)
    await add('ann', {}, otherId)
    await assert.rejects(add('ann'), { code: 'user-exists', field: 'name' })
    assert.deepEqual(await names({ limit: 2 }), ['ann', 'bob'])
    assert.deepEqual(await names({ after: 'bob', limit: 2 }), ['cy'])
  })

  it('have passwords of 12 to 128 characters, stored hashed', async () => {
    const user = await add('short', { password: '12345678901€' })
    assert.equal('password' in user, false)
    await add('long', { password: '𝄞'.repeat(128) })
    const [row] = await calls.context.db.query<{ hash: string }>(
      `SELECT password_hash AS hash FROM users WHERE name = 'short'`,
    )
    assert.match(row?.hash ?? '', /^scrypt\$/)
  })

  it('are refused with the field, the fault and the cure', async () => {
    const wrong: readonly (readonly [object, string, RegExp])[] = [
      [{ password: '12345678901' }, 'password', /12 to 128 characters/],
      [{ password: 'x'.repeat(129) }, 'password', /12 to 128 characters/],
      [{ password: undefined }, 'password', /not a text; send a password/],
      [{ name: '' }, 'name', /1 to 128 characters/],
      [{ name: 'x'.repeat(129) }, 'name', /1 to 128 characters/],
      [{ name: 'a\nb' }, 'name', /none of them a control/],
      [{ role: 'root' }, 'role', /send viewer, operator, owner/],
      [{ pin: '1' }, 'pin', /nothing that an edit changes/],
    ]
    for (const [fields, field, message] of wrong) {
      await assert.rejects(add('new', fields), { code: 'user-invalid', field, message })
    }
    assert.equal((await names({ limit: 99 })).includes('new'), false)
  })

  it('are edited and removed by their own account only', async () => {
    const { userId } = await add('dan')
    const own = { accountId, userId }
    const foreign = { accountId: otherId, userId }
    const fields = { role: 'owner' }
    const absent = { code: 'user-not-found' }
    await assert.rejects(editUser(calls.context, { ...foreign, fields }), absent)
    await assert.rejects(removeUser(calls.context, foreign), absent)
    for (const [bad, field] of [
      [{ role: 'root' }, 'role'],
      [{ name: 'x' }, 'name'],
      [{ password: 'short' }, 'password'],
      [{}, undefined],
    ] as const) {
      const code = 'user-invalid'
      await assert.rejects(editUser(calls.context, { ...own, fields: bad }), { code, field })
    }
    assert.equal((await editUser(calls.context, { ...own, fields })).role, 'owner')
    await removeUser(calls.context, own)
    await assert.rejects(removeUser(calls.context, own), absent)
  })
})
