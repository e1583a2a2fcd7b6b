// The examples for client applications, run as they are printed, against a server that places their calls.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { findProgram, freePort } from '#test/program'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const FOLDER = join(import.meta.dirname, '../../examples/clients')
const NUMBER = '16177126001'

const CLIENTS: readonly (readonly [program: string, ...words: string[]])[] = [
  ['sh', 'queue-call.sh'],
  ['php', 'queue-call.php'],
  ['python3', 'queue_call.py'],
  ['dotnet', 'run', 'QueueCall.cs'],
]

let the: ServerLab
before(async () => {
  the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: { [NUMBER]: QUICK_CALLEE },
  })
})
after(() => the.close())

function runClient([program, ...words]: readonly [string, ...string[]], changes = {}) {
  const env = {
    ...process.env,
    OUTDIAL_URL: the.url,
    OUTDIAL_LOGIN: LAB_LOGIN.login,
    OUTDIAL_PIN: LAB_LOGIN.pin,
    PHONE_NUMBER: NUMBER,
    START_URL: the.lab.web.url('/start.vxml'),
    RESULT_URL: the.lab.web.url('/result'),
    ORDER: `${words.at(-1)}-17`,
    ...changes,
  }
  const child = spawn(program, words, { cwd: FOLDER, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => (output.stdout += text))
  child.stderr.on('data', (text) => (output.stderr += text))
  return once(child, 'close').then(([status]) => ({ status, ...output }))
}

describe('an example client', () => {
  let first: number | undefined
  for (const client of CLIENTS) {
    const file = client.at(-1) ?? ''
    it(`${file} queues a call, and says why one is refused`, {
      skip: missing(client[0]),
    }, async () => {
      const refused = await runClient(client, { PHONE_NUMBER: '12', ORDER: `${file}-16` })
      assert.equal(refused.status, 1)
      assert.match(refused.stderr, /phone_number/)
      const { status, stdout, stderr } = await runClient(client)
      assert.equal(status, 0, stderr)
      assert.match(stdout, /^\d+\n$/)
      first ??= Number(stdout)
      const form = await the.lab.result(Number(stdout))
      assert.equal(form.get('outcome'), 'answered')
    })
  }

  it('that sends a request again, under its key, queues no second call', {
    skip: missing('python3'),
  }, async () => {
    const ids = [
      await runClient(['python3', 'queue_call.py']),
      await runClient(['python3', 'queue_call.py']),
    ]
    assert.equal(ids[0]?.stdout, ids[1]?.stdout)
    assert.ok(first !== undefined)
  })

  it('result.php takes checks for what they are, and each result once', {
    skip: missing('php'),
  }, async (t) => {
    const port = await freePort()
    const results = join(the.lab.folder, 'results.txt')
    const server = spawn('php', ['-S', `127.0.0.1:${port}`, '-t', FOLDER], {
      env: { ...process.env, RESULTS: results, TMPDIR: the.lab.folder },
      stdio: 'ignore',
    })
    t.after(() => server.kill())
    const url = `http://127.0.0.1:${port}/result.php`
    await until(() =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    const callId = await the.lab.queue(the.url, NUMBER, { result_url: url })
    await until(async () => spawnSync('test', ['-s', results]).status === 0)
    assert.equal(
      readFileSync(results, 'utf8'),
      `${callId}\tcompleted\tanswered\t1\t{"choice":"1"}\n`,
    )
  })
})

function missing(program: string): string | false {
  const found = findProgram(program)
  return 'skip' in found ? `${program} is not installed` : false
}
