import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger, VirtualClock } from '#base'
import type { Trunk } from '#model'
import type { DialogEnd } from '#sip'
import { sendKeys } from './send-keys.ts'

type Sent = readonly [atMs: number, what: string]

describe('the keys after an answer', () => {
  it('are the media’s to send, by RFC 4733 or in the audio', async () => {
    assert.deepEqual(await press({}, '1p2'), [[0, 'media 1p2']])
    assert.deepEqual(await press({ keys: 'rfc4733' }, '1p2'), [[0, 'media 1p2']])
    assert.deepEqual(await press({ keys: 'inband' }, '1p2'), [[0, 'in-band 1p2']])
  })

  it('go by INFO with their pauses', async () => {
    assert.deepEqual(await press({ keys: 'info' }, 'p1w#2'), [
      [1000, 'INFO 1'],
      [1700, 'INFO #'],
      [1900, 'INFO 2'],
    ])
  })

  it('go by the media from the first on that INFO does not reach', async () => {
    assert.deepEqual(await press({ keys: 'info' }, '123', { refused: '2' }), [
      [0, 'INFO 1'],
      [200, 'INFO 2'],
      [200, 'media 23'],
    ])
  })

  it('are not sent on where somebody hangs up', async () => {
    assert.deepEqual(await press({ keys: 'info' }, '1pp2', { endsAtMs: 1500 }), [[0, 'INFO 1']])
    assert.deepEqual(await press({}, '1', { endsAtMs: 10, mediaHangs: true }), [[0, 'media 1']])
  })
})

/** What was sent, and when. Resolves only where `sendKeys` does. */
async function press(
  properties: Partial<Trunk>,
  keys: string,
  course: { refused?: string; endsAtMs?: number; mediaHangs?: boolean } = {},
): Promise<Sent[]> {
  const clock = new VirtualClock()
  const sent: Sent[] = []
  const note = (what: string): number => sent.push([clock.monotonic(), what])
  const ended = Promise.withResolvers<DialogEnd>()
  if (course.endsAtMs !== undefined) {
    clock.setTimer(course.endsAtMs, () => ended.resolve({ by: 'remote', reason: 'BYE' }))
  }
  const pressing = sendKeys(
    { clock, log: silentLogger },
    {
      callId: 1,
      trunk: { name: 't', host: 'h', invalidCallerId: 'decline', ...properties },
      dialog: {
        ended: ended.promise,
        sendDigit: async ({ digit }) => {
          note(`INFO ${digit}`)
          return digit !== course.refused
        },
      },
      media: {
        sendDigits: async (left, options) => {
          note(`${options?.inBand ? 'in-band' : 'media'} ${left}`)
          if (course.mediaHangs) await new Promise(() => {})
        },
      },
    },
    keys,
  )
  await clock.advance(10_000)
  await pressing
  return sent
}
