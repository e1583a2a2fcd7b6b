// The commands that ask a server, each in a process of its own, against one that places calls.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { addApiKey, findAccount } from '#calls'
import { createClient } from '#client'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import {
  type CommandEnd,
  type CommandOptions,
  OutdialCommand,
  runOutdial,
} from '#test/outdial-command'
import { openServerLab, type ServerLab } from '#test/server-lab'

const NUMBERS = ['16177126011', '16177126012', '16177126013']
const NOBODY = 'http://127.0.0.1:1'

describe('the commands that ask a server', { timeout: 1_800_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-cli-server-'))
  const login = join(folder, '.config', 'outdial', 'login.json')
  let the: ServerLab
  let start = ''

  before(async () => {
    the = await openServerLab({
      pages: { '/start.vxml': QUICK_DOCUMENT },
      script: Object.fromEntries(NUMBERS.map((number) => [number, QUICK_CALLEE])),
    })
    start = the.lab.web.url('/start.vxml')
    const rows = [...NUMBERS, 'nobody']
    writeFileSync(join(folder, 'list.csv'), `destination\n${rows.join('\n')}\n`)
  })
  after(async () => {
    await the.close()
    rmSync(folder, { recursive: true })
  })

  const client = () => createClient({ url: the.url, auth: LAB_LOGIN })
  const outdial = (
    words: readonly string[],
    env: NonNullable<CommandOptions['env']> = {},
  ): Promise<CommandEnd> => runOutdial(words, { cwd: folder, env })
  /** What it printed, where it went well. */
  const done = async (...words: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await outdial(words)
    assert.deepEqual([status, stderr], [0, ''], words.join(' '))
    return stdout
  }

  it('keeps no login that the server does not take, and says how to get one', async () => {
    const [nowhere, wrong, refused, mute] = await Promise.all([
      outdial(['campaign', 'export', '1']),
      outdial(['login', the.url, '--account', 'lab', '--pin', '1']),
      outdial(['campaign', 'status', '1', '--server', the.url, '--key', 'odk_none']),
      outdial(['login', the.url]),
    ])
    for (const [{ status, stdout, stderr }, sentence] of [
      [
        nowhere,
        /^outdial: No server is named\. Log in \(outdial login URL\).* \[login-missing\]\n$/,
      ],
      [wrong, /^outdial: .* \[authentication\]\n$/],
      [refused, /Log in again \(outdial login URL\), or set OUTDIAL_KEY\. \[authentication\]\n$/],
      [mute, /no terminal to ask on\. Give --key, or --account and --pin\. \[login-missing\]\n$/],
    ] as const) {
      assert.deepEqual([status, stdout], [1, ''], stderr)
      assert.match(stderr, sentence)
    }
    assert.equal(existsSync(login), false)
  })

  it('asks for what is missing, shows no secret, and lets nobody else read what it keeps', async () => {
    const asking = new OutdialCommand(['login', the.url], { cwd: folder, terminal: true })
    await asking.says(/Key .*: /)
    asking.type('\r')
    await asking.says(/Account: /)
    asking.type(`${LAB_LOGIN.login}\r`)
    await asking.says(/PIN: /)
    asking.type(`${LAB_LOGIN.pin}\r`)
    const { status, stdout } = await asking.ended
    assert.equal(status, 0, stdout)
    assert.match(stdout, /Logged in to http:\S+ as account lab; kept in .*login\.json\./)
    const asked = stdout.slice(0, stdout.indexOf('Logged in'))
    assert.equal(asked.includes(LAB_LOGIN.pin), false, asked)
    assert.equal(statSync(login).mode & 0o777, 0o600)
    assert.deepEqual(JSON.parse(readFileSync(login, 'utf8')), { url: the.url, auth: LAB_LOGIN })
  })

  it('previews, sends, holds and exports a campaign', async () => {
    const told = await done('campaign', 'preview', 'list.csv', 'lines=2', '--rate', 'answered=1')
    assert.match(
      told,
      /^3 calls accepted, 1 rows refused, 0 numbers repeated\.\n {2}line 5: nobody: /,
    )
    assert.match(told, /^3 attempts, 2 lines at most; finished at /m)
    const words = ['campaign', 'create', 'list.csv', 'Held', '--url', start]
    const created = await done(...words, 'scheduled_time=+1 day', 'lines=2')
    assert.match(
      created,
      /^Campaign \d+: 3 calls accepted, 1 rows refused, .*\n {2}line 5: nobody: /,
    )
    const id = /\d+/.exec(created)?.[0] ?? ''
    const paused = JSON.parse(await done('campaign', 'pause', id, '--json'))
    assert.deepEqual([paused.state, paused.lines, paused.progress.queued], ['paused', 2, 3])
    const [csv, rows, again, interrupted] = await Promise.all([
      done('campaign', 'export', id),
      done('campaign', 'export', id, 'rows.ndjson', '--format', 'ndjson', '--json'),
      outdial(['campaign', 'export', id, 'list.csv']),
      interruptedWatch(id),
    ])
    assert.match(csv, /^"call_id",/)
    assert.equal(csv.trim().split('\n').length, 1 + NUMBERS.length)
    const exported = readFileSync(join(folder, 'rows.ndjson'), 'utf8')
    assert.deepEqual(JSON.parse(rows), { file: 'rows.ndjson', bytes: exported.length })
    assert.deepEqual(
      exported
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row).phone_number)
        .sort(),
      NUMBERS,
    )
    assert.match(again.stderr, /EEXIST.*\[export-not-written\]\n$/)
    assert.match(readFileSync(join(folder, 'list.csv'), 'utf8'), /^destination\n/)
    assert.deepEqual([interrupted.status, interrupted.stderr], [130, ''])
  })

  /** Its campaign does not go on by itself. */
  async function interruptedWatch(id: string): Promise<CommandEnd> {
    const watch = new OutdialCommand(['watch', id], { cwd: folder })
    await watch.says(/Held: paused, 0 of 3 ended \(0%\), 0 in progress; none ended/)
    watch.kill('SIGINT')
    return watch.ended
  }

  it('shows a campaign while it goes, to its end', async () => {
    const body = `destination\n${NUMBERS.join('\n')}\n`
    const campaign = { campaign_name: 'Watched', start_url: start }
    await client().holdAccount()
    const { campaign_id: id } = await client().createCampaign({ ...campaign, body })
    const table = new OutdialCommand(['watch', `${id}`], { cwd: folder, terminal: true })
    const told = new OutdialCommand(['watch', `${id}`, '--json'], { cwd: folder })
    await Promise.all([table.says(/Watched .* 0\/3\r?\n/), told.says(/"queued":3/)])
    await client().resumeAccount()
    const [drawn, { status, stdout }] = await Promise.all([table.ended, told.ended])
    assert.equal(status, 0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { state, progress } = lines.at(-1)
    assert.equal(state, 'completed')
    assert.deepEqual(progress, { accepted: 3, queued: 0, in_progress: 0, ended: { answered: 3 } })
    assert.equal(drawn.status, 0, drawn.stdout)
    const [first = '', ...later] = drawn.stdout.split('\x1b[J').slice(1)
    assert.match(first, /^ +id campaign +state +progress/)
    const last = later.at(-1) ?? assert.fail('drawn twice')
    assert.match(last, /Watched +completed █{15} 100% +3\/3\r?$/m)
    assert.match(last, /^ +0 in progress.*\r?\n +answered 3\r?$/m)
    for (const piece of drawn.stdout.split('\x1b[J').slice(1, -1)) {
      assert.match(piece, /\x1b\[4A\r$/, 'drawn again where it stands')
    }
  })

  it('shows all that are not over, a screenful at a time', async () => {
    const body = `destination\n${NUMBERS[0]}\n`
    for (let n = 1; n <= 24; n++) {
      const campaign = { campaign_name: `many ${n}`, start_url: start }
      await client().createCampaign({ ...campaign, scheduled_time: '+1 day', body })
    }
    const table = new OutdialCommand(['watch'], { cwd: folder, terminal: true })
    const told = new OutdialCommand(['watch', '--json'], { cwd: folder })
    const [first] = await table.says(/^ +\d+ many 24 .*?more are not over; .*?\n/ms)
    assert.match(
      first,
      /^ +\d+ many 18 .*?\n18 more are not over; the space bar shows the next ones/ms,
    )
    table.type(' ')
    await table.says(/^ +\d+ many 17 .*?\n18 more are not over/ms)
    table.type('  ')
    await table.says(/^ +\d+ many 3 .*? Held +paused .*?\n21 more are not/ms)
    await told.says(/"campaign_name":"Held"/)
    const names = [...told.stdout.matchAll(/"campaign_name":"many (\d+)"/g)].map(([, n]) => n)
    assert.equal(new Set(names).size, 24)
    table.type('\x03')
    told.kill('SIGINT')
    assert.deepEqual([(await table.ended).status, (await told.ended).status], [130, 130])
  })

  it('asks the server that is named first, and the store only where none is or it is told to', async () => {
    const { parts } = the.server
    const { accountId } = await findAccount(parts.calls, LAB_LOGIN.login)
    const viewer = { accountId, name: 'v', role: 'viewer' } as const
    const { key } = await addApiKey(parts.calls, viewer)
    const store = { DATABASE_URL: the.databaseUrl }
    const status = ['campaign', 'status', '2', '--json']
    const [forbidden, elsewhere, strange, kept] = await Promise.all([
      outdial(['campaign', 'pause', '2'], { OUTDIAL_KEY: key }),
      outdial(status, { ...store, OUTDIAL_URL: NOBODY, OUTDIAL_KEY: key }),
      outdial([...status, '--server', NOBODY], store),
      outdial([...status, '--store'], { ...store, OUTDIAL_URL: NOBODY }),
    ])
    assert.match(forbidden.stderr, /\[role-not-allowed\]\n$/)
    assert.match(elsewhere.stderr, /\[server-unreachable\]\n$/)
    assert.match(strange.stderr, /Nothing opens http:\/\/127\.0\.0\.1:1\. .*\[login-missing\]\n$/)
    assert.equal(kept.status, 0, kept.stderr)
    const told = await client().getCampaign({ campaign_id: 2 })
    assert.deepEqual(JSON.parse(kept.stdout), told, 'the store says the same as the server')
    assert.equal(await done('logout'), 'Logged out.\n')
    assert.equal(existsSync(login), false)
    const unnamed = await outdial(status, store)
    assert.deepEqual([unnamed.status, unnamed.stdout], [0, kept.stdout])
  })
})
