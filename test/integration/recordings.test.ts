import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { concat, formatWav, goertzelPower, parseWav, powerToDbm0, silence, tone } from '#audio'
import { silentLogger } from '#base'
import type { CarrierScript } from '#carrier'
import { collectBytes, openFile, readRecording } from '#recordings'
import { Lab } from '#test/lab'
import { readStereoWav } from '#test/stereo-wav'

/** The prompt and the callee sound together, each at its own pitch. */
const PROMPT_HZ = 600
const CALLEE_HZ = 1500
const PROMPT_MS = 2000
const CALLEE_MS = 3000
const HUMS = '16177126001'
const QUIET = '16177126002'

const SCRIPT: CarrierScript = {
  [HUMS]: { answerAfterMs: 100, says: 'hum' },
  [QUIET]: { answerAfterMs: 100 },
}

const vxml = (content: string): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">${content}</vxml>`

const PROMPT = '<prompt><audio src="/prompt.wav"/></prompt>'
const PAGES: Readonly<Record<string, string | Uint8Array>> = {
  '/prompt.wav': formatWav(
    tone({ frequenciesHz: [PROMPT_HZ], durationMs: PROMPT_MS, levelDbm0: -12 }),
    { sampleRate: 8000 },
  ),
  '/recorded.vxml': vxml(
    `<property name="recordcall" value="true"/><form><block>${PROMPT}
     <prompt><break time="2s"/></prompt></block></form>`,
  ),
  '/apart.vxml':
    vxml(`<property name="recordcall" value="true"/><property name="timeout" value="1ms"/>
    <form><catch event="noinput"><assign name="asked" expr="asked + 1"/><reprompt/></catch>
    <var name="asked" expr="0"/>
    <field name="a" cond="asked == 0" type="digits?length=1">${PROMPT}</field>
    <field name="b" cond="asked == 1" type="digits?length=1">
      <property name="recordcall" value="false"/>${PROMPT}</field>
    <field name="c" cond="asked == 2" type="digits?length=1">${PROMPT}</field></form>`),
  '/not-recorded.vxml': vxml(`<form><block>${PROMPT}</block></form>`),
}

const KEY = new Uint8Array(32).fill(9)

/** How loud a pitch is in a part of a track, dBm0. */
function level(track: Int16Array, hertz: number, startMs: number, endMs: number): number {
  return powerToDbm0(goertzelPower(track, hertz, { start: startMs * 8, end: endMs * 8 }))
}

/** From the first loud sample to the last, ms. */
function soundOf(track: Int16Array): { fromMs: number; lastsMs: number } {
  const isLoud = (sample: number): boolean => Math.abs(sample) > 500
  const [first, last] = [track.findIndex(isLoud), track.findLastIndex(isLoud)]
  return { fromMs: first / 8, lastsMs: (last + 1 - first) / 8 }
}

describe('recordings of calls', { concurrency: true }, () => {
  const hum = tone({ frequenciesHz: [CALLEE_HZ], durationMs: CALLEE_MS, levelDbm0: -12 })
  let lab: Lab
  let server: RunningServer
  before(async () => {
    const say = async (): Promise<Int16Array> => concat([silence(1000), hum])
    lab = await Lab.start(PAGES, { script: SCRIPT, say })
    server = await run(lab.config({ recordingKey: KEY }), silentLogger)
  })
  after(async () => {
    await server.stop()
    await lab.stop()
  })

  const call = (number: string, page: string) =>
    lab.complete(server, { number, page, deadlineMs: 30_000 })
  const pathOf = (callId: number): string =>
    join(lab.folder, 'data', 'recordings', `${callId}-1.wav.sealed`)
  const openedOf = async (callId: number, key = KEY): Promise<Uint8Array> =>
    collectBytes(readRecording(await openFile(pathOf(callId)), { key }))

  it('have what the callee heard on the left and what was said on the right', async () => {
    const { callId, result } = await call(HUMS, '/recorded.vxml')
    assert.equal(result.get('outcome'), 'answered')
    const { sent, received } = readStereoWav(await openedOf(callId))
    const [prompt, callee] = [soundOf(sent), soundOf(received)]
    assert.ok(Math.abs(prompt.lastsMs - PROMPT_MS) <= 20, `${prompt.lastsMs} ms of the prompt`)
    assert.ok(Math.abs(callee.lastsMs - CALLEE_MS) <= 20, `${callee.lastsMs} ms of the callee`)
    const inBoth = [callee.fromMs + 500, callee.fromMs + 1500] as const
    assert.ok(Math.abs(level(received, CALLEE_HZ, ...inBoth) + 12) < 0.5)
    assert.ok(level(received, PROMPT_HZ, ...inBoth) < -45)
    const ofPrompt = [prompt.fromMs + 500, prompt.fromMs + 1500] as const
    assert.ok(Math.abs(level(sent, PROMPT_HZ, ...ofPrompt) + 12) < 0.5)
    assert.ok(level(sent, CALLEE_HZ, ...ofPrompt) < -45)
    // From the answer to the end of the break.
    const lastsMs = sent.length / 8
    assert.ok(lastsMs >= PROMPT_MS + 2000 && lastsMs < PROMPT_MS + 4000, `${lastsMs} ms`)
    assert.ok(Math.abs(Number(result.get('duration')) - lastsMs / 1000) < 0.7)
  })

  it('leave out what the document wants kept out, and the time goes on', async () => {
    const { callId } = await call(QUIET, '/apart.vxml')
    const { sent } = readStereoWav(await openedOf(callId))
    const { fromMs, lastsMs } = soundOf(sent)
    // Three prompts were played, one after the other, and the second is not in it.
    assert.ok(lastsMs > 3 * PROMPT_MS && lastsMs < 3 * PROMPT_MS + 1500, `${lastsMs} ms`)
    const middle = fromMs + lastsMs / 2
    assert.ok(level(sent, PROMPT_HZ, fromMs + 500, fromMs + 1500) > -13)
    assert.ok(level(sent, PROMPT_HZ, middle - 700, middle + 700) < -60)
    assert.ok(level(sent, PROMPT_HZ, fromMs + lastsMs - 1500, fromMs + lastsMs - 500) > -13)
  })

  it('are made of calls only that ask for them', async () => {
    const { callId } = await call(QUIET, '/not-recorded.vxml')
    assert.ok(!existsSync(pathOf(callId)))
  })

  it('are encrypted on the disk, and no other key opens them', async () => {
    const { callId } = await call(HUMS, '/recorded.vxml')
    const stored = readFileSync(pathOf(callId))
    assert.equal(stored.subarray(0, 8).toString(), 'OUTDREC1')
    assert.ok(!stored.includes('WAVE') && !stored.includes(Buffer.alloc(64, 0xff)))
    assert.throws(() => parseWav(stored), { code: 'wav-invalid' })
    await assert.rejects(openedOf(callId, new Uint8Array(32)), { code: 'recording-key-wrong' })
    const folder = join(lab.folder, 'data', 'recordings')
    const others = readdirSync(folder).filter(
      (name) => !/^\d+-1\.wav\.sealed$|^unfinished$/.test(name),
    )
    assert.deepEqual(others, [])
  })
})
