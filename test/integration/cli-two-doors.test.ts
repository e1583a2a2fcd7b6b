// The commands that a server or the store answers, each over the network: from a folder with no store, by keys of every role,
// and beside the store, which says the same.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addAccount, addApiKey, findAccount } from '#calls'
import { createClient } from '#client'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { type CommandEnd, runOutdial } from '#test/outdial-command'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const NUMBER = '16177128011'
const FORBIDDEN = '16177128012'

/** What only an operator may do, in this order, and what is said then. */
const WRITES: readonly (readonly [string, RegExp])[] = [
  ['dnc add 16177128012 16177128013 --reason asked', /^2 of 2 numbers were not on the list yet\.$/],
  [
    'dnc import forbidden.csv --account lab',
    /^1 numbers added, 1 known already, 1 rows refused\.$/m,
  ],
  ['dnc remove 16177128013', /^1 of 1 numbers were on the list\.$/],
  ['schedule add 2024 calling_window={"sat":["10:00-14:00"]}', /^2024 {2}version 1 {2}calling_/],
  [
    'schedule set 2024 holidays={"US":["2026-12-25"]} --if-version 1',
    /^2024 {2}version 2 .*2026-12-25/,
  ],
  ['pacing add slow lines=2 weight=0.5', /^slow {2}version 1 {2}lines=2 {2}weight=0.5$/],
  ['pacing set slow weight=', /^slow {2}version 2 {2}lines=2$/],
  ['hold lab', /^Account lab is held\.$/],
  ['resume lab', /^Account lab goes on\.$/],
  ['results replay --all --delivered', /^1 results are posted again\.$/],
  ['cancel WAITING', /^ended: canceled \(/],
  ['cancel --pending lab', /^All pending of lab is canceled\.$/],
]

/** What a viewer may see, and the store says as well. */
const READS = [
  'why CALL',
  'trace CALL',
  'results list --call CALL',
  'results list --before OTHER',
  'results show RESULT',
  'results disabled',
  'dnc list --limit 1',
  'dnc list --after +16177128012',
  'schedule list',
  'schedule list --after 2023',
  'schedule show 2024',
  'pacing show slow',
  'pacing list --after a',
  'campaign list',
  'campaign list --before 2',
]

/** What another account, or a server, is not asked for. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['dnc list --account other', /The login is that of the account lab, .* \[store-only\]\n$/],
  ['hold other', /\[store-only\]\n$/],
  ['hold', /A server holds one account: name that of the login\..* \[store-only\]\n$/],
  ['cancel --pending other', /\[store-only\]\n$/],
  ['trace WAITING --pcap call.pcap', /it was not dialled yet\. \[pcap-not-found\]\n$/],
  ['trace 999 --pcap call.pcap', /\[call-not-found\]\n$/],
  ['trace CALL --pcap none/call.pcap', /\[pcap-not-written\]\n$/],
  ['results list --before msg_1', /\[result-not-found\]\n$/],
  ['schedule set 2024 holidays= --if-version 1', /\[profile-version-conflict\]\n$/],
  ['why 999', /\[call-not-found\]\n$/],
  ['results enable https://example.org/', /\[result-url-not-disabled\]\n$/],
]

describe('the commands with two doors', { timeout: 1_800_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-cli-doors-'))
  const keys = { viewer: '', operator: '', wrong: 'odk_wrong' }
  const ids = { CALL: '', WAITING: '', RESULT: '', OTHER: '' }
  let the: ServerLab

  before(async () => {
    the = await openServerLab({
      pages: { '/start.vxml': QUICK_DOCUMENT, '/result': 'taken' },
      script: { [NUMBER]: QUICK_CALLEE },
    })
    const { calls } = the.server.parts
    const { accountId } = await findAccount(calls, LAB_LOGIN.login)
    for (const role of ['viewer', 'operator'] as const) {
      keys[role] = (await addApiKey(calls, { accountId, name: role, role })).key
    }
    await addAccount(calls, { login: 'other', pin: '1' })
    writeFileSync(
      join(folder, 'forbidden.csv'),
      `destination,reason\n16177128013,told\n16177128014,told\nnobody,\n`,
    )
  })
  after(async () => {
    await the.close()
    rmSync(folder, { recursive: true })
  })

  const client = () => createClient({ url: the.url, auth: LAB_LOGIN })
  /** Once the result of the call has been tried so often, and taken. */
  const delivered = (tries: number): Promise<void> =>
    until(async () => {
      const call_id = Number(ids.CALL)
      const [result] = (await client().listResults({ call_id, state: 'delivered' })).results
      ids.RESULT = result?.id ?? ''
      return result?.tries === tries
    })
  const wordsOf = (line: string): string[] =>
    line.split(' ').map((word) => (word in ids ? ids[word as keyof typeof ids] : word))
  const over = (role: keyof typeof keys, words: readonly string[]): Promise<CommandEnd> =>
    runOutdial(words, { cwd: folder, env: { OUTDIAL_URL: the.url, OUTDIAL_KEY: keys[role] } })

  it('queue a call and follow it, to the exit status that it deserves', async () => {
    const start = ['--url', the.lab.web.url('/start.vxml')]
    const [answered, unread, strange, forbidden] = await Promise.all([
      over('operator', [
        'call',
        NUMBER,
        ...start,
        '--result-url',
        the.lab.web.url('/result'),
        '--json',
      ]),
      over('viewer', ['call', NUMBER, ...start]),
      over('wrong', ['call', NUMBER, ...start]),
      over('operator', ['call', '12', ...start]),
    ])
    assert.deepEqual([answered.status, answered.stderr], [0, ''])
    const lines = answered.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    ids.CALL = String(lines[0].call_id)
    assert.deepEqual(lines[0], { call_id: Number(ids.CALL) })
    const states = lines.slice(1).map(({ state }) => state)
    assert.ok(states.includes('answered'), states.join(' '))
    const last = lines.at(-1)
    assert.deepEqual([last.state, last.outcome, last.phone_number], ['ended', 'answered', NUMBER])
    assert.match(
      unread.stderr,
      /one of a viewer, and this needs an operator.*\[role-not-allowed\]\n$/,
    )
    assert.match(strange.stderr, /set OUTDIAL_KEY\. \[authentication\]\n$/)
    assert.match(forbidden.stderr, /^outdial: phone_number .*\[invalid-phone-number\]\n$/)
    for (const { status, stdout } of [unread, strange, forbidden]) {
      assert.deepEqual([status, stdout], [1, ''])
    }
  })

  it('do for an operator what they refuse to others', async () => {
    const { call_id: id } = await client().queueCall({
      body: {
        phone_number: NUMBER,
        start_url: the.lab.web.url('/start.vxml'),
        result_url: the.lab.web.url('/result'),
        scheduled_time: '+1 day',
      },
    })
    ids.WAITING = String(id)
    await delivered(1)
    for (const [line, said] of WRITES) {
      const words = wordsOf(line)
      const [seen, strange] = await Promise.all([over('viewer', words), over('wrong', words)])
      assert.match(
        seen.stderr,
        /this needs an operator; send another\. \[role-not-allowed\]\n$/,
        line,
      )
      assert.match(strange.stderr, /\[authentication\]\n$/, line)
      assert.deepEqual([seen.status, seen.stdout, strange.status, strange.stdout], [1, '', 1, ''])
      const { status, stdout, stderr } = await over('operator', words)
      assert.deepEqual([status, stderr], [line.startsWith('dnc import') ? 1 : 0, ''], line)
      assert.match(stdout.trim(), said, line)
    }
  })

  it('say to a viewer what the store says', async () => {
    await delivered(2)
    const canceled = await client().listResults({ call_id: Number(ids.WAITING) })
    ids.OTHER = canceled.results[0]?.id ?? assert.fail('it has a result')
    for (const line of READS) {
      const words = [...wordsOf(line), '--json']
      const [told, strange, kept] = await Promise.all([
        over('viewer', words),
        over('wrong', words),
        runOutdial([...words, '--store'], {
          cwd: folder,
          env: {
            DATABASE_URL: the.databaseUrl,
            OUTDIAL_URL: the.url,
            OUTDIAL_ACCOUNT: `${LAB_LOGIN.login}:${LAB_LOGIN.pin}`,
          },
        }),
      ])
      assert.deepEqual([told.status, told.stderr], [0, ''], line)
      assert.match(strange.stderr, /\[authentication\]\n$/, line)
      assert.equal(kept.status, 0, kept.stderr)
      assert.deepEqual(linesOf(told), linesOf(kept), line)
      assert.ok(linesOf(told).length > 0 || line === 'results disabled', line)
    }
    const page = await over('viewer', ['dnc', 'list'])
    assert.match(
      page.stdout,
      new RegExp(`^\\+${FORBIDDEN}  \\S+  asked\\n\\+16177128014  \\S+  told\\n$`),
    )
    assert.match((await over('viewer', ['trace', ids.CALL])).stdout, /─ INVITE \(SDP\) ─+▶ /)
  })

  it('write one and the same capture, for whom may have it', async () => {
    const env = { DATABASE_URL: the.databaseUrl }
    const file = (name: string): string => join(folder, name)
    const told = await over('operator', ['trace', ids.CALL, '--pcap', file('told.pcap')])
    const kept = await runOutdial(['trace', ids.CALL, '--pcap', file('kept.pcap')], {
      cwd: folder,
      env,
    })
    for (const { stdout, stderr } of [told, kept]) {
      assert.match(stdout, /\.pcap has \d+ SIP messages, and no RTP \(recorded only while /, stderr)
    }
    assert.deepEqual(readFileSync(file('told.pcap')), readFileSync(file('kept.pcap')))
    const seen = await over('viewer', ['trace', ids.CALL, '--pcap', file('seen.pcap')])
    assert.match(seen.stderr, /this needs an operator; send another\. \[role-not-allowed\]\n$/)
    for (const name of ['told.pcap', 'kept.pcap']) rmSync(file(name))
  })

  it('say what they cannot, and leave nothing of it', async () => {
    for (const [line, sentence] of REFUSED) {
      const { status, stdout, stderr } = await over('operator', wordsOf(line))
      assert.deepEqual([status, stdout], [1, ''], line)
      assert.match(stderr, sentence, line)
    }
    const removed = await over('operator', ['schedule', 'remove', '2024'])
    assert.equal(removed.stdout, '2024 is removed.\n')
    assert.deepEqual(readdirSync(folder), ['forbidden.csv'], 'no store was opened, no file made')
  })
})

/** Without what is of the moment in which it was asked. */
function linesOf({ stdout }: CommandEnd): unknown[] {
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { now: _, ...told } = JSON.parse(line)
      return told
    })
}
