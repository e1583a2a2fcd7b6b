// A schedule and a pacing profile are edited while the campaign that names them runs: what its calls do then is
// judged by the carrier's log.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const RINGS = '16177127000'
const ANSWERS = ['16177127001', '16177127002'] as const
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const OPEN = 'mon-sun 00:00-24:00'
const AUTHORIZATION = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`

describe('profiles of a running campaign', { timeout: 120_000 }, () => {
  it('put its calls off, let them go and give them lines, from an edit on', async (t) => {
    const the = await open(t)
    const closed = closedNow()
    await ask(the, 'POST', '/v1/schedules', { name: 'office', calling_window: closed })
    await ask(the, 'POST', '/v1/pacing-profiles', { name: 'slow', lines: 1 })
    const campaignId = await upload(the)
    await putOff(the, campaignId, 3)
    assert.equal(the.lab.dials().length, 0)

    await ask(the, 'PATCH', '/v1/schedules/office', { calling_window: OPEN })
    await the.lab.carrierShows((calls) => calls.length === 1)
    await ask(the, 'PATCH', '/v1/schedules/office', { calling_window: closed })
    // There is a line for the next call now, and it is put off: they are closed again.
    await ask(the, 'PATCH', '/v1/pacing-profiles/slow', { lines: 2 })
    await putOff(the, campaignId, 2)
    assert.equal(the.lab.dials().length, 1)
    assert.equal(the.lab.dials(RINGS).length, 1)

    await ask(the, 'PATCH', '/v1/schedules/office', { calling_window: OPEN })
    await the.lab.carrierShows((calls) => calls.length === 3)
    for (const number of ANSWERS) assert.equal(the.lab.dials(number).length, 1)
    const shown = await ask(the, 'GET', `/v1/campaigns/${campaignId}`)
    const { schedule, pacing_profile: profile, lines } = shown
    assert.deepEqual([schedule, profile, lines], ['office', 'slow', 2])
    await ask(the, 'POST', `/v1/campaigns/${campaignId}/cancel`)
    await ask(the, 'DELETE', '/v1/schedules/office')
  })
})

async function open(t: TestContext): Promise<ServerLab> {
  const the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: {
      [RINGS]: { neverAnswers: true },
      ...Object.fromEntries(ANSWERS.map((number) => [number, QUICK_CALLEE])),
    },
    config: () => ({ ringTimeoutSeconds: 100 }),
  })
  t.after(() => the.close())
  return the
}

/** Whichever zone a callee may be in, and however long the test may take. */
function closedNow(): string {
  return `${WEEKDAYS[(new Date().getUTCDay() + 3) % 7]} 10:00-11:00`
}

async function upload(the: ServerLab): Promise<number> {
  const query = new URLSearchParams({
    ...{ campaign_name: 'spring', start_url: the.lab.web.url('/start.vxml') },
    ...{ schedule: 'office', pacing_profile: 'slow' },
  })
  const list = ['destination', RINGS, ...ANSWERS].join('\n')
  const { campaign_id: campaignId } = await ask(the, 'POST', `/v1/campaigns?${query}`, list)
  return Number(campaignId)
}

/** Waits until so many of its calls have been put off by their hours. */
async function putOff(the: ServerLab, campaignId: number, calls: number): Promise<void> {
  await until(async () => {
    const [row] = await the.db.query<{ putOff: number }>(
      `SELECT count(*) AS "putOff" FROM calls
       WHERE campaign_id = $1 AND state = 'queued' AND due_at > now() + interval '1 hour'`,
      [campaignId],
    )
    return row?.putOff === calls
  })
}

async function ask(
  { url }: ServerLab,
  method: string,
  path: string,
  body?: object | string,
): Promise<Record<string, unknown>> {
  const isList = typeof body === 'string'
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: AUTHORIZATION,
      'content-type': isList ? 'text/csv' : 'application/json',
    },
    ...(body === undefined ? {} : { body: isList ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${text}`)
  return text === '' ? {} : JSON.parse(text)
}
