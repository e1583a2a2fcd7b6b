import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { DIGITS, TelephoneEventReceiver, TelephoneEventSender } from './telephone-event.ts'

interface SentEvent {
  readonly at: number
  readonly timestamp: number
  readonly marker: boolean
  readonly payload: Uint8Array
}

/** Everything that `digits` makes a sender send, slot by slot, from `start` on. */
function sendAll(digits: string, { toneMs = 100, gapMs = 100, start = 0 } = {}) {
  const done: number[] = []
  const slots: string[] = []
  const events: SentEvent[] = []
  const sender = new TelephoneEventSender((request) => done.push(request))
  sender.add(1, digits, toneMs, gapMs)
  for (let slot = 0; done.length === 0; slot++) {
    assert.ok(slot < 10_000, 'comes to an end')
    const now = (start + slot * 160) >>> 0
    const content = sender.next(now)
    slots.push(content)
    const { timestamp, marker } = sender
    if (content === 'event')
      events.push({ at: slot, timestamp, marker, payload: sender.payload.slice() })
  }
  return { slots: slots.slice(0, -1), events, last: slots.at(-1) }
}

/** The keys a receiver makes of `events`, and how long each was held. */
function receiveAll(events: readonly SentEvent[]): string[] {
  const keys: string[] = []
  const receiver = new TelephoneEventReceiver({
    onStart: () => undefined,
    onEnd: (digit, durationMs) => keys.push(`${digit} ${durationMs}`),
  })
  let frame = 0
  for (const { at, timestamp, payload } of events) {
    for (; frame < at; frame++) receiver.tick()
    receiver.receive(payload, 0, payload.length, timestamp)
  }
  for (let n = 0; n < 20; n++) receiver.tick()
  return keys
}

const payload = (event: number, ended: boolean, duration: number): Uint8Array =>
  Uint8Array.of(event, (ended ? 0x80 : 0) | 10, duration >> 8, duration & 255)

function listener(): { story: string[]; receiver: TelephoneEventReceiver } {
  const story: string[] = []
  const receiver = new TelephoneEventReceiver({
    onStart: (digit) => story.push(`${digit} down`),
    onEnd: (digit, durationMs) => story.push(`${digit} up ${durationMs}`),
  })
  return { story, receiver }
}

describe('sending telephone events (RFC 4733 section 2.5.1)', () => {
  it('marks the beginning, grows the duration, and ends three times under one timestamp', () => {
    const { events, slots } = sendAll('5', { start: 1000 })
    assert.deepEqual(
      events.map((event) => event.timestamp),
      new Array(8).fill(1000),
    )
    assert.deepEqual(
      events.map((event) => event.marker),
      [true, ...new Array(7).fill(false)],
    )
    assert.deepEqual(
      events.map(({ payload }) => [...payload]),
      [
        [5, 10, 0, 160],
        [5, 10, 1, 64],
        [5, 10, 1, 224],
        [5, 10, 2, 128],
        [5, 10, 3, 32],
        [5, 138, 3, 32],
        [5, 138, 3, 32],
        [5, 138, 3, 32],
      ],
    )
    assert.deepEqual(slots.slice(8), ['silence', 'silence'])
  })

  it('gives every key its code, and a new timestamp', () => {
    const { events } = sendAll(DIGITS, { toneMs: 40, gapMs: 60 })
    const begun = events.filter((event) => event.marker)
    assert.deepEqual(
      begun.map(({ payload }) => payload[0]),
      [...DIGITS].map((_, i) => i),
    )
    assert.deepEqual(
      begun.map(({ timestamp }) => timestamp),
      [...DIGITS].map((_, i) => i * 800),
    )
  })

  it('waits for p and w, and is over after its last pause', () => {
    const { slots, last } = sendAll('PW')
    assert.deepEqual(slots, new Array(75).fill('silence'))
    assert.equal(last, 'audio')
  })

  it('tells which requests were given up', () => {
    const unmet: number[] = []
    const sender = new TelephoneEventSender(() => assert.fail('was not sent'))
    sender.add(7, '1', 100, 100)
    sender.add(8, '2', 100, 100)
    sender.next(0)
    sender.abandon((request) => unmet.push(request))
    assert.deepEqual(unmet, [7, 8])
    assert.equal(sender.next(160), 'audio')
  })
})

describe('receiving telephone events (RFC 4733 section 2.5.2)', () => {
  it('hears each key once, with its duration, also where the timestamp wraps', () => {
    const expected = [...DIGITS].map((digit) => `${digit} 100`)
    assert.deepEqual(receiveAll(sendAll(DIGITS).events), expected)
    assert.deepEqual(receiveAll(sendAll(DIGITS, { start: 0xffff_f000 }).events), expected)
  })

  it('hears the same key twice where it was pressed twice', () => {
    assert.deepEqual(receiveAll(sendAll('11', { gapMs: 60 }).events), ['1 100', '1 100'])
  })

  it('hears each key once whatever is lost, as long as one packet of it arrives', () => {
    const { events } = sendAll('159#')
    const starts = [0, 8, 16, 24]
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 32, maxLength: 32 }), (lost) => {
        const arrived = events.filter((_, i) => !lost[i])
        const keys = receiveAll(arrived).map((key) => key[0])
        const expected = [...'159#'].filter((_, k) => {
          const start = starts[k] ?? 0
          return events.slice(start, start + 8).some((_, i) => !lost[start + i])
        })
        assert.deepEqual(keys, expected)
      }),
    )
  })

  it('hears each key once where packets are doubled and come late', () => {
    const { events } = sendAll('12')
    const [first = [], second = []] = [events.slice(0, 8), events.slice(8)]
    const late = [
      ...first.slice(0, 6),
      ...second.slice(0, 2),
      ...first.slice(6),
      ...second.slice(2),
    ]
    assert.deepEqual(receiveAll(late.flatMap((event) => [event, event])), ['1 100', '2 100'])
  })

  it('ends a key by time where every end packet was lost', () => {
    const { story, receiver } = listener()
    receiver.receive(payload(4, false, 160), 0, 4, 5000)
    for (let n = 0; n < 12; n++) receiver.tick()
    assert.deepEqual(story, ['4 down'])
    receiver.tick()
    assert.deepEqual(story, ['4 down', '4 up 20'])
  })

  it('ends a key by the beginning of the next', () => {
    const { story, receiver } = listener()
    receiver.receive(payload(4, false, 800), 0, 4, 5000)
    receiver.receive(payload(6, false, 160), 0, 4, 7000)
    assert.deepEqual(story, ['4 down', '4 up 100', '6 down'])
  })

  it('joins the segments of a key that is held for long (section 2.5.1.3)', () => {
    const { story, receiver } = listener()
    receiver.receive(payload(9, false, 0xffff), 0, 4, 100)
    receiver.receive(payload(9, false, 800), 0, 4, 100 + 0xffff)
    receiver.receive(payload(9, true, 8001), 0, 4, 100 + 0xffff)
    assert.deepEqual(story, ['9 down', `9 up ${(0xffff + 8001) / 8}`])
  })

  it('reads several events in one packet (section 2.5.1.5)', () => {
    const { story, receiver } = listener()
    receiver.receive(Uint8Array.of(1, 0x8a, 1, 0x40, 2, 0x8a, 1, 0x40), 0, 8, 0)
    assert.deepEqual(story, ['1 down', '1 up 40', '2 down', '2 up 40'])
  })

  it('passes over signals that are no keys, and a payload cut short', () => {
    const { story, receiver } = listener()
    receiver.receive(payload(16, true, 800), 0, 4, 0)
    receiver.receive(payload(1, true, 800), 0, 3, 9000)
    assert.deepEqual(story, [])
  })

  it('takes an earlier timestamp as new after a reset', () => {
    const { story, receiver } = listener()
    receiver.receive(payload(1, true, 800), 0, 4, 9000)
    receiver.receive(payload(2, true, 800), 0, 4, 8000)
    receiver.reset()
    receiver.receive(payload(3, true, 800), 0, 4, 8000)
    assert.deepEqual(story, ['1 down', '1 up 100', '3 down', '3 up 100'])
  })
})
