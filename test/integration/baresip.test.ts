// A call to baresip, a phone that nobody here wrote: it answers, hears the prompt, presses a key.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { silentLogger } from '#base'
import { BaresipPhone } from '#test/baresip'
import { Lab } from '#test/lab'
import { findProgram } from '#test/program'

const FRAME = 160
/** Mean amplitude of a 20 ms frame in which somebody speaks. */
const LOUD = 300
const SILENT_FRAMES = 35

const baresip = findProgram('baresip')

describe('a call to baresip', { skip: 'skip' in baresip ? baresip.skip : false }, () => {
  let lab: Lab
  let phone: BaresipPhone
  let server: RunningServer
  before(async () => {
    lab = await Lab.start()
    phone = await BaresipPhone.start('+16177123000')
    server = await run(lab.config({ trunk: phone.trunk }), silentLogger)
  })
  after(async () => {
    await server?.stop()
    await phone?.stop()
    await lab?.stop()
  })

  it('plays the whole prompt, and takes the key that is pressed after it', async () => {
    const { host, port } = server.httpAddress
    const callId = await lab.queue(`http://${host}:${port}`, '16177123000')
    const heard = await promptAndSilence(phone)
    phone.press('4')
    const form = await lab.result(callId)
    assert.equal(form.get('outcome'), 'answered')
    assert.deepEqual(JSON.parse(form.get('exit') ?? ''), { choice: '4' })
    const seconds = (loudFrames(heard).length * FRAME) / 8000
    assert.ok(seconds > 2 && seconds < 8, `${seconds} s of speech were heard`)
  })
})

/** Waits until the phone has heard speech and then the pause in which an answer is expected. */
async function promptAndSilence(phone: BaresipPhone): Promise<Int16Array> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const heard = phone.heard()
    const last = loudFrames(heard).at(-1)
    if (last !== undefined && heard.length / FRAME - last > SILENT_FRAMES) return heard
    if (performance.now() > deadline) {
      throw new Error(`Heard ${heard.length} samples, no prompt. ${phone.printed}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function loudFrames(samples: Int16Array): number[] {
  const frames = Math.floor(samples.length / FRAME)
  return Array.from({ length: frames }, (_, index) => index).filter((index) => {
    const frame = samples.subarray(index * FRAME, (index + 1) * FRAME)
    return frame.reduce((sum, sample) => sum + Math.abs(sample), 0) / FRAME > LOUD
  })
}
