import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, beforeEach, describe, it, mock } from 'node:test'
import { VirtualClock } from '#base'
import type { Account } from '#model'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import {
  addAccount,
  addApiKey,
  addUser,
  changePin,
  editUser,
  endWebSession,
  findAccount,
  findWebSession,
  installationPrincipalOf,
  joinInstallation,
  leaveInstallation,
  principalOf,
  removeUser,
  revokeApiKey,
  type SignIn,
  signIn,
  signOut,
  signOutEverywhere,
  sweepWebSessions,
  type User,
  usersOf,
  webSessionsOf,
} from './index.ts'

const PASSWORD = 'correct horse battery'
const OWNER = { login: TEST_LOGIN.login, secret: TEST_LOGIN.pin }
const NOON = new Date('2030-01-01T12:00:00Z')
const MINUTE = 60

describe('who is signed in', { timeout: 60_000 }, () => {
  let calls: TestCalls
  let account: Account
  let clock: VirtualClock
  let ann: User
  let seconds = 0

  before(async () => {
    calls = await openTestCalls()
    clock = new VirtualClock()
    Object.defineProperty(calls.context, 'clock', { value: clock })
    account = await findAccount(calls.context, TEST_LOGIN.login)
    await addAccount(calls.context, { login: 'other', pin: '1' })
  })
  after(() => calls.close())
  beforeEach(async () => {
    await calls.context.db.execute('TRUNCATE users, web_sessions')
    seconds = 0
    await pass(0)
    // Wrong tries of the test before are forgiven.
    await clock.advance(3_600_000)
    ann = await makeUser('ann', 'operator')
  })

  async function pass(by: number): Promise<void> {
    seconds += by
    calls.setNow(new Date(NOON.getTime() + seconds * 1000))
    await clock.advance(by * 1000)
  }

  const makeUser = (name: string, role: string): Promise<User> =>
    addUser(calls.context, {
      accountId: account.accountId,
      fields: { name, role, password: PASSWORD },
    })
  const enter = (more: Partial<SignIn> = {}) => signIn(calls.context, { ...OWNER, ...more })
  const enterAnn = () => enter({ user: 'ann', secret: PASSWORD })
  const find = (token: string) => findWebSession(calls.context, token)
  const annKey = () => ({ accountId: account.accountId, userId: ann.userId })

  it('signs the owner in by the PIN and a user by the password, and says who it is', async () => {
    const owner = await enter({ address: '192.0.2.1' })
    assert.match(owner.token, /^[\w-]{43}$/)
    assert.deepEqual(await find(owner.token), owner.session)
    const { sessionId, ...session } = owner.session
    assert.deepEqual(session, {
      ...{ account, role: 'owner', address: '192.0.2.1', createdAt: NOON, lastSeenAt: NOON },
      expiresAt: new Date('2030-01-02T00:00:00Z'),
    })
    const { session: annSession } = await enterAnn()
    assert.notEqual(annSession.sessionId, sessionId)
    assert.deepEqual([annSession.role, annSession.userName], ['operator', 'ann'])
    const ids = { owner: `account:${account.accountId}`, ann: `user:${ann.userId}` }
    assert.deepEqual(principalOf(owner.session), {
      ...{ account, role: 'owner', id: ids.owner, actor: 'owner' },
    })
    assert.deepEqual(principalOf(annSession), {
      ...{ account, role: 'operator', id: ids.ann, actor: 'user:ann' },
    })
    assert.equal(installationPrincipalOf(annSession), undefined)
    const [listed] = await usersOf(calls.context, { accountId: account.accountId, limit: 9 })
    assert.deepEqual(listed?.lastSignInAt, NOON)
  })

  it('stores neither token nor password', async () => {
    const { token } = await enterAnn()
    const rows = await calls.context.db.query<{ text: string }>(
      `SELECT s::text || u::text AS text FROM web_sessions s, users u`,
    )
    for (const secret of [token, Buffer.from(token, 'base64url').toString('hex'), PASSWORD]) {
      assert.equal(rows[0]?.text.includes(secret), false)
    }
  })

  it('tells whatever is wrong in the same words, after one scrypt', async () => {
    const wrong: readonly Partial<SignIn>[] = [
      { secret: 'no' },
      { login: 'nobody' },
      { login: 'no\0body' },
      { user: 'nobody', secret: PASSWORD },
      { user: 'ann', secret: TEST_LOGIN.pin },
      { user: 'ann', secret: `${PASSWORD} ` },
      { login: 'other', user: 'ann', secret: PASSWORD },
      { secret: PASSWORD },
    ]
    const hashing = mock.method(crypto, 'scrypt')
    syncBuiltinESMExports()
    try {
      for (const [index, one] of wrong.entries()) {
        const before = hashing.mock.callCount()
        await assert.rejects(enter({ address: String(index), ...one }), {
          code: 'authentication',
          message: 'The login, the user, or the PIN or password is wrong; check them.',
        })
        assert.equal(hashing.mock.callCount() - before, 1, JSON.stringify(one))
      }
    } finally {
      hashing.mock.restore()
      syncBuiltinESMExports()
    }
  })

  it('lets nobody try for ever, not even with the right PIN, nor many at once', async () => {
    const guesses = await Promise.allSettled(
      Array.from({ length: 8 }, () => enter({ login: 'other', secret: 'no' })),
    )
    const codes = guesses.map((guess) => guess.status === 'rejected' && guess.reason.code)
    assert.equal(codes.filter((code) => code === 'authentication').length, 5)
    assert.equal(codes.filter((code) => code === 'rate-limited').length, 3)
    await assert.rejects(enter({ login: 'other', secret: '1' }), {
      ...{ code: 'rate-limited', retryAfterSeconds: 60 },
    })
    await pass(60)
    assert.equal((await enter({ login: 'other', secret: '1' })).session.account.login, 'other')
  })

  it('is over after half an hour in which nobody used it', async () => {
    const { token } = await enter()
    await pass(29 * MINUTE)
    assert.ok(await find(token))
    await pass(29 * MINUTE)
    assert.ok(await findWebSession(calls.context, token, { isBackground: true }))
    await pass(2 * MINUTE)
    assert.equal(await find(token), undefined)
  })

  it('writes when it was used once a minute at most', async () => {
    const { token } = await enter()
    const seen = async () => {
      await find(token)
      return ((await find(token))?.lastSeenAt.getTime() ?? 0) - NOON.getTime()
    }
    await pass(59)
    assert.equal(await seen(), 0)
    await pass(1)
    assert.equal(await seen(), 60_000)
    await pass(59)
    assert.equal(await seen(), 60_000)
  })

  it('is over after twelve hours, however much it is used', async () => {
    const { token } = await enter()
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      await pass(20 * MINUTE)
      assert.ok(await find(token), String(minutes))
    }
    await pass(20 * MINUTE)
    assert.equal(await find(token), undefined)
  })

  it('ends by signing out, here or everywhere', async () => {
    const [one, two, other] = [await enterAnn(), await enterAnn(), await enter()]
    await signOut(calls.context, one.token)
    assert.equal(await find(one.token), undefined)
    assert.ok(await find(two.token))
    const three = await enterAnn()
    await signOutEverywhere(calls.context, three.session)
    assert.deepEqual([await find(two.token), await find(three.token)], [undefined, undefined])
    assert.ok(await find(other.token))
    await signOutEverywhere(calls.context, other.session)
    assert.equal(await find(other.token), undefined)
  })

  it('ends with the user, and when the role or the password is changed', async () => {
    const changes = [{ role: 'viewer' }, { password: `${PASSWORD}!` }]
    for (const fields of changes) {
      const { token } = await enterAnn()
      await editUser(calls.context, { ...annKey(), fields })
      assert.equal(await find(token), undefined, JSON.stringify(fields))
    }
    await assert.rejects(enterAnn(), { code: 'authentication' })
    const { token, session } = await enter({ user: 'ann', secret: `${PASSWORD}!` })
    assert.equal(session.role, 'viewer')
    const owner = await enter()
    await removeUser(calls.context, annKey())
    assert.equal(await find(token), undefined)
    assert.ok(await find(owner.token))
  })

  it('knows the role and the account as they are now, whoever wrote them', async () => {
    const { token } = await enterAnn()
    await calls.context.db.execute(`UPDATE users SET role = 'owner'`)
    await calls.context.db.execute(`UPDATE accounts SET held = true, destinations = '["US"]'`)
    const session = await find(token)
    await calls.context.db.execute('UPDATE accounts SET held = false, destinations = NULL')
    assert.deepEqual([session?.role, session?.account.held], ['owner', true])
    assert.deepEqual(session?.account.destinations, ['US'])
    await calls.context.db.execute(`UPDATE users SET password_hash = 'another'`)
    assert.equal(await find(token), undefined)
  })

  it('ends, where it is the owner’s, when the PIN is changed; a user’s does not', async () => {
    const { accountId } = await addAccount(calls.context, { login: 'third', pin: '1' })
    const third = { login: 'third', secret: '1' }
    await addUser(calls.context, {
      accountId,
      fields: { name: 'bob', role: 'viewer', password: PASSWORD },
    })
    const { token } = await enter(third)
    const { token: bobs } = await enter({ login: 'third', user: 'bob', secret: PASSWORD })
    await changePin(calls.context, { accountId, pin: '2' })
    assert.equal(await find(token), undefined)
    assert.ok(await find(bobs))
    await assert.rejects(enter(third), { code: 'authentication' })
    assert.ok(await enter({ ...third, secret: '2' }))
    const pin = '12345678901234567'
    await assert.rejects(changePin(calls.context, { accountId, pin }), { field: 'pin' })
  })

  it('has the rights of a key of the installation while that is good, and a new token', async () => {
    const { context } = calls
    const own = await addApiKey(context, { ...account, name: 'own', role: 'owner' })
    const key = await addApiKey(context, { name: 'all', role: 'operator' })
    const { token } = await enterAnn()
    for (const bad of [own.key, 'odk_no']) {
      await assert.rejects(joinInstallation(context, token, bad), { code: 'authentication' })
    }
    const joined = await joinInstallation(context, token, key.key)
    assert.equal(await find(token), undefined)
    assert.equal(joined.session.installationRole, 'operator')
    const found = await find(joined.token)
    assert.ok(found)
    assert.deepEqual(installationPrincipalOf(found), {
      ...{ role: 'operator', id: `user:${ann.userId}`, actor: 'user:ann@user' },
    })
    assert.equal(principalOf(found).role, 'operator')
    const left = await leaveInstallation(context, joined.token)
    assert.equal((await find(left.token))?.installationRole, undefined)
    const again = await joinInstallation(context, left.token, key.key)
    await revokeApiKey(context, { keyId: key.keyId })
    const after = await find(again.token)
    assert.ok(after)
    assert.equal(after.installationRole, undefined)
    await signOut(context, again.token)
    const next = await addApiKey(context, { name: 'next', role: 'viewer' })
    await assert.rejects(joinInstallation(context, again.token, next.key), { code: 'session-over' })
  })

  it('loses those rights when the key expires', async () => {
    const { context } = calls
    const { key, keyId } = await addApiKey(context, { name: 'short', role: 'owner' })
    const { token } = await joinInstallation(context, (await enter()).token, key)
    await context.db.execute('UPDATE api_keys SET expires_at = $2 WHERE key_id = $1', [
      keyId,
      new Date(NOON.getTime() + 1000),
    ])
    assert.equal((await find(token))?.installationRole, 'owner')
    await pass(1)
    const session = await find(token)
    assert.ok(session)
    assert.equal(session.installationRole, undefined)
  })

  it('is listed until it is over, ended by its account only, and swept', async () => {
    const { accountId } = account
    const listed = async () =>
      (await webSessionsOf(calls.context, { accountId, limit: 9 })).map((one) => one.sessionId)
    const [{ session: first }, { session: second }] = [await enter(), await enterAnn()]
    assert.deepEqual(await listed(), [first.sessionId, second.sessionId])
    const foreign = { accountId: accountId + 1, sessionId: first.sessionId }
    await assert.rejects(endWebSession(calls.context, foreign), { code: 'session-not-found' })
    await endWebSession(calls.context, { accountId, sessionId: first.sessionId })
    assert.deepEqual(await listed(), [second.sessionId])
    await pass(29 * MINUTE)
    const { session: third } = await enter()
    assert.equal(await sweepWebSessions(calls.context), 0)
    await pass(MINUTE)
    assert.deepEqual(await listed(), [third.sessionId])
    assert.equal(await sweepWebSessions(calls.context), 1)
    assert.equal(await sweepWebSessions(calls.context), 0)
  })
})
