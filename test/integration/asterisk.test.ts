// Calls to Asterisk, a PBX that nobody here wrote: what its extensions do is heard, answered and told as it should.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { formatWav, tone } from '#audio'
import type { Trunk } from '#model'
import type { CallRecord } from '#store'
import { Asterisk, EXTENSION_PREFIX, lacksAsterisk } from '#test/asterisk'
import { ASTERISK_CALLERS, ASTERISK_LEAST_SESSION, ASTERISK_LOGIN } from '#test/asterisk-config'
import { BaresipPhone } from '#test/baresip'
import { pitchSeconds, promptAndPause } from '#test/heard-speech'
import { QUICK_DOCUMENT } from '#test/lab'
import { findProgram } from '#test/program'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { eventually } from '#test/sip-agents'
import { CertificateAuthority } from '#test/sip-certificates'
import { readStereoWav } from '#test/stereo-wav'

/** What the PBX says, and what we say. */
const ITS = { hertz: 700, seconds: 1.2 }
const OURS = { hertz: 450, seconds: 1.5 }
const sound = ({ hertz, seconds }: typeof ITS): Int16Array =>
  tone({ frequenciesHz: [hertz], durationMs: seconds * 1000, levelDbm0: -12 })

const vxml = (content: string): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><form>${content}</form></vxml>`
const SAY = '<prompt><audio src="/ours.wav"/></prompt>'
const PAGES = {
  '/start.vxml': QUICK_DOCUMENT,
  '/ours.wav': formatWav(sound(OURS), { sampleRate: 8000 }),
  '/say.vxml': vxml(`<block><prompt><break time="1.5s"/></prompt>${SAY}<exit/></block>`),
  '/wait.vxml': vxml('<block><prompt><break time="20s"/></prompt></block>'),
  '/keys.vxml': vxml(
    '<property name="interdigittimeout" value="20s"/><property name="timeout" value="20s"/>' +
      '<field name="keys" type="digits?length=4"><filled><exit namelist="keys"/></filled></field>',
  ),
  '/transfer.vxml': vxml(
    `<transfer name="t" dest="${EXTENSION_PREFIX}910" type="blind"/><block><exit expr="t"/></block>
     <catch event="connection error"><exit expr="_event"/></catch>`,
  ),
}

const phone = findProgram('baresip')
const PHONE_EXTENSION = '777'

describe('a call to Asterisk', { skip: lacksAsterisk(), concurrency: 4 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-asterisk-test-'))
  const caFile = join(folder, 'ca.pem')
  let baresip: BaresipPhone | undefined
  let asterisk: Asterisk
  before(async () => {
    const authority = new CertificateAuthority()
    writeFileSync(caFile, authority.ca)
    if ('path' in phone) baresip = await BaresipPhone.start({ number: PHONE_EXTENSION })
    const phones = baresip === undefined ? [] : [{ name: PHONE_EXTENSION, ...baresip.address }]
    asterisk = await Asterisk.start(sound(ITS), authority.issue('pbx', 'IP:127.0.0.1'), phones)
    authority.remove()
  })
  after(async () => {
    await asterisk?.stop()
    await baresip?.stop()
    rmSync(folder, { recursive: true })
  })

  /** A server that calls as one of those whom the PBX knows. */
  async function start(
    test: TestContext,
    caller: keyof typeof ASTERISK_CALLERS = 'plain',
    transport: 'udp' | 'tcp' | 'tls' = 'udp',
    trunk: Partial<Trunk> = {},
    ringTimeoutSeconds = 20,
  ): Promise<Caller> {
    const all = await openServerLab({
      pages: PAGES,
      config: () => ({
        trunk: asterisk.trunk(caller, transport, { tlsCaFile: caFile, ...trunk }),
        sip: { host: ASTERISK_CALLERS[caller], port: 0 },
        ...{ recordsCalls: true, ringTimeoutSeconds },
      }),
    })
    test.after(() => all.close())
    return new Caller(all)
  }

  it('is refused and announced as the PBX says, which is told as it should', async (test) => {
    const caller = await start(test)
    const calls = ['404', '486', '603', '300'].map(async (extension) => {
      const { outcome, sipStatus } = await caller.call(extension)
      return [extension, outcome, sipStatus]
    })
    assert.deepEqual(await Promise.all(calls), [
      ['404', 'invalid-number', 404],
      ['486', 'busy', 486],
      ['603', 'declined', 403],
      ['300', 'busy', 486],
    ])
  })

  it('is given up where it only rings', async (test) => {
    const caller = await start(test, 'plain', 'tcp', {}, 2)
    const { callId, outcome } = await caller.call('500')
    assert.equal(outcome, 'no-answer')
    assert.ok((await caller.heads(callId)).includes('SIP/2.0 487 Request Terminated'))
  })

  const manners = [
    ['plain', 'udp', {}],
    ['plain', 'tcp', { codecs: ['PCMA'] }],
    ['plain', 'udp', { codecs: ['G722'] }],
    ['secret', 'tls', { srtp: 'sdes' }],
  ] as const
  for (const [name, transport, trunk] of manners) {
    const how = [transport, ...Object.values(trunk)].join(' ')
    it(`over ${how}: each hears the other, and either hangs up`, async (test) => {
      const caller = await start(test, name, transport, trunk)
      const { callId, outcome, hangupBy } = await caller.call('100', '/say.vxml')
      assert.deepEqual([outcome, hangupBy], ['answered', 'app'])
      isAbout(caller.heard(callId, ITS.hertz), ITS.seconds)
      const sipId = await caller.sipCallId(callId)
      await eventually('its recording', () => asterisk.heard(sipId).length > 0)
      isAbout(pitchSeconds(asterisk.heard(sipId), OURS.hertz), OURS.seconds)
      const ended = await caller.call('110', '/wait.vxml')
      assert.deepEqual([ended.outcome, ended.hangupBy], ['answered', 'callee'])
    })
  }

  it('gets our own voice back from the echo', async (test) => {
    const caller = await start(test)
    const { callId } = await caller.call('200', '/say.vxml')
    isAbout(caller.heard(callId, OURS.hertz), OURS.seconds)
  })

  const keyManners = [
    ['rfc4733', 'plain', '4711'],
    ['info', 'info', '4712'],
    ['inband', 'inband', '4713'],
  ] as const
  for (const [keys, name, pressed] of keyManners) {
    it(`presses keys by ${keys}, which are read, and reads those that are pressed`, async (test) => {
      const caller = await start(test, name, 'udp', { keys })
      const call = await caller.call('600', '/keys.vxml', `;postd=w${pressed}`)
      const { outcome, cause, hangupBy, exitValue = '' } = call
      assert.match(asterisk.notes, new RegExp(`keys ${pressed}`))
      const told = { outcome, cause, hangupBy, exitValue }
      const exit = JSON.stringify({ keys: pressed })
      assert.deepEqual(told, {
        outcome: 'answered',
        cause: 'exit',
        hangupBy: 'app',
        exitValue: exit,
      })
    })
  }

  it('rings reliably, and takes the session timer that it asks for', async (test) => {
    const caller = await start(test, 'strict', 'udp', {
      ...{ reliableProgress: 'required', sessionSeconds: 90 },
    })
    const { callId, outcome } = await caller.call('120', '/say.vxml')
    assert.equal(outcome, 'answered')
    const messages = await caller.messages(callId)
    const heads = await caller.heads(callId)
    assert.ok(heads.includes('SIP/2.0 422 Session Interval Too Small'), heads.join('\n'))
    assert.ok(
      heads.some((head) => head.startsWith('PRACK ')),
      heads.join('\n'),
    )
    const answers = messages.filter((each) =>
      /^SIP\/2.0 200 [\s\S]*\r\nCSeq: \d+ INVITE/.test(each),
    )
    assert.match(answers[0] ?? '', new RegExp(`\r\nSession-Expires: ${ASTERISK_LEAST_SESSION};`))
  })

  it('is registered, and challenged for each call', async (test) => {
    const caller = await start(test, 'registered', 'udp', {
      ...ASTERISK_LOGIN,
      registerSeconds: 600,
    })
    const { callId, outcome } = await caller.call('110', '/wait.vxml')
    assert.equal(outcome, 'answered')
    assert.match(asterisk.command('pjsip show contacts'), /outdial\/sip:outdial@127\.0\.0\.4:/)
    assert.ok((await caller.heads(callId)).includes('SIP/2.0 401 Unauthorized'))
  })

  const absent = 'skip' in phone && phone.skip
  it('is handed over by REFER', async (test) => {
    const caller = await start(test)
    const { exitValue = '', outcome } = await caller.call('900', '/transfer.vxml')
    assert.equal(outcome, 'answered')
    assert.equal(JSON.parse(exitValue), 'connection.disconnect.transfer')
    await eventually('the transfer', () => asterisk.notes.includes('transferred to 910'))
  })

  it('reaches a phone behind the PBX, which holds us and takes us back', {
    skip: absent,
  }, async (test) => {
    assert.ok(baresip !== undefined)
    const caller = await start(test)
    const callId = await caller.queue(PHONE_EXTENSION)
    const { heard } = { heard: () => baresip?.heard() ?? new Int16Array() }
    await promptAndPause(heard)
    baresip.command('hold')
    await baresip.told('CALL_REMOTE_SDP', { times: 2 })
    baresip.command('resume')
    await baresip.told('CALL_REMOTE_SDP', { times: 3 })
    baresip.press('4')
    const form = await caller.all.lab.result(callId)
    assert.deepEqual(JSON.parse(form.get('exit') ?? ''), { choice: '4' })
    const holds = (await caller.messages(callId)).filter((each) =>
      /^INVITE [\s\S]*\r\na=sendonly/.test(each),
    )
    assert.ok(holds.length > 0, 'the PBX passed the hold on')
  })
})

class Caller {
  readonly all: ServerLab

  constructor(all: ServerLab) {
    this.all = all
  }

  async queue(extension: string, page = '/start.vxml', postDial = ''): Promise<number> {
    const { lab, url } = this.all
    const fields = { start_url: lab.web.url(page), max_retries: '0' }
    return lab.queue(url, `${EXTENSION_PREFIX}${extension}${postDial}`, fields)
  }

  async call(extension: string, page?: string, postDial?: string): Promise<CallRecord> {
    const callId = await this.queue(extension, page, postDial)
    await this.all.lab.result(callId)
    return this.all.call(callId)
  }

  /** How long the recorded callee sounded at a pitch, seconds. */
  heard(callId: number, hertz: number): number {
    const file = join(this.all.lab.folder, `data/recordings/${callId}-1.wav`)
    return pitchSeconds(readStereoWav(readFileSync(file)).received, hertz)
  }

  /** The SIP messages of a call, first line first. */
  async messages(callId: number): Promise<string[]> {
    const { entries } = await this.all.trace(callId)
    return entries.flatMap((entry) => (entry.kind === 'sip' ? [entry.text] : []))
  }

  async heads(callId: number): Promise<string[]> {
    return (await this.messages(callId)).map((text) => text.split('\r\n')[0] ?? '')
  }

  async sipCallId(callId: number): Promise<string> {
    const [invite = ''] = await this.messages(callId)
    return /\r\nCall-ID: (\S+)/.exec(invite)?.[1] ?? ''
  }
}

/** On a busy machine the far end's packets come late, and some of the sound twice. */
function isAbout(seconds: number, wanted: number): void {
  const isNear = seconds > wanted * 0.7 && seconds < wanted * 1.8
  assert.ok(isNear, `${seconds} s instead of ${wanted} s`)
}
