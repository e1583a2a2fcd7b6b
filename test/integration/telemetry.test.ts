// What an OpenTelemetry collector gets of calls: OTLP over HTTP, taken by a server of ours.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpSink } from '#test/http-sink'
import { QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab } from '#test/server-lab'

const ANSWERS = '16177126001'
const BUSY = '16177126002'

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[]
  readonly events: readonly { readonly name: string }[]
}

describe('a collector', () => {
  it('gets each call as one trace, in which nothing tells a number or a key', async (t) => {
    const collector = await new HttpSink().start()
    t.after(() => collector.stop())
    const the = await openServerLab({
      pages: { '/start.vxml': QUICK_DOCUMENT },
      script: { [ANSWERS]: QUICK_CALLEE, [BUSY]: { status: 486 } },
      config: () => ({ telemetryEndpoint: collector.url(''), retryIntervalScale: 0.001 }),
    })
    const answered = await the.lab.queue(the.url, ANSWERS)
    const busy = await the.lab.queue(the.url, BUSY, { max_retries: '1', retry_interval: '60' })
    await Promise.all([the.lab.result(answered), the.lab.result(busy)])
    await the.close()

    const requests = collector.received.filter(({ url }) => url === '/v1/traces')
    const bodies = requests.map(({ body }) => JSON.parse(body))
    const spans: Span[] = bodies.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap((one: { scopeSpans: { spans: Span[] }[] }) =>
        one.scopeSpans.flatMap((scope) => scope.spans),
      ),
    )
    const attempts = spans.filter(({ parentSpanId = '' }) => parentSpanId === '')
    assert.deepEqual(attempts.map(({ name }) => name).sort(), [
      'attempt answered',
      'attempt busy',
      'attempt busy',
    ])
    assert.equal(new Set(attempts.map(({ traceId }) => traceId)).size, 2, 'one trace a call')
    assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, spans.length)

    const call = attempts.find(({ name }) => name === 'attempt answered')
    const parts = spans.filter(({ parentSpanId }) => parentSpanId === call?.spanId)
    assert.deepEqual(parts.map(({ name }) => name).sort(), [
      'conversation',
      'ringing',
      'store answered',
      'store dialing',
      'store ended',
      'store ringing',
    ])
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      const since = Date.now() - Number(BigInt(startTimeUnixNano) / 1_000_000n)
      assert.ok(since > 0 && since < 120_000, 'it began just now')
      assert.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano))
    }
    const events = call?.events.map(({ name }) => name) ?? []
    for (const name of ['sent INVITE', 'received 200 OK', 'sent ACK', 'media prompt-started']) {
      assert.ok(events.includes(name), `${name} in ${events.join(', ')}`)
    }
    const text = requests.map(({ body }) => body).join()
    assert.ok(!text.includes(ANSWERS.slice(1)) && text.includes('+1617•••6001'))
  })
})
