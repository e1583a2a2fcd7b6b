// A client that got no answer sends the same request with the same Idempotency-Key again, to a server
// that was killed in between: one call, one campaign, each dialled once (docs/call-states.md, a and b;
// what was not stored at all is no other request than the first).
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Config } from '#app'
import type { FailPoint } from '#base'
import { openTestDatabase, type TestDatabase } from '#test/database'
import { LAB_LOGIN, Lab, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { freePort } from '#test/program'
import { UploadClient } from '#test/upload-client'

const ANSWERS = ['16177123011', '16177123012']
const SCRIPT = Object.fromEntries(ANSWERS.map((number) => [number, QUICK_CALLEE]))
const KEY = { 'idempotency-key': '6f1c0c2e' }

type Send = (lab: Lab, serverUrl: string) => Promise<string>

const queueCall: Send = async (lab, serverUrl) => {
  const fields = { ...urls(lab), ...LAB_LOGIN, phone_number: ANSWERS[0] ?? '' }
  const body = new URLSearchParams(fields)
  const answer = await fetch(`${serverUrl}/webservice/queuecall.php`, {
    method: 'POST',
    body,
    headers: KEY,
  })
  return answer.text()
}

const queueCalls: Send = (lab, serverUrl) =>
  UploadClient.send(serverUrl, {
    fields: { ...LAB_LOGIN, ...urls(lab), campaign_name: 'once' },
    file: ['destination\n', ...ANSWERS.map((number) => `${number}\n`)],
    headers: KEY,
  })

const urls = (lab: Lab): Record<string, string> => ({
  start_url: lab.web.url('/quick.vxml'),
  result_url: lab.web.url('/result'),
})

/** What the client's second try meets. */
const CASES: readonly (readonly [name: string, FailPoint, Send, number])[] = [
  ['a call that was stored', 'b-after-api-commit', queueCall, 1],
  ['a list half written', 'a-list-half-written', queueCalls, 2],
  ['a list that was complete', 'b-after-api-commit', queueCalls, 2],
]

describe('a key across a crash', { concurrency: 3, timeout: 120_000 }, () => {
  for (const [name, point, send, dials] of CASES) {
    it(`${name}: dialled once`, async (t) => {
      const { lab, config, database } = await open(t)
      const crashing = await lab.startServer(config, point)
      await assert.rejects(send(lab, crashing.url))
      assert.equal(await crashing.exited, 'SIGKILL')
      assert.equal(lab.dials().length, 0)
      const stored = await lastIds(database)
      // As if the silence after which a list is given up had passed.
      await database.db.execute(`UPDATE call_lists SET touched_at = touched_at - interval '1 h'`)

      const restarted = await lab.startServer(config)
      const reply = await untilFinal(() => send(lab, restarted.url))
      assert.match(reply, /status="queued"/)
      assert.equal(await send(lab, restarted.url), reply, 'and so every further try')
      await lab.web.waitUntil(() => postsOf(lab)[dials - 1], 60_000)
      await restarted.stop()
      assert.equal(lab.dials().length, dials)
      assert.equal(postsOf(lab).length, dials)
      if (point === 'b-after-api-commit') {
        assert.deepEqual(await lastIds(database), stored, 'the answer is that of the first try')
        assert.match(reply, new RegExp(` (call|list)_id="(${stored.join('|')})"`))
      }
    })
  }
})

async function open(t: TestContext): Promise<{ lab: Lab; config: Config; database: TestDatabase }> {
  const lab = await Lab.start({ '/quick.vxml': QUICK_DOCUMENT }, { script: SCRIPT })
  const sip = { host: '127.0.0.1', port: await freePort() }
  const database = await openTestDatabase()
  t.after(() => lab.stop().finally(database.close))
  return { lab, config: lab.config({ sip, databaseUrl: database.url }), database }
}

async function lastIds({ db }: TestDatabase): Promise<unknown[]> {
  const [ids] = await db.query<{ call: number; list: number }>(
    `SELECT (SELECT max(call_id) FROM calls) AS call,
       (SELECT max(list_id) FROM call_lists WHERE kind = 'bulk') AS list`,
  )
  return [ids?.call, ids?.list]
}

/** While the list that broke off is being given up, its key is told to be at work. */
async function untilFinal(send: () => Promise<string>): Promise<string> {
  for (;;) {
    const reply = await send()
    if (!reply.includes('code="request-in-progress"')) return reply
  }
}

function postsOf(lab: Lab): string[] {
  return lab.web
    .requestsFor('/result')
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => body)
}
