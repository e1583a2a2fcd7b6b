// The commands that make accounts, their users and keys, over the store alone, and what the audit log has of them.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { type CommandEnd, runOutdial } from '#test/outdial-command'

const PASSWORD = 'correct horse battery'

describe('account commands', { timeout: 300_000 }, () => {
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase()
    await outdial('account add demo 1234')
  })
  after(() => database.close())

  const outdial = (words: string, input?: string): Promise<CommandEnd> =>
    runOutdial(words.split(' '), {
      ...{ cwd: tmpdir(), env: { DATABASE_URL: database.url } },
      ...(input !== undefined && { input }),
    })

  it('make, list, change and remove users', async () => {
    const made = await outdial('user add demo ann --role viewer', `${PASSWORD}\n`)
    assert.equal(made.stdout, 'User ann of demo is made.\n', made.stderr)
    assert.match((await outdial('user add demo bob', 'short\n')).stderr, /\[user-invalid\]/)
    const ann = JSON.parse((await outdial('user set demo ann --role owner --json')).stdout)
    assert.deepEqual([ann.name, ann.role], ['ann', 'owner'])
    const hashes = `SELECT password_hash AS hash FROM users`
    const [before] = await database.db.query<{ hash: string }>(hashes)
    assert.equal((await outdial('user set demo ann --password', `${PASSWORD}!\n`)).status, 0)
    const [changed] = await database.db.query<{ hash: string }>(hashes)
    assert.notEqual(changed?.hash, before?.hash)
    assert.match((await outdial('user list demo')).stdout, /^owner {2}never signed in {2}ann\n$/)
    assert.match((await outdial('user remove demo ann')).stdout, /is removed/)
    assert.match((await outdial('user remove demo ann')).stderr, /\[user-not-found\]/)
  })

  it('change the PIN, make a key, hold and resume', async () => {
    assert.match((await outdial('account pin demo', '4321\n')).stdout, /has another PIN/)
    assert.match((await outdial('account pin demo', '\n')).stderr, /\[account-invalid\]/)
    for (const words of ['key add crm --account demo', 'hold demo', 'hold', 'resume']) {
      assert.equal((await outdial(words)).status, 0, words)
    }
  })

  it('are in the audit log, without secrets', async () => {
    const log = await database.db.query<{ actor: string; text: string; all: string }>(
      `SELECT actor, concat_ws(' ', login, action, subject) AS text, l::text AS all
       FROM audit_log l LEFT JOIN accounts USING (account_id) ORDER BY entry_id`,
    )
    assert.deepEqual(
      log.map(({ text }) => text.trim()),
      [
        'createAccount account demo',
        ...['createUser user 1', 'editUser user 1', 'editUser user 1', 'removeUser user 1'].map(
          (text) => `demo ${text}`,
        ),
        ...['changePin owner', 'createKey key 1', 'holdAccount'].map((text) => `demo ${text}`),
        ...['holdInstallation', 'resumeInstallation'],
      ],
    )
    for (const { actor, all } of log) {
      assert.equal(actor, 'command line')
      assert.doesNotMatch(all, /horse|1234|4321|scrypt|odk_/)
    }
  })
})
