// Calls to SIPp, a SIP implementation that nobody here wrote: our own scenarios, and those of a
// folder `../shared/peers/sipp` where there is one.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type RunningServer, run } from '#app'
import { goertzelPower, parseWav } from '#audio'
import { silentLogger } from '#base'
import type { Trunk } from '#model'
import { Lab } from '#test/lab'
import { findProgram } from '#test/program'
import { SIPP_TONE, SippCallee, step } from '#test/sipp'

const NUMBER = '16177123000'
const SHARED = join(import.meta.dirname, '../../../shared/peers/sipp')
const CREDENTIALS = { username: 'alice', password: 'secret' }

/** Says something long enough to hear what the callee plays, then hangs up. */
const DOCUMENT = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form><block><prompt>Hello. <break time="2s"/> Good bye.</prompt><exit expr="'done'"/></block></form>
</vxml>`

const ring = [step.receive('INVITE'), step.reply('100 Trying'), step.reply('180 Ringing')]
const answer = [step.pause(200), step.replyWithMedia('200 OK'), step.receive('ACK'), step.play]
const refuse = (status: string): string[] => [
  step.receive('INVITE'),
  step.reply(status),
  step.receive('ACK'),
]
const hangUp = [step.goodBye, step.reply('200 OK')]

const VERIFY = '<verifyauth assign_to="ok" username="alice" password="secret"/>'
const PRESENT =
  '<ereg regexp="Digest username=.alice.*response=.[0-9a-f]+" search_in="hdr" ' +
  'header="Proxy-Authorization:" check_it="true" assign_to="ok"/>'

/** Challenges the first INVITE and looks at the second. */
function askForDigest(status: string, header: string, look: string): string[] {
  const nonce = 'nonce="9f1c[call_number]"'
  return [
    step.receive('INVITE'),
    step.reply(status, [`${header}: Digest realm="lab", ${nonce}, algorithm=MD5, qop="auth"`]),
    step.receive('ACK'),
    step.receive('INVITE', `<action>${look}</action>`),
    '<nop test="ok" next="good"/>',
    step.reply('403 Forbidden'),
    '<recv request="ACK" next="end"/>',
    '<label id="good"/>',
    step.reply('180 Ringing'),
    ...answer,
    ...hangUp,
    '<label id="end"/>',
  ]
}

/** Keeps From and To of the INVITE, for requests of the callee's own. */
function rememberParties([invite = '', ...more]: readonly string[]): string[] {
  const keep = (header: string, name: string): string =>
    `<ereg regexp=".*" search_in="hdr" header="${header}:" assign_to="${name}"/>`
  const actions = `<action>${keep('To', 'to')}${keep('From', 'from')}</action>`
  return [invite.replace('></recv>', `>${actions}</recv>`), ...more]
}

interface Case {
  readonly name: string
  readonly scenario: readonly string[] | string
  readonly outcome: string
  readonly sipStatus: string
  readonly trunk?: Partial<Trunk>
  /** The callee's tone must be in the recording. */
  readonly hears?: true
}

const OWN: readonly Case[] = [
  {
    name: 'answers, plays a tone, is hung up on',
    scenario: [...ring, ...answer, ...hangUp],
    outcome: 'answered',
    sipStatus: '200',
    hears: true,
  },
  { name: 'is busy', scenario: refuse('486 Busy Here'), outcome: 'busy', sipStatus: '486' },
  {
    name: 'declines',
    scenario: refuse('603 Decline'),
    outcome: 'declined',
    sipStatus: '603',
  },
  {
    name: 'has no circuit',
    scenario: refuse('503 Service Unavailable'),
    outcome: 'congestion',
    sipStatus: '503',
  },
  {
    name: 'is busy behind a gateway, as the network’s cause tells',
    scenario: refuse('503 Service Unavailable\nReason: Q.850;cause=17;text="User busy"'),
    outcome: 'busy',
    sipStatus: '503',
  },
  {
    name: 'is unknown',
    scenario: refuse('404 Not Found'),
    outcome: 'invalid-number',
    sipStatus: '404',
  },
  {
    name: 'redirects, which is not followed',
    scenario: [step.receive('INVITE'), step.reply('302 Moved Temporarily'), step.receive('ACK')],
    outcome: 'trunk-failure',
    sipStatus: '302',
  },
  {
    name: 'sends early media, then answers',
    scenario: [
      step.receive('INVITE'),
      step.reply('100 Trying'),
      step.replyWithMedia('183 Session Progress'),
      step.play,
      ...answer,
      ...hangUp,
    ],
    outcome: 'answered',
    sipStatus: '200',
    hears: true,
  },
  {
    name: 'answers with a codec that was not offered, and is hung up on',
    scenario: [
      step.receive('INVITE'),
      step
        .replyWithMedia('200 OK')
        .replace('RTP/AVP 0 101', 'RTP/AVP 18')
        .replace('rtpmap:0 PCMU', 'rtpmap:18 G729'),
      step.receive('ACK'),
      ...hangUp,
    ],
    outcome: 'answered',
    sipStatus: '200',
  },
  {
    name: 'asks for a digest and checks it',
    scenario: askForDigest('401 Unauthorized', 'WWW-Authenticate', VERIFY),
    trunk: CREDENTIALS,
    outcome: 'answered',
    sipStatus: '200',
  },
  {
    // SIPp 3.6 checks a digest in Authorization only; of a proxy's it can tell that it is there.
    name: 'is behind a proxy that asks for a digest',
    scenario: askForDigest('407 Proxy Authentication Required', 'Proxy-Authenticate', PRESENT),
    trunk: CREDENTIALS,
    outcome: 'answered',
    sipStatus: '200',
  },
  {
    name: 'finds the password wrong',
    scenario: askForDigest('401 Unauthorized', 'WWW-Authenticate', VERIFY),
    trunk: { ...CREDENTIALS, password: 'guess' },
    outcome: 'declined',
    sipStatus: '403',
  },
  {
    name: 'puts the call on hold and takes it back',
    scenario: [
      ...rememberParties(ring),
      ...answer,
      step.pause(300),
      step.request('INVITE', 1, 'sendonly'),
      '<recv response="200" rrs="true"/>',
      step.request('ACK', 1),
      step.pause(400),
      step.request('INVITE', 2, 'sendrecv'),
      '<recv response="200" rrs="true"/>',
      step.request('ACK', 2),
      ...hangUp,
    ],
    outcome: 'answered',
    sipStatus: '200',
    hears: true,
  },
  {
    name: 'hangs up first',
    scenario: [
      ...rememberParties(ring),
      ...answer,
      step.pause(600),
      step.request('BYE', 1),
      '<recv response="200"/>',
    ],
    outcome: 'answered',
    sipStatus: '200',
  },
]

/** The scenarios of the folder beside this project, by file. */
const FOREIGN: readonly Case[] = [
  { name: 'uas-answer.xml', outcome: 'answered', sipStatus: '200', hears: true },
  { name: 'uas-486.xml', outcome: 'busy', sipStatus: '486' },
  { name: 'uas-503.xml', outcome: 'congestion', sipStatus: '503' },
  { name: 'uas-603.xml', outcome: 'declined', sipStatus: '603' },
  { name: 'uas-302.xml', outcome: 'trunk-failure', sipStatus: '302' },
  { name: 'uas-early.xml', outcome: 'answered', sipStatus: '200', hears: true },
  { name: 'uas-auth.xml', outcome: 'answered', sipStatus: '200', trunk: CREDENTIALS },
  { name: 'uas-hold.xml', outcome: 'answered', sipStatus: '200', hears: true },
  { name: 'uas-hangup.xml', outcome: 'answered', sipStatus: '200' },
  { name: 'uas-noanswer.xml', outcome: 'no-answer', sipStatus: '' },
].map((one) => ({ ...one, scenario: join(SHARED, one.name) })) as readonly Case[]

const sipp = findProgram('sipp')
const skip = 'skip' in sipp ? sipp.skip : false

describe('calls to SIPp', { skip }, () => {
  let lab: Lab
  before(async () => {
    lab = await Lab.start({ '/start.vxml': DOCUMENT })
  })
  after(() => lab.stop())

  for (const one of OWN) it(`a callee that ${one.name}`, () => callAndCheck(lab, one))

  it('a callee that never answers gets CANCEL', () =>
    callAndCheck(lab, {
      name: 'rings',
      scenario: [
        step.receive(
          'INVITE',
          `<action><ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
<ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/></action>`,
        ),
        step.reply('180 Ringing'),
        step.receive('CANCEL'),
        step.reply('200 OK').replace(' retrans="500"', ''),
        step
          .reply('487 Request Terminated')
          .replace('[last_Via:]', 'Via:[$via]')
          .replace('[last_CSeq:]', 'CSeq:[$cseq]'),
        step.receive('ACK'),
      ],
      outcome: 'no-answer',
      sipStatus: '',
    }))

  for (const one of FOREIGN) {
    const absent = existsSync(SHARED) ? unable(one) : 'the folder ../shared/peers/sipp is not there'
    it(`the scenario ${one.name}`, { skip: absent }, () => callAndCheck(lab, one))
  }
})

/** Why the installed SIPp cannot play a scenario. */
function unable({ name }: Case): string | false {
  if (name !== 'uas-auth.xml' || 'skip' in sipp) return false
  const printed = String(spawnSync(sipp.path, ['-v']).stdout)
  return /SIPp v3\.[0-6]\./.test(printed) && 'SIPp before 3.7 checks no Proxy-Authorization'
}

async function callAndCheck(lab: Lab, one: Case): Promise<void> {
  const callee = await SippCallee.start(one.scenario)
  let server: RunningServer | undefined
  try {
    server = await run(
      lab.config({
        trunk: callee.trunk(one.trunk),
        ringTimeoutSeconds: 5,
        recordsCalls: true,
      }),
      silentLogger,
    )
    const { host, port } = server.httpAddress
    const callId = await lab.queue(`http://${host}:${port}`, NUMBER)
    const form = await lab.result(callId)
    await callee.succeeded()
    assert.equal(form.get('outcome'), one.outcome)
    assert.equal(form.get('sip_status') ?? '', one.sipStatus)
    if (one.hears) assertToneHeard(join(lab.folder, `data/recordings/${callId}-1.wav`))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`${one.name}: ${why}\n${callee.notes()}`, { cause: error })
  } finally {
    callee.stop()
    await server?.stop()
  }
}

/** What SIPp played is found in the recording by its pitch. */
function assertToneHeard(file: string): void {
  const { samples } = parseWav(readFileSync(file))
  const middle = samples.subarray(8000, 12_000)
  const tone = goertzelPower(middle, SIPP_TONE.frequencyHz)
  const other = goertzelPower(middle, 1100)
  assert.ok(tone > 100 * other && tone > 10_000, `the tone has ${tone}, another pitch ${other}`)
}
