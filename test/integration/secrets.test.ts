// No PIN, no password and no key that somebody pressed is ever logged, however much is logged.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestDatabase } from '#test/database'
import { Lab } from '#test/lab'
import { callOnDisk } from '#test/server-lab'

const PIN = '58203917'
const WRONG_PIN = '46091238'
const PASSWORD = 'canary-password'
const KEYS = '7391'
const CALLEE = '16177128000'
const FAILING = '16177128001'

const document = (then: string): string => `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form>
    <field name="secret" type="digits?length=4">
      <prompt>Key in your number.</prompt>
      <filled>${then}</filled>
    </field>
  </form>
</vxml>`

const DONE = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form><block/></form></vxml>`

describe('what is logged, everything included', () => {
  it('has no PIN, no password, no key and no whole number', async (t) => {
    const callee = { answerAfterMs: 100, press: KEYS, pressAfter: 300 }
    const lab = await Lab.start(
      {
        '/start.vxml': document('<submit next="/done.vxml" namelist="secret" method="post"/>'),
        '/failing.vxml': document('<submit next="/nowhere.vxml" namelist="secret" method="get"/>'),
        '/throws.vxml': document('<throw event="error.mine" messageexpr="\'keyed \' + secret"/>'),
        '/done.vxml': DONE,
      },
      {
        script: { [CALLEE]: { ...callee, challenge: true }, [FAILING]: callee },
        credentials: { username: 'canary-user', password: PASSWORD },
      },
    )
    const { db, url, close } = await openTestDatabase()
    t.after(() => lab.stop().finally(close))
    const server = await lab.startServer(
      lab.config({
        databaseUrl: url,
        logLevel: 'debug',
        account: { login: 'canary', pin: PIN },
        trunk: { ...lab.trunk, username: 'canary-user', password: PASSWORD },
      }),
    )
    const login = { login: 'canary', pin: PIN }
    const queue = (number: string, page: string): Promise<number> =>
      lab.queue(server.url, number, { ...login, start_url: lab.web.url(page) })

    await assert.rejects(lab.queue(server.url, CALLEE, { ...login, pin: WRONG_PIN }))
    await assert.rejects(lab.queue(server.url, 'nonsense', login))
    await assert.rejects(lab.queue(server.url, CALLEE, { ...login, max_retries: 'many' }))
    const ids = [
      await queue(CALLEE, '/start.vxml'),
      await queue(FAILING, '/failing.vxml'),
      await queue(FAILING, '/throws.vxml'),
    ] as const
    const outcomes = []
    for (const id of ids) outcomes.push((await lab.result(id)).get('outcome'))
    assert.deepEqual(outcomes, ['answered', 'app-error', 'app-error'])
    const [submitted] = lab.web.requestsFor('/done.vxml')
    assert.equal(submitted?.form.get('secret'), KEYS, 'the keys did come')
    await server.stop()

    const thrown = (await callOnDisk(db, ids[2])).cause
    assert.match(String(thrown), /keyed 7391/, 'its owner is told why it failed')
    assert.match(server.log, /"attempt ended"/)
    const secrets = { PIN, WRONG_PIN, PASSWORD, KEYS, CALLEE, FAILING }
    for (const [name, secret] of Object.entries(secrets)) {
      const lines = server.log.split('\n').filter((line) => line.includes(secret))
      assert.deepEqual(lines, [], `${name} was logged`)
    }
  })
})
