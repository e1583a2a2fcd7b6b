// Calls through Kamailio, a registrar and proxy that nobody here wrote, as carriers have it at their edge. Its log
// and the callee behind it say what passed.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { CarrierCall, CarrierScript } from '#carrier'
import type { Trunk } from '#model'
import { BaresipPhone } from '#test/baresip'
import { promptAndPause } from '#test/heard-speech'
import { hasTlsModule, Kamailio, type KamailioSetting, type ProxiedRequest } from '#test/kamailio'
import { type Lab, QUICK_DOCUMENT } from '#test/lab'
import { findProgram } from '#test/program'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { closedPort } from '#test/sip-agents'
import { CertificateAuthority } from '#test/sip-certificates'

const PRESSES = '16177123000'
const HANGS_UP = '16177123001'
const NEVER_ANSWERS = '16177123002'
const HAS_NO_CIRCUIT = '16177123003'
const SCRIPT: CarrierScript = {
  [PRESSES]: { answerAfterMs: 100, press: '1' },
  [HANGS_UP]: { answerAfterMs: 100, hangupAfterMs: 300 },
  [NEVER_ANSWERS]: { neverAnswers: true },
  [HAS_NO_CIRCUIT]: { status: 503 },
}

const program = ['kamailio', 'openssl'].map(findProgram).find((found) => 'skip' in found)
const skip = program !== undefined && 'skip' in program ? program.skip : false
const phone = findProgram('baresip')

describe('a call through Kamailio', { skip, concurrency: 4 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-kamailio-test-'))
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

  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    const skip = transport === 'tls' && !hasTlsModule() && 'kamailio-tls-modules is not installed'
    it(`over ${transport}: who is registered is challenged, and both sides hang up along the route`, {
      skip,
    }, async (test) => {
      const tls = authority.issue('proxy', 'IP:127.0.0.1')
      const { all, kamailio } = await start(test, { trunk: { transport, tlsCaFile: caFile }, tls })

      const hungUpByUs = await call(all, PRESSES)
      assert.deepEqual([hungUpByUs.outcome, hungUpByUs.hangupBy], ['answered', 'app'])
      const first = await endedCall(all, PRESSES)
      assert.deepEqual([first.endedBy, first.digitsPressed], ['caller', '1'])
      assert.ok(first.heardMs > 300, `${first.heardMs} ms of the prompt were heard`)
      assert.deepEqual(told(kamailio, first), [
        `INVITE ${transport} >`,
        `ACK ${transport} > routed`,
        `BYE ${transport} > routed`,
      ])
      const { entries } = await all.trace(1)
      const replies = entries.flatMap((entry) =>
        entry.kind === 'sip' && entry.direction === 'in' ? [entry.text.slice(8, 11)] : [],
      )
      // On a busy machine some of them come twice.
      assert.deepEqual([...new Set(replies)], ['407', '100', '180', '200'])

      const hungUpByCallee = await call(all, HANGS_UP)
      assert.deepEqual([hungUpByCallee.outcome, hungUpByCallee.hangupBy], ['answered', 'callee'])
      assert.deepEqual(told(kamailio, await endedCall(all, HANGS_UP)), [
        `INVITE ${transport} >`,
        `ACK ${transport} > routed`,
        'BYE udp < routed',
      ])
    })
  }

  it('is canceled along the route where nobody answers', async (test) => {
    const { all, kamailio } = await start(test, { ringTimeoutSeconds: 1 })
    const { outcome } = await call(all, NEVER_ANSWERS)
    assert.equal(outcome, 'no-answer')
    const rang = await endedCall(all, NEVER_ANSWERS)
    assert.equal(rang.endedBy, 'caller')
    assert.deepEqual(told(kamailio, rang), ['INVITE udp >', 'CANCEL udp >'])
  })

  it('reaches the callee by another way of the proxy where the first is not there', async (test) => {
    const dead = { host: '127.0.0.1', port: await closedPort() }
    const { all } = await start(test, { callees: ({ carrier }) => [dead, carrier.address] })
    const { outcome, attempts } = await call(all, PRESSES)
    assert.deepEqual([outcome, attempts.length], ['answered', 1])
    assert.deepEqual(attempts[0]?.failovers, [])
  })

  it('goes by our second trunk where the proxy refuses it at once, and not after it has tried', async (test) => {
    const { all, kamailio } = await start(test, { mostCalls: 1, hasSecondTrunk: true })
    const tried = await call(all, HAS_NO_CIRCUIT)
    assert.deepEqual([tried.outcome, tried.attempts[0]?.trunk], ['congestion', 'kamailio-udp'])
    const refused = await call(all, PRESSES)
    assert.equal(refused.outcome, 'answered')
    const [attempt, ...more] = refused.attempts
    assert.equal(more.length, 0)
    assert.equal(attempt?.trunk, 'second')
    const failovers = attempt.failovers.map(({ trunk, cause }) => [trunk, cause])
    assert.deepEqual(failovers, [['kamailio-udp', '503 Too many']])
    assert.deepEqual(told(kamailio, await endedCall(all, PRESSES)), [])
  })

  it('is held and taken back by a phone behind it', {
    skip: 'skip' in phone && phone.skip,
  }, async (test) => {
    const baresip = await BaresipPhone.start({ number: `+${PRESSES}` })
    test.after(() => baresip.stop())
    const { all, kamailio } = await start(test, {
      trunk: { transport: 'tcp' },
      callees: () => [baresip.address],
    })
    const callId = await all.lab.queue(all.url, PRESSES, { max_retries: '0' })
    await promptAndPause(() => baresip.heard())
    baresip.command('hold')
    await baresip.told('CALL_REMOTE_SDP', { times: 2 })
    baresip.command('resume')
    await baresip.told('CALL_REMOTE_SDP', { times: 3 })
    baresip.press('4')
    const form = await all.lab.result(callId)
    assert.deepEqual(JSON.parse(form.get('exit') ?? ''), { choice: '4' })
    // On a busy machine the phone asks once more to be taken back.
    const passed = new Set(kamailio.passed().map(line))
    assert.deepEqual(
      [...passed],
      [
        ...['INVITE tcp >', 'ACK tcp > routed', 'INVITE udp < routed', 'ACK udp < routed'],
        'BYE tcp > routed',
      ],
    )
  })
})

interface Setting extends Partial<Pick<KamailioSetting, 'tls' | 'mostCalls'>> {
  readonly trunk?: Partial<Trunk>
  /** Default: the lab's carrier. */
  readonly callees?: (lab: Lab) => KamailioSetting['callees']
  /** Whether the carrier is a trunk of its own as well. */
  readonly hasSecondTrunk?: boolean
  readonly ringTimeoutSeconds?: number
}

/** A server that is registered at a Kamailio, behind which the callees are. */
async function start(
  test: TestContext,
  { trunk, callees = ({ carrier }) => [carrier.address], ...setting }: Setting = {},
): Promise<{ all: ServerLab; kamailio: Kamailio }> {
  const { ringTimeoutSeconds = 20 } = setting
  const started: { kamailio?: Kamailio; second?: Trunk } = {}
  const all = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: SCRIPT,
    config: async (lab) => {
      started.kamailio = await Kamailio.start({ ...setting, callees: callees(lab) })
      started.second = { ...lab.trunk, name: 'second', priority: 2 }
      const { transport = 'udp' } = trunk ?? {}
      return { trunk: started.kamailio.trunk(transport, trunk), ringTimeoutSeconds }
    },
    trunks: () => (setting.hasSecondTrunk === true && started.second ? [started.second] : []),
  })
  const { kamailio } = started
  assert.ok(kamailio !== undefined)
  test.after(async () => {
    await all.close()
    await kamailio.stop()
  })
  return { all, kamailio }
}

/** Queues a call and waits for its end. */
async function call(all: ServerLab, number: string): ReturnType<ServerLab['call']> {
  const callId = await all.lab.queue(all.url, number, { max_retries: '0' })
  await all.lab.result(callId)
  return all.call(callId)
}

/** The one call of a number as the callee saw it, once it is over there. */
async function endedCall({ lab }: ServerLab, number: string): Promise<CarrierCall> {
  const find = (calls: readonly CarrierCall[]): CarrierCall | undefined =>
    calls.find((one) => one.number.endsWith(number) && one.endedBy !== undefined)
  await lab.carrierShows((calls) => find(calls) !== undefined)
  return find(lab.carrier.calls)!
}

function told(kamailio: Kamailio, { callId }: CarrierCall): string[] {
  return kamailio.passed(callId).map(line)
}

function line({ method, transport, direction, isRouted }: ProxiedRequest): string {
  return `${method} ${transport} ${direction}${isRouted ? ' routed' : ''}`
}
