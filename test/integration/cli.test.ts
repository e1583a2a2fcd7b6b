import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { type CommandEnd, OutdialCommand, runOutdial } from '#test/outdial-command'
import { WebApplication } from '#test/web-application'

const DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="choice" type="digits?length=1">
      <property name="timeout" value="3s"/>
      <prompt>This is a test call. Press any key.</prompt>
      <noinput><exit expr="'silence'"/></noinput>
      <filled><exit namelist="choice"/></filled>
    </field>
  </form>
</vxml>`

/** Every command, and what its help must name. */
const COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['', 'serve', 'demo', 'call', 'carrier', 'account', 'trunk', 'migrate', 'doctor', '--version'],
  ['serve', 'OUTDIAL_DRAIN', 'SIGTERM'],
  ['demo', '--output'],
  ['call', '<number>', '--url', '--result-url', '--retries', '--server', 'OUTDIAL_ACCOUNT'],
  ['cancel', '[call]', '--hang-up', '--pending', '--json'],
  ['login', '<url>', '--key', '--account', '--pin', 'OUTDIAL_KEY', 'login.json'],
  ['campaign', 'create', 'preview', 'list', 'status', 'edit', 'pause', 'resume', 'drain', 'export'],
  ['campaign create', '<list>', '<name>', '[field=value...]', '--url', '--server', '--key'],
  ['campaign pause', '--server', '--store', 'OUTDIAL_URL, else by outdial login', '--json'],
  ['campaign edit', '<field=value...>', '--if-version', 'calling_window', '--store'],
  ['watch', '[campaign]', '--json', 'Ctrl-C', 'Exit status'],
  ['hold', '[login]', '--json'],
  ['resume', '[login]', '--json'],
  ['carrier', '--sip', '127.0.0.1:5070', '--output', '--script', 'rings for ever'],
  ['account', 'add', 'set', 'show'],
  ['account set', '<login>', '<field=value...>', 'calling_window', 'number_cap', 'holidays'],
  ['why', '<call>', '--json'],
  ['trace', '<call>', '--pcap', '--json'],
  ['preview', '<list>', '[field=value...]', '--rate', '--seed', '--account'],
  ['dnc', 'add', 'import', 'remove', 'list'],
  ['schedule', 'add', 'set', 'show', 'list', 'remove'],
  ['schedule set', '<name>', '<field=value...>', 'calling_window, holidays', '--if-version'],
  ['pacing add', '<field=value...>', 'lines, calls_per_second, weight', 'pacing_profile=NAME'],
  ['account add', '<login>', '<pin>', '--time-zone', '--country'],
  ['key', 'add', 'list', 'revoke'],
  ['key add', '<name>', '--role', '--account', '--installation', '--json'],
  ['key list', '--account'],
  ['key revoke', '<id>'],
  ['account pin', '<login>', 'standard input'],
  ['user', 'add', 'list', 'set', 'remove'],
  ['user add', '<login>', '<name>', '--role', 'standard input', '--json'],
  ['user set', '--role', '--password'],
  ['trunk', 'add', 'list'],
  ['trunk add', '<name>', '<uri>', '--replace', '--invalid-caller-id', '--tls-ca'],
  ['trunk list', '--help'],
  ['migrate', '--help'],
  ['doctor', 'Exit status'],
  ['health', '--server', 'Exit status'],
  ['backup', '<file>', 'recordings are not in it'],
  ['restore', '<file>', 'until it is resumed'],
  ['completion', '<shell>', 'source <(outdial completion bash)'],
  ['mcp', 'OUTDIAL_TEST_NUMBERS', 'queue_test_call'],
]

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['nonsense', /unknown command 'nonsense'\nRun 'outdial --help'/],
  ['serv', /Did you mean serve\?/],
  ['serve --port 8080', /unknown option '--port'\nRun 'outdial serve --help'/],
  ['serve now', /too many arguments/],
  ['trunk remove x', /unknown command 'remove'\nRun 'outdial trunk --help'/],
  ['key list', /say whose key it is/],
  ['key list --account a --installation', /cannot be used with option/],
  ['user set demo ann', /say what changes: --role <role> or --password/],
  ['user set demo ann --role root', /Allowed choices are viewer, operator, owner/],
  ['account add demo', /missing required argument 'pin'/],
  ['call 16177123011', /required option '--url <url>' not specified/],
  ['call 1 --url http://x --retries 11', /'11' is invalid. It may be a whole number from 0 to 10/],
  ['call 1 --url http://x --server localhost', /It may be an http or https URL/],
  ['cancel', /name one call, or an account by --pending/],
  ['cancel x', /'x' is invalid for argument 'call'. It may be a whole number from 1 on/],
  ['campaign edit 1 lines', /"lines" is not field=value/],
  ['why x', /'x' is invalid for argument 'call'. It may be a whole number from 1 on/],
  ['preview l.csv --rate answered', /"answered" is not name=number, for example answered=0.4/],
  ['carrier --sip 5070', /"5070" is not address:port/],
  ['trunk add t sip:a%zz:b@h', /The user has a % that begins no character/],
  ['trunk add t sip:h --ping never', /ping=never is not possible; it may be off, or seconds/],
  ['trunk add t sip:h;ping=1 --ping 2', /The parameter ping is given twice/],
]

describe('the command line', { timeout: 1_800_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-cli-'))
  const running: OutdialCommand[] = []

  before(() => {
    // PostgreSQL, which does not run as root, must be able to pass.
    if (process.geteuid?.() === 0) rmSync(folder, { recursive: true })
    mkdirSync(folder, { recursive: true, mode: 0o755 })
  })
  afterEach(async () => {
    for (const command of running.splice(0)) {
      command.kill('SIGKILL')
      await command.ended
    }
  })
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

  const outdial = (words: string, env: Record<string, string> = {}): Promise<CommandEnd> =>
    runOutdial(words === '' ? [] : words.split(' '), { cwd: folder, env })
  const start = (words: readonly string[], env: Record<string, string> = {}): OutdialCommand => {
    const command = new OutdialCommand(words, { cwd: folder, env })
    running.push(command)
    return command
  }

  it('explains every command and names its options', async () => {
    const helps = await fewAtOnce(COMMANDS, ([words]) => outdial(`${words} --help`.trim()))
    for (const [index, [words, ...named]] of COMMANDS.entries()) {
      const { status, stdout, stderr } = helps[index] ?? assert.fail()
      assert.deepEqual([words, status, stderr], [words, 0, ''])
      for (const name of named) assert.ok(stdout.includes(name), `${words}: ${name}\n${stdout}`)
    }
  })

  it('answers a wrong command line with a sentence, where to look, and exit status 64', async () => {
    const answers = await fewAtOnce(WRONG, ([words]) => outdial(words))
    for (const [index, [words, sentence]] of WRONG.entries()) {
      const { status, stdout, stderr } = answers[index] ?? assert.fail()
      assert.deepEqual([words, status, stdout], [words, 64, ''])
      assert.match(stderr, /^outdial: /)
      assert.match(stderr, sentence)
      assert.doesNotMatch(stderr, /\n {4}at /)
    }
  })

  it('tells its version', async () => {
    const { status, stdout } = await outdial('--version')
    assert.equal(status, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })

  it('ends with one sentence and its code where something hinders it', async () => {
    const port = await takePort()
    const settings = { OUTDIAL_DATA: 'hindered', OUTDIAL_ACCOUNT: 'a:1' }
    const cases: readonly (readonly [string, Record<string, string>, RegExp])[] = [
      ['serve', { OUTDIAL_LINES: 'many' }, /OUTDIAL_LINES: "many" is not .* \[setting-invalid\]/],
      ['serve', { OUTDIAL_LINE: '3' }, /Did you mean OUTDIAL_LINES\? .* \[setting-unknown\]/],
      ['serve', { OUTDIAL_CONFIG: 'none.env' }, /none\.env cannot be read .* \[setting-invalid\]/],
      ['serve', { OUTDIAL_ALLOW_PRIVATE_URLS: 'lan' }, /URLS: "lan" is not a network.*setting-inv/],
      ['migrate', { OUTDIAL_DATA: '/dev/null/data' }, /null\/data cannot be used.*folder-denied/],
      ['serve', { OUTDIAL_DATA: '/dev/null/data' }, /null\/data cannot be used.*folder-denied/],
      ['serve', { DATABASE_URL: 'postgresql://127.0.0.1:1/x' }, /\[store-unavailable\]/],
      ['call 1 --url http://x', { OUTDIAL_ACCOUNT: '' }, /\[account-missing\]/],
      ['call 1 --url http://x', { OUTDIAL_HTTP: '127.0.0.1:1' }, /\[server-unreachable\]/],
      ['carrier --script none.json', {}, /none\.json cannot be read. \[carrier-invalid-script\]/],
      [`carrier --sip 127.0.0.1:${port.number}`, {}, /\[sip-bind-failed\]/],
    ]
    for (const [words, env, sentence] of cases) {
      const { status, stderr } = await outdial(words, { ...settings, ...env })
      assert.equal(status, 1, `${words}: ${stderr}`)
      assert.match(stderr, /^outdial: [^\n]*\n$/)
      assert.match(stderr, sentence)
    }
    port.free()
  })

  it('sets a data folder up, step by step, until the doctor is content', async () => {
    const env = { OUTDIAL_HTTP: '127.0.0.1:0', OUTDIAL_SIP: '127.0.0.1:0' }
    const sick = await outdial('doctor', env)
    assert.equal(sick.status, 1)
    assert.match(sick.stdout, /ok +store +PostgreSQL \d+\.\d+, embedded in .*migrated: 0001/)
    assert.match(sick.stdout, /FAULT +accounts .*\n.*OUTDIAL_ACCOUNT=login:pin/)
    assert.match(sick.stdout, /FAULT +trunk .*\n.*OUTDIAL_TRUNK=sip:/)

    assert.match((await outdial('account add demo 1234', env)).stdout, /Account demo is made/)
    const twice = await outdial('account add demo 1234', env)
    assert.equal(twice.status, 1)
    assert.match(twice.stderr, /\[account-exists\]/)
    assert.match((await outdial('trunk list', env)).stdout, /There is no trunk/)
    const added = await outdial('trunk add pbx sip:u:secret@127.0.0.1:5099;transport=tcp', env)
    assert.match(added.stdout, /Trunk pbx: sip:127\.0\.0\.1:5099;transport=tcp/)
    assert.match((await outdial('trunk add pbx sip:127.0.0.1', env)).stderr, /\[trunk-exists\]/)
    const { stdout: trunks } = await outdial('trunk list --json', env)
    const { name, host, username } = JSON.parse(trunks)
    assert.deepEqual([name, host, username], ['pbx', '127.0.0.1', 'u'])
    assert.doesNotMatch(trunks, /secret/)
    assert.deepEqual(JSON.parse((await outdial('migrate --json', env)).stdout), { applied: [] })
    const key = JSON.parse((await outdial('key add k --account demo --json', env)).stdout)
    assert.match(key.key, /^odk_/)
    assert.deepEqual([key.name, key.role], ['k', 'operator'])

    // From here on the settings come from a file.
    writeFileSync(join(folder, 'outdial.env'), 'OUTDIAL_ACCOUNT=demo:9\nOUTDIAL_SIP=127.0.0.1:0\n')
    const well = await outdial('doctor', { OUTDIAL_HTTP: '127.0.0.1:0' })
    assert.equal(well.status, 0, well.stdout)
    assert.match(well.stdout, /WARNING +accounts .*another PIN/)
    assert.match(
      well.stdout,
      /WARNING +trunk pbx .*reached from 127\.0\.0\.1; nobody answers there/,
    )
    assert.match(well.stdout, /ok +speech/)
    rmSync(join(folder, 'outdial.env'))
    assert.equal(postgresLockFile(folder, 'outdial-data'), false)
  })

  describe('with a server and a carrier', () => {
    const web = new WebApplication({ '/start.vxml': DOCUMENT })
    let carrier: OutdialCommand
    let server: OutdialCommand
    let url = ''
    let settings: Record<string, string> = {}

    before(async () => {
      await web.start()
      carrier = new OutdialCommand(['carrier', '--sip', '127.0.0.1:0', '--output', 'heard'], {
        cwd: folder,
      })
      const [, trunk = ''] = await carrier.says(/OUTDIAL_TRUNK='(.*)'/)
      settings = {
        OUTDIAL_HTTP: '127.0.0.1:0',
        OUTDIAL_SIP: '127.0.0.1:0',
        OUTDIAL_DATA: 'served',
        OUTDIAL_ACCOUNT: 'demo:1234',
        OUTDIAL_TRUNK: trunk,
        OUTDIAL_RTP_PORTS: '20000-29999',
        OUTDIAL_ALLOW_PRIVATE_URLS: '127.0.0.0/8',
      }
      await serve()
    })
    after(async () => {
      await web.stop()
      const ends = [server, carrier].map((command) => {
        command?.kill('SIGTERM')
        return command?.ended
      })
      for (const end of ends) assert.equal((await end)?.status, 0, (await end)?.stderr)
      assert.equal(postgresLockFile(folder, 'served'), false)
    })

    async function serve(): Promise<void> {
      server = new OutdialCommand(['serve'], { cwd: folder, env: settings })
      url = (await server.says(/ready: POST (http:\S+)\/webservice/))[1] ?? ''
    }
    const call = (number: string): OutdialCommand =>
      start(['call', number, '--url', web.url('/start.vxml'), '--server', url], settings)

    it('follows a call that is answered, with exit status 0', async () => {
      const { status, stdout, stderr } = await call('16177123011').ended
      assert.equal(status, 0, stderr)
      assert.equal(stderr, '')
      const lines = stdout.trim().split('\n')
      assert.match(lines[0] ?? '', /^queued as call \d+$/)
      assert.ok(lines.includes('attempt 1: answered, in conversation'), stdout)
      assert.match(lines.at(-1) ?? '', /^ended: answered .* exit \{"choice":"1"\}$/)
      const [, wavFile = ''] = await carrier.says(/16177123011 ended by .*: (\S+\.wav)/)
      assert.ok(statSync(join(folder, wavFile)).size > 16_000)
    })

    it('ends with exit status 1 for a call that nobody answers, and one that is refused', async () => {
      const busy = await call('16177123020').ended
      assert.equal(busy.status, 1)
      assert.match(busy.stdout, /ended: busy \(486/)
      const refused = await call('12').ended
      assert.equal(refused.status, 1)
      assert.match(refused.stderr, /^outdial: The server refused the call: phone_number .*\n$/)
    })

    it('keeps rules, tries a list out, and says why a call is not dialled', async () => {
      const run = async (...words: string[]): Promise<CommandEnd> => {
        const end = await start(words, settings).ended
        assert.equal(end.status, 0, end.stderr)
        return end
      }
      const login = settings['OUTDIAL_ACCOUNT']?.split(':')[0] ?? ''
      assert.match((await run('account', 'set', login, 'number_cap=9')).stdout, /^number_cap=9$/m)
      const { stdout: set } = await run('account', 'set', login, 'destinations=US, !+1900')
      assert.match(set, /^destinations=\["US","!\+1900"\]$/m)
      const { stderr: barred } = await call('19002123456').ended
      assert.match(barred, /refused the call: phone_number is not to be called: .* of \+1900; send/)
      const { stdout: added } = await run('dnc', 'add', '16177123099', '--reason', 'asked')
      assert.match(added, /^1 of 1 numbers/)
      writeFileSync(join(folder, 'list.csv'), 'destination\n6177123098\n6177123099\nx\n')
      const { stdout: told } = await run('preview', 'list.csv', 'lines=2', '--rate', 'answered=1')
      assert.match(told, /^2 calls accepted, 1 rows refused, 0 numbers repeated\.\n {2}line 4: x: /)
      assert.match(told, /^Never dialled: do-not-call 1\.$/m)
      assert.match(told, /^1 attempts, 1 lines at most; finished at /m)
      const refused = await call('16177123099').ended
      const [, callId = ''] = /queued as call (\d+)/.exec(refused.stdout) ?? []
      assert.match(refused.stdout, /ended: do-not-call/)
      const { stdout: why } = await run('why', callId)
      assert.match(
        why,
        /is ended\. It ended at .*: do-not-call, the number is on .*list: asked\.$/m,
      )
    })

    it('says where a call is that it cannot follow', async () => {
      const elsewhere = { ...settings, OUTDIAL_DATA: 'elsewhere' }
      const words = ['call', '16177123020', '--url', web.url('/start.vxml'), '--server', url]
      const { status, stderr } = await start(words, elsewhere).ended
      assert.equal(status, 1)
      assert.match(stderr, /\[call-not-found\]/)
    })

    it('is healthy to the doctor while it runs', async () => {
      const address = url.replace('http://', '')
      const given = { ...settings, OUTDIAL_HTTP: address }
      const { status, stdout } = await outdial('doctor --json', given)
      assert.equal(status, 0, stdout)
      const findings = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      const { state, detail } = findings.find(({ what }) => what === 'server')
      assert.equal(state, 'ok')
      assert.match(detail, /^process \d+ uses this data folder and answers at http/)
    })

    it('refuses a second server on its data folder', async () => {
      const { status, stderr } = await outdial('serve', settings)
      assert.equal(status, 1)
      assert.match(
        stderr,
        /^outdial: Another server \(process \d+\) uses .*\[data-folder-in-use\]\n$/,
      )
    })

    it('undoes everything where its port is taken', async () => {
      const taken = { OUTDIAL_HTTP: url.replace('http://', ''), OUTDIAL_DATA: 'undone' }
      const { status, stderr } = await outdial('serve', { ...settings, ...taken })
      assert.equal(status, 1)
      assert.match(stderr, /another program listens there.*\[http-not-listening\]\n$/)
      assert.equal(postgresLockFile(folder, 'undone'), false)
      assert.equal(existsSync(join(folder, 'undone', 'server.pid')), false)
    })

    it('lets a conversation finish when it is told to stop', async () => {
      const last = call('16177123000')
      await last.says(/answered, in conversation/)
      server.kill('SIGTERM')
      await server.says(/SIGTERM: no new calls/)
      const [{ status, stderr }, followed] = await Promise.all([server.ended, last.ended])
      assert.equal(status, 0, stderr)
      assert.match(server.stdout, /Outdial has stopped\.\n$/)
      assert.match(followed.stdout, /ended: answered .*silence/)
      assert.equal(followed.status, 0)
      assert.equal(postgresLockFile(folder, 'served'), false)
      await serve()
    })

    it('ends at once at a second signal; a restart ends the call that was left', async () => {
      const left = call('16177123000')
      await left.says(/answered, in conversation/)
      server.kill('SIGINT')
      await server.says(/SIGINT: no new calls/)
      server.kill('SIGINT')
      assert.equal((await server.ended).status, 130)
      await left.says(/does not answer/)
      await serve()
      await left.ended
      assert.match(left.stdout, /ended: answered \(.*\n$/)
    })
  })
})

/** A TCP port of loopback that somebody has. */
async function takePort(): Promise<{ number: number; free: () => void }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { number: (server.address() as AddressInfo).port, free: () => void server.close() }
}

/** There while the embedded PostgreSQL of a data folder runs. */
function postgresLockFile(folder: string, data: string): boolean {
  return existsSync(join(folder, data, 'postgresql', 'data', 'postmaster.pid'))
}

/** All of them, but no more processes at once than a small machine can start in time. */
async function fewAtOnce<One, Answer>(
  all: readonly One[],
  ask: (one: One) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  const waiting = [...all.entries()]
  const askNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      answers[next[0]] = await ask(next[1])
    }
  }
  await Promise.all(Array.from({ length: 4 }, askNext))
  return answers
}
