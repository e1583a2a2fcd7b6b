// Calls to baresip, a phone that nobody here wrote: it answers, hears, presses, speaks and hangs up, over
// each transport, with encrypted audio, and in Opus.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { concat, formatWav, silence, tone } from '#audio'
import type { Trunk } from '#model'
import { BaresipPhone, type BaresipSetting } from '#test/baresip'
import { loudSeconds, pitchSeconds, promptAndPause } from '#test/heard-speech'
import { QUICK_DOCUMENT } from '#test/lab'
import { findProgram } from '#test/program'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { eventually } from '#test/sip-agents'
import { CertificateAuthority } from '#test/sip-certificates'
import { readStereoWav } from '#test/stereo-wav'

const NUMBER = '16177123000'
/** What the phone says: so much of this pitch, half a second after its answer. */
const PITCH = { hertz: 700, seconds: 1.2 }
const SAYS = concat([
  silence(500),
  tone({ frequenciesHz: [PITCH.hertz], durationMs: PITCH.seconds * 1000, levelDbm0: -10 }),
])

/** What we say in a call that is held: longer than it takes to hold it. */
const LONG = { hertz: 500, seconds: 3 }
/** So long it is held. */
const HELD_MS = 1000
const vxml = (content: string): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form>${content}</form></vxml>`

const PAGES = {
  '/start.vxml': QUICK_DOCUMENT,
  '/bye.vxml': vxml('<block><exit/></block>'),
  '/long.vxml': vxml('<block><prompt><audio src="/long.wav"/></prompt><exit/></block>'),
  '/long.wav': formatWav(
    tone({ frequenciesHz: [LONG.hertz], durationMs: LONG.seconds * 1000, levelDbm0: -12 }),
    { sampleRate: 8000 },
  ),
}
const TRANSPORTS = ['udp', 'tcp', 'tls'] as const

const program = ['baresip', 'openssl'].map(findProgram).find((found) => 'skip' in found)
const skip = program !== undefined && 'skip' in program ? program.skip : false

describe('a call to baresip', { skip, concurrency: 4 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-baresip-test-'))
  const caFile = join(folder, 'ca.pem')
  let authority: CertificateAuthority
  before(() => {
    authority = new CertificateAuthority()
    writeFileSync(caFile, authority.ca)
  })
  after(() => {
    authority.remove()
    rmSync(folder, { recursive: true })
  })

  /** A phone, and a server whose trunk it is; both end with the test. */
  async function start(
    test: TestContext,
    transport: (typeof TRANSPORTS)[number],
    phoneSetting: Partial<BaresipSetting> = {},
    trunk: Partial<Trunk> = {},
  ): Promise<{
    phone: BaresipPhone
    all: ServerLab
    queue: (fields?: object) => Promise<number>
  }> {
    const phone = await BaresipPhone.start({
      ...{ number: `+${NUMBER}`, says: SAYS },
      ...(transport === 'tls' && { tls: authority.issue('phone', 'IP:127.0.0.1') }),
      ...phoneSetting,
    })
    test.after(() => phone.stop())
    const tls = transport === 'tls' ? { tlsCaFile: caFile } : {}
    const all = await openServerLab({
      pages: PAGES,
      config: () => ({
        trunk: phone.trunk(transport, { ...tls, ...trunk }),
        ...{ recordsCalls: true, ringTimeoutSeconds: 5 },
      }),
    })
    test.after(() => all.close())
    const queue = (fields = {}): Promise<number> =>
      all.lab.queue(all.url, NUMBER, { max_retries: '0', ...fields })
    return { phone, all, queue }
  }

  const manners = [...TRANSPORTS.map((transport) => [transport, false] as const), ['tls', true]]
  for (const [transport, srtp] of manners as [(typeof TRANSPORTS)[number], boolean][]) {
    it(`over ${transport}${srtp ? ' with SRTP' : ''}`, async (test) => {
      const encrypted = srtp ? ({ srtp: 'sdes' } as const) : {}
      const { phone, all, queue } = await start(test, transport, { srtp }, encrypted)
      await talkAndHangUp(phone, all, await queue())
      await isHungUpOn(phone, all, await queue())
      const invite = await firstMessage(all)
      assert.match(invite, new RegExp(`\r\nVia: SIP/2.0/${transport.toUpperCase()} `))
      assert.match(invite, srtp ? / RTP\/SAVP / : / RTP\/AVP /)
    })
  }

  it('in Opus, by another libopus than ours', async (test) => {
    const { phone, all, queue } = await start(test, 'udp', { opus: true }, { codecs: ['OPUS'] })
    await talkAndHangUp(phone, all, await queue())
    await isHungUpOn(phone, all, await queue())
    assert.match(await firstMessage(all), /\r\na=rtpmap:111 opus\/48000\/2\r\n/)
  })

  it('is refused, or given up', async (test) => {
    const { phone, all, queue } = await start(test, 'udp', { rings: true })
    const refused = await queue()
    await phone.told('CALL_INCOMING')
    phone.command('hangup')
    assert.equal((await all.lab.result(refused)).get('outcome'), 'busy')
    const { length } = phone.events
    const given = await queue()
    await phone.told('CALL_CLOSED', { after: length })
    assert.equal((await all.lab.result(given)).get('outcome'), 'no-answer')
  })

  it('is held and taken back: the prompt waits', async (test) => {
    const { phone, all, queue } = await start(test, 'udp')
    const callId = await queue({ start_url: all.lab.web.url('/long.vxml') })
    // After a hold baresip records nothing more, so the rest is judged by our trace.
    await eventually('a second of the prompt', () => pitchSeconds(phone.heard(), LONG.hertz) > 1)
    phone.command('hold')
    await phone.told('CALL_REMOTE_SDP', { times: 2 })
    await new Promise((resolve) => setTimeout(resolve, HELD_MS))
    phone.command('resume')
    assert.equal((await all.lab.result(callId)).get('outcome'), 'answered')
    const { entries } = await all.trace(callId)
    const media = entries.flatMap((entry) => (entry.kind === 'media' ? [entry] : []))
    const at = (event: string): number => media.find((each) => each.event === event)?.atMs ?? 0
    const tookMs = at('prompt-ended') - at('prompt-started')
    assert.ok(tookMs > LONG.seconds * 1000 + HELD_MS - 200, `the prompt took ${tookMs} ms`)
  })

  for (const keys of ['rfc4733', 'info'] as const) {
    it(`hears the extension that is dialled by ${keys}`, async (test) => {
      const { phone, all } = await start(test, 'udp', {}, { keys })
      const fields = { start_url: all.lab.web.url('/bye.vxml'), max_retries: '0' }
      const callId = await all.lab.queue(all.url, `${NUMBER};postd=w471#`, fields)
      await all.lab.result(callId)
      const pressed = phone.events.filter(({ type }) => type === 'CALL_DTMF_START')
      assert.equal(pressed.map(({ param }) => param).join(''), '471#')
    })
  }
})

/** Each hears the other, a key is taken, and we hang up. */
async function talkAndHangUp(phone: BaresipPhone, all: ServerLab, callId: number): Promise<void> {
  const heard = await promptAndPause(() => phone.heard())
  phone.press('4')
  await phone.told('CALL_CLOSED')
  const form = await all.lab.result(callId)
  assert.equal(form.get('outcome'), 'answered')
  assert.deepEqual(JSON.parse(form.get('exit') ?? ''), { choice: '4' })
  const seconds = loudSeconds(heard)
  assert.ok(seconds > 0.4 && seconds < 3, `${seconds} s of speech were heard`)
  const file = join(all.lab.folder, `data/recordings/${callId}-1.wav`)
  const spoken = pitchSeconds(readStereoWav(readFileSync(file)).received, PITCH.hertz)
  assert.ok(Math.abs(spoken - PITCH.seconds) < 0.3, `${spoken} s of its tone were recorded`)
}

async function isHungUpOn(phone: BaresipPhone, all: ServerLab, callId: number): Promise<void> {
  await phone.told('CALL_ESTABLISHED', { times: 2 })
  phone.command('hangup')
  await all.lab.result(callId)
  const { outcome, hangupBy } = await all.call(callId)
  assert.deepEqual([outcome, hangupBy], ['answered', 'callee'])
}

async function firstMessage(all: ServerLab): Promise<string> {
  const { entries } = await all.trace(1)
  return entries.flatMap((entry) => (entry.kind === 'sip' ? [entry.text] : []))[0] ?? ''
}
