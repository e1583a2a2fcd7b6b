import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type CommandEnd, OutdialCommand, runOutdial } from '#test/outdial-command'
import { WebApplication } from '#test/web-application'

const ROOT = join(import.meta.dirname, '..', '..')
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED/

const DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="choice">
      <grammar mode="dtmf" version="1.0" root="r" xmlns="http://www.w3.org/2001/06/grammar">
        <rule id="r"><item>1</item></rule>
      </grammar>
      <prompt>Press one. <audio src="tone.wav">no tone</audio></prompt>
      <filled><exit namelist="choice"/></filled>
    </field>
  </form>
</vxml>`

/** Builds, packs and installs the package as npm would from the registry; the reason where it cannot. */
function install(folder: string): string | false {
  const build = run(process.execPath, ['--no-warnings', 'scripts/build.ts', join(folder, 'dist')])
  assert.equal(build.status, 0, build.stdout + build.stderr)
  const pack = npm(['pack', '--loglevel=error', join(folder, 'dist')], folder)
  assert.equal(pack.status, 0, pack.stderr)
  const tarball = `./${pack.stdout.trim()}`
  mkdirSync(join(folder, 'project'))
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  const { status, stderr } = npm(
    ['install', ...options, join(folder, tarball)],
    `${folder}/project`,
  )
  if (status === 0) return false
  assert.match(stderr, NO_REGISTRY)
  return 'the npm registry cannot be reached'
}

const run = (program: string, words: readonly string[], cwd = ROOT) =>
  spawnSync(program, words, { cwd, encoding: 'utf8' })

const npm = (words: readonly string[], cwd: string) => run('npm', words, cwd)

const folder = mkdtempSync(join(tmpdir(), 'outdial-package-'))
// PostgreSQL, which does not run as root, must be able to pass.
if (process.geteuid?.() === 0) {
  rmSync(folder, { recursive: true })
  mkdirSync(folder, { mode: 0o755 })
}
const skip = install(folder)
const project = join(folder, 'project')
const installed = join(project, 'node_modules', 'outdial')

describe('the published package', { skip, timeout: 400_000 }, () => {
  const program = join(project, 'node_modules', '.bin', 'outdial')
  const commands: OutdialCommand[] = []
  const web = new WebApplication({ '/start.vxml': DOCUMENT })

  before(() => web.start())
  after(async () => {
    await web.stop()
    for (const command of commands) command.kill('SIGKILL')
    for (const command of commands) await command.ended
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const outdial = (words: string, env = {}): Promise<CommandEnd> =>
    runOutdial(words.split(' '), { cwd: project, env, program }, 60_000)
  const start = (words: readonly string[], env = {}): OutdialCommand => {
    const command = new OutdialCommand(words, { cwd: project, env, program })
    commands.push(command)
    return command
  }

  it('holds JavaScript, migrations and pages, and no sources, tests or tools', () => {
    assert.deepEqual(readdirSync(installed).sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'docs',
      'lib',
      'migrations',
      'package.json',
      'schemas',
    ])
    // What others import has its types with it.
    const files = readdirSync(join(installed, 'lib'), { recursive: true })
      .map(String)
      .filter((file) => !/^client\/.*\.d\.ts$/.test(file))
    assert.deepEqual(
      files.filter((file) => /\.tsx?$|\.test\./.test(file)),
      [],
    )
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    assert.equal(manifest.devDependencies, undefined)
    assert.equal(manifest.scripts, undefined)
    for (const path of Object.values<string>(manifest.imports)) {
      assert.ok(existsSync(join(installed, path)), path)
    }
  })

  it('has every file that a worker starts from', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true }).map(String)
    const workers = sources.filter((file) => file.endsWith('-worker.ts'))
    assert.ok(workers.length >= 4, workers.join())
    const built = readdirSync(join(installed, 'lib'), { recursive: true }).map((file) =>
      basename(String(file)),
    )
    for (const file of workers) {
      assert.ok(built.includes(basename(file).replace(/\.ts$/, '.js')), file)
    }
  })

  it('runs through the link of npm, and through a link to that link', async () => {
    const { status, stdout } = await outdial('--version')
    assert.equal(status, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
    const link = join(folder, 'outdial')
    symlinkSync(program, link)
    const linked = await runOutdial(['serve', '--help'], { cwd: folder, program: link })
    assert.match(linked.stdout, /^Usage: outdial serve/)
  })

  it('brings all that a call needs: the doctor finds store, media and speech well', async () => {
    const { stdout } = await outdial('doctor', {
      OUTDIAL_HTTP: '127.0.0.1:0',
      OUTDIAL_SIP: '127.0.0.1:0',
    })
    for (const what of ['runtime', 'store', 'http', 'sip', 'speech']) {
      assert.match(stdout, new RegExp(`^ok +${what} `, 'm'))
    }
    assert.match(stdout, /^(ok|WARNING) +media /m)
  })

  it('has a typed client, for programs on whatever Node they run', () => {
    const program = `import { createClient, verifyWebhook } from 'outdial/client'
      const client = createClient({ url: 'http://127.0.0.1:9', auth: { key: 'k' } })
      const queued: Promise<{ call_id: number }> =
        client.queueCall({ body: { phone_number: '16177123000', start_url: 'http://127.0.0.1/' } })
      // @ts-expect-error: there is no such parameter
      client.getCall({ id: 7 }).catch(() => {})
      queued.catch(({ message }: Error) => console.log(message, typeof verifyWebhook))`
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    writeFileSync(join(project, 'uses-client.ts'), program)
    const options = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--types', 'node']
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types')]
    const tsc = join(ROOT, 'node_modules/.bin/tsc')
    const compiled = run(tsc, [...options, ...types, 'uses-client.ts'], project)
    assert.equal(compiled.status, 0, compiled.stdout)
    const ran = run('node', ['uses-client.js'], project)
    assert.match(ran.stdout, /^fetch failed function$/m, ran.stderr)
  })

  it('answers a container’s question after its health', async () => {
    const server = start(['serve'], { OUTDIAL_HTTP: '127.0.0.1:0', OUTDIAL_SIP: '127.0.0.1:0' })
    const [, url = ''] = await server.says(/ready: POST (http:\S+)\/webservice/)
    assert.equal((await outdial(`health --server ${url}`)).status, 0)
    server.kill('SIGTERM')
    await server.ended
    assert.equal((await outdial(`health --server ${url}`)).status, 1)
  })

  it('runs its demo by npx, as the first thing in an empty folder', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '')
    const words = ['--yes', '--prefer-offline', '--package', tarball, 'outdial', 'demo']
    const { status, stdout, stderr } = await runOutdial(
      words,
      { cwd: empty, program: 'npx' },
      240_000,
    )
    assert.equal(status, 0, stdout + stderr)
    assert.equal(
      readdirSync(join(empty, 'demo-output')).filter((name) => name.endsWith('.wav')).length,
      2,
    )
  })

  it('holds a conversation', async () => {
    const carrier = start(['carrier', '--sip', '127.0.0.1:0', '--output', 'heard'])
    const [, trunk = ''] = await carrier.says(/OUTDIAL_TRUNK='(.*)'/)
    const settings = {
      OUTDIAL_HTTP: '127.0.0.1:0',
      OUTDIAL_SIP: '127.0.0.1:0',
      OUTDIAL_ACCOUNT: 'demo:1234',
      OUTDIAL_TRUNK: trunk,
      OUTDIAL_ALLOW_PRIVATE_URLS: '127.0.0.0/8',
    }
    const server = start(['serve'], settings)
    const [, url = ''] = await server.says(/ready: POST (http:\S+)\/webservice/)
    const words = ['call', '16177123011', '--url', web.url('/start.vxml'), '--server', url]
    const { status, stdout, stderr } = await start(words, settings).ended
    assert.equal(status, 0, stderr)
    assert.match(stdout, /ended: answered .*exit \{"choice":"1"\}\n$/)
    const [, wavFile = ''] = await carrier.says(/ended by .*: (\S+\.wav)/)
    assert.ok(statSync(join(project, wavFile)).size > 16_000)
    server.kill('SIGTERM')
    carrier.kill('SIGTERM')
    assert.equal((await server.ended).status, 0, server.stderr)
    assert.equal((await carrier.ended).status, 0, carrier.stderr)
  })
})
