import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger, VirtualClock } from '#base'
import type { CallsContext } from '#calls'
import type { MediaStats, MediaStream, OnCaptured } from '#rtp'
import type { TappedMessage } from '#sip'
import { CallTraces, type TraceMode } from './call-traces.ts'

const NO_MEDIA = { remote: undefined } as MediaStats

function tapped(callId: string, padding = 0): TappedMessage {
  const text = `OPTIONS sip:a SIP/2.0\r\nCall-ID: ${callId}\r\nX: ${'x'.repeat(padding)}\r\n\r\n`
  const address = { host: '127.0.0.1', port: 5060 }
  return {
    ...{ direction: 'in', bytes: Buffer.from(text), transport: 'udp' },
    ...{ local: address, remote: address },
  }
}

function open(mode: TraceMode = 'calls') {
  const clock = new VirtualClock()
  const traces = new CallTraces({ calls: {} as CallsContext, clock, log: silentLogger, mode })
  return { clock, traces }
}

describe('the traces of attempts', () => {
  it('have the messages of their own legs, as long as they go on', async () => {
    const { clock, traces } = open()
    const [one, other] = [traces.begin('first'), traces.begin('second')]
    one.follow('a@x')
    one.follow('b@x')
    other.follow('c@x')
    await clock.advance(20)
    for (const id of ['a@x', 'b@x', 'c@x', 'd@x']) traces.seeMessage(tapped(id))
    traces.forget(one)
    for (const id of ['a@x', 'b@x', 'c@x']) traces.seeMessage(tapped(id))
    const seenBy = (tracer: typeof one) =>
      tracer.finish(NO_MEDIA).entries.flatMap((entry) => (entry.kind === 'sip' ? [entry] : []))
    assert.deepEqual(
      seenBy(one).map(({ atMs, text }) => [atMs, /: (\w@x)/.exec(text)?.[1]]),
      [
        [20, 'a@x'],
        [20, 'b@x'],
      ],
    )
    assert.equal(seenBy(other).length, 2)
  })

  it('have no messages where nothing is to be kept', () => {
    const { traces } = open('off')
    const tracer = traces.begin('first')
    tracer.follow('a@x')
    traces.seeMessage(tapped('a@x'))
    assert.deepEqual(tracer.finish(NO_MEDIA).entries.length, 1)
  })

  it('are bounded in number and octets, and count what they leave out', () => {
    const { traces } = open()
    const [many, large] = [traces.begin('first'), traces.begin('first')]
    many.follow('a@x')
    large.follow('b@x')
    for (let n = 0; n < 203; n++) traces.seeMessage(tapped('a@x'))
    for (let n = 0; n < 5; n++) traces.seeMessage(tapped('b@x', 20_000))
    for (let n = 0; n < 1010; n++) large.noteStep('log', '')
    const [first, second] = [many.finish(NO_MEDIA), large.finish(NO_MEDIA)]
    assert.deepEqual([first.entries.length, first.leftOut], [1 + 200, 3])
    assert.deepEqual([second.entries.length, second.leftOut], [1000 + 3, 2 + 11])
  })

  it('keep packets only where that is asked for, and those of all together in bounds', () => {
    const takers: OnCaptured[] = []
    const capture: MediaStream['capture'] = (_, onPiece) => void takers.push(onPiece)
    const media = { address: { host: '192.0.2.1', port: 4000 }, capture } as MediaStream
    open('calls').traces.listenTo(open().traces.begin('first'), media)
    assert.equal(takers.length, 0)

    const { traces } = open('packets')
    const [one, other] = [traces.begin('first'), traces.begin('first')]
    traces.listenTo(one, media)
    const told = { clockOffsetMs: 1000, leftOut: 1 }
    const large = new Uint8Array(64 << 20)
    for (let n = 0; n < 4; n++) takers[0]?.(large, told)
    assert.equal(one.finish(NO_MEDIA).packets?.leftOut, 4)
    traces.listenTo(other, media)
    const tenEmptyPackets = new Uint8Array(160)
    takers[1]?.(tenEmptyPackets, told)
    const { packets } = other.finish(NO_MEDIA)
    assert.deepEqual(packets, { host: '192.0.2.1', offsetMs: 1000, leftOut: 1 + 10 })
  })

  it('tell when a state was written, how long it took, and why it was not', async () => {
    const { clock, traces } = open()
    const tracer = traces.begin('first')
    await clock.advance(10)
    const stored = Promise.withResolvers<number>()
    const writing = tracer.write('ringing', stored.promise, (rows) => `${rows} rows`)
    await clock.advance(5)
    stored.resolve(7)
    assert.equal(await writing, 7)
    const failing = tracer.write('answered', Promise.reject(new Error('no store')))
    await assert.rejects(failing, /no store/)
    tracer.seeSteps([{ ageMs: 12, step: { step: 'said', text: '“Hello.”' } }])
    assert.deepEqual(tracer.finish(NO_MEDIA).entries.slice(1), [
      { atMs: 3, kind: 'dialogue', step: 'said', text: '“Hello.”' },
      { atMs: 10, kind: 'write', state: 'ringing', tookMs: 5, detail: '7 rows' },
      { atMs: 15, kind: 'write', state: 'answered', error: 'no store' },
    ])
  })
})
