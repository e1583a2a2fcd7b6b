// What a network plays before the answer: heard, told by the trace and the outcome, and recorded where that is wanted.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { goertzelPower, powerToDbm0 } from '#audio'
import { silentLogger } from '#base'
import { type CallTrace, traceCall } from '#calls'
import { Lab, QUICK_DOCUMENT } from '#test/lab'
import { readStereoWav } from '#test/stereo-wav'
import { until } from '#test/until'

const BUSY_FOR_EVER = '16177125283'
const VACANT = '16177125284'
const CONGESTED = '16177125285'
const RINGS_AND_ANSWERS = '16177125286'
const ANSWERS_TOO = '16177125386'
const RING_TIMEOUT_S = 8

describe('early media of calls over the simulated carrier', { concurrency: true }, () => {
  let lab: Lab
  let server: RunningServer
  /** Another one, which records all calls. */
  let recorder: RunningServer
  before(async () => {
    lab = await Lab.start({ '/quick.vxml': QUICK_DOCUMENT })
    const setting = { ringTimeoutSeconds: RING_TIMEOUT_S, recordsEarlyMedia: true }
    server = await run(lab.config(setting), silentLogger)
    const own = { dataFolder: join(lab.folder, 'recorder'), node: 'recorder', recordsCalls: true }
    recorder = await run(lab.config({ ...setting, ...own }), silentLogger)
  })
  after(async () => {
    await Promise.all([server.stop(), recorder.stop()])
    await lab.stop()
  })

  const call = async (number: string): Promise<{ callId: number; trace: CallTrace }> => {
    const { callId } = await lab.complete(server, {
      number,
      page: '/quick.vxml',
      deadlineMs: 60_000,
    })
    let trace: CallTrace | undefined
    await until(async () => {
      trace = await traceCall(server.parts.calls, { callId })
      return trace?.attempts.at(-1)?.completeness === 'kept'
    }, 60_000)
    assert.ok(trace)
    return { callId, trace }
  }

  const pathOf = (callId: number): string =>
    join(lab.folder, 'data', 'recordings', `${callId}-1.wav`)

  it('a busy tone that never ends makes a call busy, when it has rung for its whole time', async () => {
    const { callId, trace } = await call(BUSY_FOR_EVER)
    assert.equal(trace.outcome, 'busy')
    assert.equal(trace.cause, `not answered within ${RING_TIMEOUT_S} s, after a busy tone`)
    assert.deepEqual(tonesOf(trace), ['early-media', 'busy'])
    const [dial] = lab.dials(BUSY_FOR_EVER)
    assert.ok(dial?.canceledAtMs)
    const rangMs = momentOf(trace, /^CANCEL/) - momentOf(trace, /^INVITE/)
    assert.ok(rangMs >= RING_TIMEOUT_S * 1000 - 50, `given up after ${rangMs} ms`)

    assert.equal(trace.attempts[0]?.media?.packetsSent, 0, 'no audio is sent')
    const { sent, received } = readStereoWav(readFileSync(pathOf(callId)))
    assert.ok(received.length > 8 * 6000, `${received.length / 8} ms are recorded`)
    assert.ok(level(received, 480) > -35 && level(received, 620) > -35)
    assert.ok(level(received, 1000) < -50)
    assert.ok(sent.every((sample) => sample === 0))
  })

  it('the tones of a vacant number say more than 480', async () => {
    const { callId, trace } = await call(VACANT)
    assert.equal(trace.outcome, 'invalid-number')
    assert.match(trace.cause ?? '', /^480 .*, after information tones \(vacant\)$/)
    assert.deepEqual(tonesOf(trace), ['early-media', 'vacant'])
    assert.ok(existsSync(pathOf(callId)), 'what the network said is recorded')
  })

  it('a congestion tone is told, and a 503 stays what it is', async () => {
    const { trace } = await call(CONGESTED)
    assert.equal(trace.outcome, 'congestion')
    assert.deepEqual(tonesOf(trace), ['early-media', 'congestion'])
  })

  it('a call that is answered goes on as any other, and of it nothing is recorded unasked', async () => {
    const { callId, trace } = await call(RINGS_AND_ANSWERS)
    assert.equal(trace.outcome, 'answered')
    assert.deepEqual(tonesOf(trace), ['early-media', 'ringing'])
    const [dial] = lab.dials(RINGS_AND_ANSWERS)
    assert.ok(dial?.answeredAtMs)
    assert.ok(!existsSync(pathOf(callId)))
  })

  it('goes on in the same recording where all calls are recorded', async () => {
    const { host, port } = recorder.httpAddress
    const fields = { start_url: lab.web.url('/quick.vxml') }
    const callId = await lab.queue(`http://${host}:${port}`, ANSWERS_TOO, fields)
    const file = join(lab.folder, 'recorder', 'recordings', `${callId}-1.wav`)
    // Both servers have a call of this number, so that its result does not tell which has ended.
    await until(async () => existsSync(file), 60_000)
    const { sent, received } = readStereoWav(readFileSync(file))
    assert.ok(level(received.subarray(0, 24_000), 440) > -35, 'it rings at the beginning')
    const spokeAt = sent.findIndex((sample) => Math.abs(sample) > 500)
    assert.ok(spokeAt > 8 * 4000, `the prompt begins ${spokeAt / 8} ms later`)
  })
})

function tonesOf({ attempts }: CallTrace): string[] {
  return (attempts[0]?.entries ?? []).flatMap((entry) => {
    if (entry.kind !== 'media') return []
    if (entry.event === 'progress-tone') return [entry.tone]
    return entry.event === 'early-media' ? [entry.event] : []
  })
}

/** When a message left that begins so. */
function momentOf({ attempts }: CallTrace, begin: RegExp): number {
  const entries = attempts[0]?.entries ?? []
  return entries.find((entry) => entry.kind === 'sip' && begin.test(entry.text))?.atMs ?? Number.NaN
}

/** How loud a pitch is in the second that has most of it, dBm0. */
function level(track: Int16Array, hertz: number): number {
  const seconds = Array.from({ length: Math.floor(track.length / 8000) }, (_, n) =>
    powerToDbm0(goertzelPower(track, hertz, { start: n * 8000, end: (n + 1) * 8000 })),
  )
  return Math.max(...seconds)
}
