// The commands that make accounts, their users and keys, over the store alone, and what the audit log has of them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addTestCampaign } from '#test/campaign-fixture'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { type CommandEnd, runOutdial } from '#test/outdial-command'

const PASSWORD = 'correct horse battery'
const DEMO = '--account demo'

describe('account commands', { timeout: 1_200_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-account-commands-'))
  let database: TestDatabase
  before(async () => {
    database = await openTestDatabase()
    await outdial('account add demo 1234')
  })
  after(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })

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

  it('change lists, profiles and results of the account', async () => {
    const list = join(folder, 'numbers')
    writeFileSync(list, '+16177128013\n')
    const [account] = await database.db.query<{ id: number }>(
      'SELECT account_id AS id FROM accounts',
    )
    const { campaignId: campaign } = await addTestCampaign(database.db, {
      ...{ accountId: account?.id ?? 0, name: 'spring', calls: 1 },
      dueAt: new Date('2030-01-01T12:00:00Z'),
    })
    for (const words of [
      ...[`dnc add 16177128012 ${DEMO}`, `dnc import ${list} ${DEMO}`],
      ...[`schedule add day holidays={"US":["12-25"]} ${DEMO}`, `schedule remove day ${DEMO}`],
      ...[`pacing add slow lines=2 ${DEMO}`, `pacing set slow lines=3 ${DEMO}`],
      ...[`results replay --all --url https://u:p@example.org/r?s=t ${DEMO}`],
      ...[`campaign edit ${campaign} lines=4`, `campaign pause ${campaign}`],
    ]) {
      const { status, stderr } = await outdial(words)
      assert.deepEqual([status, stderr], [0, ''], words)
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
        ...[
          ...['forbidNumbers', 'importForbiddenNumbers'],
          ...['createSchedule schedule day', 'removeSchedule schedule day'],
          ...['createPacingProfile pacing profile slow', 'editPacingProfile pacing profile slow'],
          ...['replayResults', 'editCampaign campaign 1', 'pauseCampaign campaign 1'],
        ].map((text) => `demo ${text}`),
      ],
    )
    for (const { actor, all } of log) {
      assert.equal(actor, 'command line')
      assert.doesNotMatch(all, /horse|1234|4321|scrypt|odk_|u:p|s=t|1617712/)
    }
  })
})
