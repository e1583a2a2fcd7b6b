// What operators' tools see of a server that places calls: a scrape, a real Prometheus, the dashboard.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { DatabaseRelay } from '#test/database-relay'
import { QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { endProgram, findProgram, freePort } from '#test/program'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const ANSWERS = '16177126001'
const BUSY = '16177126002'
const ROOT = join(import.meta.dirname, '../..')

let the: ServerLab
let relay: DatabaseRelay
before(async () => {
  the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: { [ANSWERS]: QUICK_CALLEE, [BUSY]: { status: 486 } },
    databaseUrl: (url) => {
      relay = new DatabaseRelay(url)
      return relay.start()
    },
  })
  await makeCalls()
})
after(async () => {
  await the.close()
  await relay.stop()
})

async function makeCalls(): Promise<void> {
  const ids = await Promise.all([
    the.lab.queue(the.url, ANSWERS),
    the.lab.queue(the.url, BUSY, { max_retries: '0' }),
  ])
  await Promise.all(ids.map((id) => the.lab.result(id)))
}

describe('a scrape', () => {
  it('tells of the calls that were placed', async () => {
    const metrics = await scrape()
    const value = (name: string): number => metrics.get(name) ?? Number.NaN
    assert.equal(value('outdial_attempts_started_total{trunk="lab"}'), 2)
    assert.equal(value('outdial_calls_ended_total{outcome="answered"}'), 1)
    assert.equal(value('outdial_calls_ended_total{outcome="busy"}'), 1)
    const busy = 'outdial_attempts_ended_total{trunk="lab",outcome="busy",callee_type=""}'
    assert.equal(value(busy), 1)
    assert.equal(value('outdial_start_delay_seconds_count'), 2)
    assert.equal(value('outdial_call_duration_seconds_count'), 1)
    assert.equal(value('outdial_rtp_loss_ratio_count'), 1)
    assert.ok(value('outdial_prompts_total{cached="false"}') >= 1)
    assert.ok(value('outdial_store_seconds_count{kind="transaction"}') > 2)
    assert.equal(value('outdial_lines_in_use'), 0)
    assert.equal(value('outdial_lines_limit'), 50)
    assert.equal(value('outdial_trunk_usable{trunk="lab"}'), 1)
    assert.equal(value('outdial_live_nodes'), 1)
    assert.ok(value('process_resident_memory_bytes') > 1e7)
  })

  it('tells what waits', async () => {
    const tomorrow = String(Math.floor(Date.now() / 1000) + 86_400)
    const value = async (name: string) => (await scrape()).get(name)
    const earlier = await value('outdial_queued_calls')
    await the.lab.queue(the.url, ANSWERS, { scheduled_timestamp: tomorrow })
    await until(async () => (await value('outdial_queued_calls')) === (earlier ?? 0) + 1)
    assert.equal(await value('outdial_oldest_due_call_seconds'), 0, 'none is due')
  })

  it('holds what its page tells, and nothing else', async () => {
    const page = readFileSync(join(ROOT, 'docs/reference/metrics.md'), 'utf8')
    const told = [...page.matchAll(/^\| `(outdial_\w+)` \| (\w+)/gm)].map(([, name, kind]) => [
      name,
      kind,
    ])
    const text = await (await fetch(`${the.url}/metrics`)).text()
    const types = [...text.matchAll(/^# TYPE (outdial_\w+) (\w+)/gm)].map(([, name, kind]) => [
      name,
      kind,
    ])
    assert.deepEqual(told.sort(), types.sort())
  })

  it('is for this machine, unless a token is set', async () => {
    const forwarded = { headers: { 'x-forwarded-for': '198.51.100.7' } }
    const refused = await fetch(`${the.url}/metrics`, forwarded)
    assert.equal(refused.status, 403)
    assert.match(await refused.text(), /OUTDIAL_METRICS_TOKEN/)
  })

  it('says that the store is away, and readiness with it', async () => {
    await relay.cut()
    await until(async () => (await scrape()).get('outdial_store_up') === 0)
    assert.equal((await scrape()).has('outdial_queued_calls'), false)
    const statuses = ['live', 'ready'].map(async (what) => {
      return (await fetch(`${the.url}/health/${what}`)).status
    })
    assert.deepEqual(await Promise.all(statuses), [200, 503])
    await relay.mend()
    await until(async () => (await scrape()).get('outdial_store_up') === 1)
    await until(async () => (await fetch(`${the.url}/health/ready`)).status === 200)
  })
})

describe('a scrape with a token', () => {
  it('is for whoever has it', async (t) => {
    const own = await openServerLab({ config: () => ({ metricsToken: 'let me in' }) })
    t.after(() => own.close())
    const status = async (headers: Record<string, string>) => {
      return (await fetch(`${own.url}/metrics`, { headers })).status
    }
    assert.equal(await status({}), 401)
    assert.equal(await status({ authorization: 'Bearer let me' }), 401)
    const proxied = { 'x-forwarded-for': '198.51.100.7' }
    assert.equal(await status({ authorization: 'Bearer let me in', ...proxied }), 200)
  })
})

describe('Prometheus', { skip: skipReason() }, () => {
  it('answers every query of the dashboard', async (t) => {
    const prometheus = await startPrometheus(t)
    await until(async () => {
      await makeCalls()
      const samples = await prometheus.ask('count_over_time(up{job="outdial"}[1m])')
      return Number(samples[0]?.value[1] ?? 0) >= 3
    })
    const unanswered = dashboardQueries()
    assert.ok(unanswered.size > 30)
    await until(async () => {
      for (const query of unanswered) {
        if ((await prometheus.ask(query)).length > 0) unanswered.delete(query)
      }
      return unanswered.size === 0
    }).catch(() => assert.deepEqual([...unanswered], [], 'no data for these'))
  })
})

/** Value by series. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${the.url}/metrics`)
  assert.equal(response.status, 200)
  const lines = (await response.text()).split('\n').filter((line) => /^\w/.test(line))
  return new Map(
    lines.map((line) => {
      const gap = line.lastIndexOf(' ')
      return [line.slice(0, gap), Number(line.slice(gap + 1))]
    }),
  )
}

function dashboardQueries(): Set<string> {
  const text = readFileSync(join(ROOT, 'deploy/grafana/outdial.json'), 'utf8')
  const { panels } = JSON.parse(text) as { panels: { targets?: { expr: string }[] }[] }
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  return new Set(
    queries.map((query) => query.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*')),
  )
}

interface Sample {
  readonly value: readonly [time: number, value: string]
}

async function startPrometheus(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-prometheus-'))
  const config = {
    scrape_configs: [
      {
        job_name: 'outdial',
        scrape_interval: '1s',
        static_configs: [{ targets: [new URL(the.url).host] }],
      },
    ],
  }
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  const port = await freePort()
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  t.after(async () => {
    await endProgram(child)
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  await until(() =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return {
    async ask(query: string): Promise<readonly Sample[]> {
      const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
      const answer = (await response.json()) as {
        readonly status: string
        readonly error?: string
        readonly data: { readonly result: readonly Sample[] }
      }
      assert.equal(answer.status, 'success', `${query}: ${answer.error}`)
      return answer.data.result
    },
  }
}

function skipReason(): string | false {
  const found = findProgram('prometheus')
  return 'skip' in found ? found.skip : false
}
