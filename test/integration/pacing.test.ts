// How many calls run at once, how many begin in a second, and how soon: judged by the carrier's log.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Config } from '#app'
import type { CarrierScript } from '#carrier'
import { QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { mostAtOnce, mostWithin } from '#test/sip-judge'

describe('pacing', { concurrency: 3 }, () => {
  it('never exceeds the lines and the calls per second of the system', async (t) => {
    const limits = { lines: 5, callsPerSecond: 8 }
    const the = await open(t, callees(40), () => limits)
    await runAll(the, 40)
    assertLimits(the, { lines: 5, perSecond: 8 })
  })

  it('never exceeds those of a trunk, where they are the narrower ones', async (t) => {
    const limits = { lines: 2, callsPerSecond: 3 }
    const the = await open(t, callees(10), (trunk) => ({ trunk: { ...trunk, ...limits } }))
    await runAll(the, 10)
    assertLimits(the, { lines: 2, perSecond: 3 })
  })

  it('gives the line back after no answer', async (t) => {
    const script = { [number(0)]: { neverAnswers: true }, [number(1)]: QUICK_CALLEE } as const
    const the = await open(t, script, () => ({ lines: 1, ringTimeoutSeconds: 1 }))
    await queue(the, number(0))
    await the.lab.carrierShows((calls) => calls.length === 1)
    await the.lab.result(await queue(the, number(1)))
    const [ringing, next] = the.lab.dials()
    assert.ok(ringing?.canceledAtMs !== undefined && next !== undefined)
    assert.ok(next.atMs >= ringing.canceledAtMs, 'not while it rang')
    assert.ok(next.atMs - ringing.canceledAtMs < 2000, 'soon after')
  })

  it('expires a call that got no line in time, without dialling it', async (t) => {
    const script = { [number(0)]: { answerAfterMs: 100, hangupAfterMs: 4000 } } as const
    const the = await open(t, script, () => ({ lines: 1 }), { '/start.vxml': LONG_DOCUMENT })
    await queue(the, number(0))
    await the.lab.carrierShows((calls) => calls.length === 1)
    const expiration = String(Math.floor(Date.now() / 1000) + 2)
    const late = await queue(the, number(1), { expiration_timestamp: expiration })
    const form = await the.lab.result(late)
    assert.deepEqual([form.get('outcome'), form.get('attempts')], ['expired', '0'])
    assert.equal(form.get('result'), 'failed')
    await the.lab.carrierShows((calls) => calls[0]?.endedAt !== undefined)
    assert.equal(the.lab.dials(number(1)).length, 0)
  })

  it('dials at once when a line is free', async (t) => {
    const the = await open(t, callees(5))
    const delaysMs: number[] = []
    for (let i = 0; i < 5; i++) {
      const callId = await queue(the, number(i))
      const queuedAtMs = performance.now()
      await the.lab.result(callId)
      delaysMs.push((the.lab.dials(number(i))[0]?.atMs ?? Number.NaN) - queuedAtMs)
    }
    const median = delaysMs.toSorted((a, b) => a - b)[2] ?? Number.NaN
    assert.ok(median < 500, `${delaysMs.map(Math.round)} ms from the reply to the INVITE`)
  })
})

const LONG_DOCUMENT = QUICK_DOCUMENT.replace('<prompt>', '<prompt timeout="60s">')

const number = (index: number): string => String(16_177_125_000 + index)

/** Every third one talks longer: so both limits come to bind. */
function callees(count: number): CarrierScript {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      number(index),
      { ...QUICK_CALLEE, pressAfter: index % 3 === 0 ? 1200 : 150 },
    ]),
  )
}

async function open(
  t: TestContext,
  script: CarrierScript,
  config: (trunk: NonNullable<Config['trunk']>) => Partial<Config> = () => ({}),
  pages: Readonly<Record<string, string>> = {},
): Promise<ServerLab> {
  const the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT, ...pages },
    script,
    config: (lab) => config(lab.trunk),
  })
  t.after(() => the.close())
  return the
}

function queue(
  the: ServerLab,
  phoneNumber: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<number> {
  return the.lab.queue(the.url, phoneNumber, fields)
}

/** Queues so many calls for one moment, and waits for all their results. */
async function runAll(the: ServerLab, count: number): Promise<void> {
  const scheduled = { scheduled_timestamp: String(Math.floor(Date.now() / 1000) + 3) }
  const indices = Array.from({ length: count }, (_, index) => index)
  const ids = await Promise.all(indices.map((index) => queue(the, number(index), scheduled)))
  const forms = await Promise.all(ids.map((callId) => the.lab.result(callId, 60_000)))
  for (const form of forms) assert.equal(form.get('outcome'), 'answered')
  assert.equal(the.lab.dials().length, count)
}

/** Kept, and used: a limit that is far from reached proves nothing. */
function assertLimits(the: ServerLab, limits: { lines: number; perSecond: number }): void {
  const dials = the.lab.dials()
  assert.equal(mostAtOnce(dials), limits.lines)
  const perSecond = mostWithin(dials, 1000)
  assert.ok(perSecond <= limits.perSecond, `${perSecond} calls began within a second`)
  assert.ok(perSecond >= limits.perSecond - 1, `only ${perSecond} calls began within a second`)
}
