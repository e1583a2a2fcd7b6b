// Calls to linphone, a phone that nobody here wrote: it answers, hears, presses, speaks and hangs up.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { concat, silence, tone } from '#audio'
import { loudSeconds, pitchSeconds } from '#test/heard-speech'
import { QUICK_DOCUMENT } from '#test/lab'
import { LinphonePhone, lacksLinphone } from '#test/linphone'
import { openServerLab } from '#test/server-lab'
import { eventually } from '#test/sip-agents'
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
] as const

describe('a call to linphone', { skip: lacksLinphone() }, () => {
  for (const [transport, srtp] of MANNERS) {
    it(`over ${transport}, SRTP ${srtp}: each hears the other, a key is taken, either hangs up`, async (test) => {
      const phone = await LinphonePhone.start(SAYS, srtp === 'off' ? 'none' : 'srtp')
      test.after(() => phone.stop())
      const all = await openServerLab({
        pages: { '/start.vxml': QUICK_DOCUMENT },
        config: () => ({
          trunk: phone.trunk(transport, { srtp }),
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
