// Calls to linphone, a phone that nobody here wrote: it answers, hears, presses, speaks and hangs up.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { concat, silence, tone } from '#audio'
import type { Trunk } from '#model'
import { loudSeconds, pitchSeconds } from '#test/heard-speech'
import { hasTlsModule, KAMAILIO_LOGIN, Kamailio } from '#test/kamailio'
import { QUICK_DOCUMENT } from '#test/lab'
import { LinphonePhone, lacksLinphone } from '#test/linphone'
import { findProgram } from '#test/program'
import { openServerLab } from '#test/server-lab'
import { eventually } from '#test/sip-agents'
import { CertificateAuthority } from '#test/sip-certificates'
import { readStereoWav } from '#test/stereo-wav'

const NUMBER = '16177123000'
const PITCH = { hertz: 700, seconds: 1.2 }
const SAYS = concat([
  silence(500),
  tone({ frequenciesHz: [PITCH.hertz], durationMs: PITCH.seconds * 1000, levelDbm0: -10 }),
  silence(60_000),
])

const MANNERS = [
  ['udp', 'off'],
  ['tcp', 'sdes'],
  // It is called over TLS where it has registered alone: it serves no TLS connections.
  ['tls', 'sdes'],
] as const

const kamailio = findProgram('kamailio')
const lacksKamailio =
  'skip' in kamailio ? kamailio.skip : !hasTlsModule() && 'kamailio-tls-modules is not installed'

describe('a call to linphone', { skip: lacksLinphone() }, () => {
  for (const [transport, srtp] of MANNERS) {
    const skip = transport === 'tls' && lacksKamailio
    it(`over ${transport}, SRTP ${srtp}: each hears the other, a key is taken, either hangs up`, {
      skip,
    }, async (test) => {
      const { phone, trunk } = transport === 'tls' ? await registered(test) : await open(srtp)
      test.after(() => phone.stop())
      const all = await openServerLab({
        pages: { '/start.vxml': QUICK_DOCUMENT },
        config: () => ({
          trunk: { ...trunk(transport), srtp },
          sip: { host: phone.neighbour, port: 0 },
          recordsCalls: true,
        }),
      })
      test.after(() => all.close())
      const queue = (): Promise<number> => all.lab.queue(all.url, NUMBER, { max_retries: '0' })
      const times = (words: string): number => phone.printed.split(words).length - 1

      const callId = await queue()
      await eventually('what it hears', () => loudSeconds(phone.heard()) > 0.5, 20_000)
      phone.command('5')
      const form = await all.lab.result(callId)
      assert.deepEqual(JSON.parse(form.get('exit') ?? ''), { choice: '5' })
      await eventually('the end', () => times('ended (') === 1)
      const file = join(all.lab.folder, `data/recordings/${callId}-1.wav`)
      const spoken = pitchSeconds(readStereoWav(readFileSync(file)).received, PITCH.hertz)
      assert.ok(spoken > 0.7 && spoken < 2, `${spoken} s of its tone were recorded`)

      const second = await queue()
      await eventually('its second answer', () => times('auto answering') === 2, 20_000)
      phone.command('terminate')
      await all.lab.result(second)
      const { outcome, hangupBy } = await all.call(second)
      assert.deepEqual([outcome, hangupBy], ['answered', 'callee'])
    })
  }
})

interface Reached {
  readonly phone: LinphonePhone
  readonly trunk: (transport: (typeof MANNERS)[number][0]) => Trunk
}

/** A phone that takes calls at its own address. */
async function open(srtp: string): Promise<Reached> {
  const phone = await LinphonePhone.start(SAYS, srtp === 'off' ? 'none' : 'srtp')
  return { phone, trunk: (transport) => phone.trunk(transport) }
}

/** A phone that has registered over TLS, and the registrar, by which it is called. */
async function registered(test: TestContext): Promise<Reached> {
  const authority = new CertificateAuthority()
  test.after(() => authority.remove())
  const folder = mkdtempSync(join(tmpdir(), 'outdial-linphone-ca-'))
  test.after(() => rmSync(folder, { recursive: true }))
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, authority.ca)
  let proxy: Kamailio | undefined
  const phone = await LinphonePhone.start(SAYS, 'srtp', async (host) => {
    // Its TLS library looks for an address among the names.
    const tls = authority.issue('proxy', `IP:${host},DNS:${host}`)
    proxy = await Kamailio.start({ host, tls, callees: [{ host, port: 1 }] })
    const { password } = KAMAILIO_LOGIN
    return { port: proxy.tlsPort, username: `+${NUMBER}`, password, caFile }
  })
  const kamailio = proxy ?? assert.fail('it asked for no registrar')
  test.after(() => kamailio.stop())
  return { phone, trunk: (transport) => kamailio.trunk(transport, { tlsCaFile: caFile }) }
}
