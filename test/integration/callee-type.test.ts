import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { concat, decodeUlaw, encodeUlaw, formatWav, parseWav, silence, tone } from '#audio'
import { silentLogger, systemClock } from '#base'
import { editAccount, findAccount } from '#calls'
import type { CarrierScript } from '#carrier'
import { FliteSynthesizer } from '#speech'
import { LAB_LOGIN, Lab } from '#test/lab'
import { until } from '#test/until'

const PERSON = '16177125101'
const MACHINE = '16177125102'
const FAX = '16177125160'
const SILENT = '16177125180'
const GREETING = 'Hello, nobody can come to the phone at the moment. Please leave a message.'

const SCRIPT: CarrierScript = {
  [PERSON]: { answerAfterMs: 100, says: 'Hello?' },
  [MACHINE]: { answerAfterMs: 100, says: GREETING, tone: 'beep' },
  [FAX]: { answerAfterMs: 100, tone: 'fax' },
}

/** Waits until it is known who answered; leaves a message for a machine, and for nobody else. */
const LEAVES_MESSAGE = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form id="start">
    <field name="key" type="digits?length=1">
      <property name="timeout" value="20s"/>
      <catch event="outdial:calleetype">
        <if cond="session.connection.callee_type == 'answeringmachine'"><goto next="#machine"/></if>
        <exit expr="'not a machine: ' + session.connection.callee_type"/>
      </catch>
    </field>
  </form>
  <form id="machine">
    <field name="key" type="digits?length=1">
      <property name="timeout" value="60s"/>
      <catch event="outdial:beep"><goto next="#message"/></catch>
    </field>
  </form>
  <form id="message">
    <block><prompt><audio src="/message.wav"/></prompt><exit expr="'left a message'"/></block>
  </form>
</vxml>`

/** Says at once what is known of who answered. */
const AT_ONCE = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form><block><exit expr="session.connection.callee_type"/></block></form></vxml>`

/** No two frames of it are the same, so that what was heard of it can be told. */
function makeMessage(): Int16Array {
  const notes = Array.from({ length: 60 }, (_, n) =>
    tone({ frequenciesHz: [310 + 13 * n, 1210 + 17 * n], durationMs: 50, levelDbm0: -14 }),
  )
  return decodeUlaw(encodeUlaw(concat(notes)))
}

describe('who answered, in calls over the simulated carrier', () => {
  const synthesizer = new FliteSynthesizer({ clock: systemClock, log: silentLogger })
  const message = makeMessage()
  let greetingMs = 0
  let lab: Lab
  let server: RunningServer
  before(async () => {
    await synthesizer.start()
    const say = async (text: string): Promise<Int16Array> => {
      const said = await synthesizer.synthesize(text, synthesizer.chooseVoice(undefined))
      if (text === GREETING) greetingMs = 500 + said.length / 8
      return text === GREETING ? concat([silence(500), said]) : said
    }
    const pages = { '/leaves-message.vxml': LEAVES_MESSAGE, '/at-once.vxml': AT_ONCE }
    lab = await Lab.start(pages, { script: SCRIPT, say })
    lab.web.serve('/message.wav', formatWav(message, { sampleRate: 8000 }), 'audio/x-wav')
    server = await run(lab.config(), silentLogger)
  })
  after(async () => {
    await server.stop()
    await lab.stop()
    await synthesizer.stop()
  })

  const call = async (number: string, page: string) => {
    const { result } = await lab.complete(server, { number, page, deadlineMs: 60_000 })
    return result
  }

  describe('where the account has it', { concurrency: true }, () => {
    it('leaves a whole message for a machine, after its beep', async () => {
      const result = await call(MACHINE, '/leaves-message.vxml')
      assert.equal(result.get('exit'), '"left a message"')
      assert.equal(result.get('callee_type'), 'answeringmachine')
      const kept = () => lab.carrier.calls.find(({ number }) => number.endsWith(MACHINE))?.wavFile
      await until(async () => kept() !== undefined)
      const { samples } = parseWav(readFileSync(kept()!))
      const first = Buffer.from(bytesOf(samples)).indexOf(bytesOf(message)) / 2
      assert.ok(first >= 0, 'the whole message, sample by sample')
      const beepEndMs = greetingMs + 500
      const lateMs = first / 8 - beepEndMs
      assert.ok(lateMs > 0, `the message begins ${lateMs} ms after the beep`)
    })

    it('tells a person and a fax from a machine', async () => {
      const [person, fax] = await Promise.all([
        call(PERSON, '/leaves-message.vxml'),
        call(FAX, '/leaves-message.vxml'),
      ])
      assert.equal(person.get('exit'), '"not a machine: voice"')
      assert.equal(person.get('callee_type'), 'voice')
      assert.equal(fax.get('exit'), '"not a machine: fax"')
      assert.equal(fax.get('callee_type'), 'fax')
    })

    it('does not keep the dialogue waiting', async () => {
      const result = await call(SILENT, '/at-once.vxml')
      assert.equal(result.get('exit'), '"processing"')
      assert.equal(result.get('callee_type'), 'unknown')
    })
  })

  it('listens to nobody where the account has switched it off', async () => {
    const { calls } = server.parts
    const { accountId } = await findAccount(calls, LAB_LOGIN.login)
    await editAccount(calls, { accountId, fields: { detect_callee_type: false } })
    const result = await call(SILENT, '/at-once.vxml')
    assert.equal(result.get('exit'), '"unknown"')
    assert.equal(result.get('callee_type'), 'unknown')
  })
})

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
