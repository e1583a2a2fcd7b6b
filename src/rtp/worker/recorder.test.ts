import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeUlaw } from '#audio'
import { Recorder, type RecorderOptions } from './recorder.ts'

const SILENCE = 255

/** `value × count` for each run of equal bytes. */
function runs(bytes: Uint8Array): string[] {
  const result: [number, number][] = []
  for (const byte of bytes) {
    const last = result.at(-1)
    if (last?.[0] === byte) last[1]++
    else result.push([byte, 1])
  }
  return result.map(([value, count]) => `${value} × ${count}`)
}

/** Begun before tick 50. */
function recorder(options: Partial<RecorderOptions> = {}) {
  const pieces: Uint8Array[] = []
  const made = new Recorder({
    tick: 50,
    waitingSamples: 0,
    playoutDelay: 0,
    codec: 'PCMU',
    tracks: 'received',
    maxSamples: 1_000_000,
    emit: (piece) => pieces.push(piece),
    ...options,
  })
  const bytes = (): Buffer => {
    made.finish()
    return Buffer.concat(pieces)
  }
  return {
    made,
    pieces,
    bytes,
    hear: (code: number, tick: number, playoutDelay = options.playoutDelay ?? 0) =>
      made.hear(decodeUlaw(new Uint8Array(160).fill(code)), tick, playoutDelay),
    send: (code: number, tick: number) =>
      made.send(new Uint8Array(172).fill(code), 12, 172, tick, 'PCMU'),
    received: () => runs(bytes()),
    track: (number: number) => runs(bytes().filter((_, i) => i % 2 === number)),
  }
}

describe('Recorder', () => {
  it('places frames by their ticks, and fills what was not heard with silence', () => {
    const { hear, received } = recorder()
    hear(1, 50)
    hear(2, 51)
    hear(3, 53)
    assert.deepEqual(received(), ['1 × 160', '2 × 160', `${SILENCE} × 160`, '3 × 160'])
  })

  it('leaves out what had come before it began', () => {
    const { hear, received } = recorder({ waitingSamples: 240 })
    for (const tick of [50, 51, 52]) hear(tick - 49, tick)
    assert.deepEqual(received(), ['2 × 80', '3 × 160'])
  })

  it('ends with what had come when it was stopped, once that was heard', () => {
    const { made, hear, received } = recorder({ waitingSamples: 160 })
    for (const tick of [50, 51, 52]) hear(tick - 49, tick)
    made.endAt(53, 240, 0)
    assert.equal(made.isCompleteAt(53, 0), false)
    hear(4, 53)
    assert.equal(made.isCompleteAt(54, 0), false)
    hear(5, 54)
    assert.equal(made.isCompleteAt(55, 0), true)
    assert.deepEqual(received(), ['2 × 160', '3 × 160', '4 × 160', '5 × 80'])
  })

  it('is complete at once where nothing waits', () => {
    const { made, hear } = recorder()
    hear(1, 50)
    made.endAt(51, 0, 0)
    assert.equal(made.isCompleteAt(51, 0), true)
  })

  it('continues seamlessly in the one that is begun when it is stopped', () => {
    const first = recorder()
    for (const tick of [50, 51]) first.hear(tick, tick)
    first.made.endAt(52, 200, 0)
    const second = recorder({ tick: 52, waitingSamples: 200 })
    for (const tick of [52, 53, 54]) {
      first.hear(tick, tick)
      second.hear(tick, tick)
    }
    const heard = [...first.received(), ...second.received()]
    assert.deepEqual(heard, ['50 × 160', '51 × 160', '52 × 160', '53 × 40', '53 × 120', '54 × 160'])
  })

  it('puts what was sent on the same time line, by its tick', () => {
    const { made, send, hear, track } = recorder({ tracks: 'both', playoutDelay: 320 })
    send(1, 50)
    send(2, 52)
    hear(7, 53)
    made.endAt(54, 320, 320)
    assert.deepEqual(track(0), ['1 × 160', `${SILENCE} × 160`, '2 × 160', `${SILENCE} × 160`])
    assert.deepEqual(track(1), [`${SILENCE} × 160`, '7 × 160', `${SILENCE} × 320`])
  })

  it('makes up for a buffer that grows and shrinks', () => {
    const { made, hear, track } = recorder({ tracks: 'both', playoutDelay: 160 })
    hear(1, 51, 160)
    // Made up while the delay grows by 80: half of the frame has no place.
    hear(2, 52, 240)
    hear(3, 53, 240)
    hear(4, 54, 160)
    made.endAt(54, 160, 160)
    const expected = ['1 × 160', '2 × 80', '3 × 160', `${SILENCE} × 80`, '4 × 160']
    assert.deepEqual(track(1), expected)
  })

  it('hands over what cannot change any more, and keeps no more than that', () => {
    const { pieces, hear, send, bytes } = recorder({ tracks: 'both', playoutDelay: 320 })
    for (let n = 0; n < 1000; n++) {
      send(1, 50 + n)
      hear(2, 50 + n, 320)
      const handedOver = pieces.reduce((sum, piece) => sum + piece.length, 0)
      assert.ok(2 * 160 * n - handedOver <= 16_384 + 640, `${n}`)
    }
    assert.equal(pieces.length, 19)
    assert.ok(pieces.every((piece) => piece.length === 16_384))
    const all = bytes()
    assert.ok(all.subarray(0, 2 * 159_000).every((byte, i) => byte === 1 + (i % 2)))
  })

  it('writes A-law where that is the codec', () => {
    const { made, received } = recorder({ codec: 'PCMA' })
    made.hear(new Int16Array(160), 51, 0)
    assert.deepEqual(received(), ['213 × 320'])
  })

  it('goes on over the pieces that it is kept in', () => {
    const { bytes, hear } = recorder()
    for (let n = 0; n < 500; n++) hear(n % 100, 50 + n)
    const all = bytes()
    assert.equal(all.length, 80_000)
    assert.ok(all.every((byte, i) => byte === Math.floor(i / 160) % 100))
  })

  it('stops growing at its limit', () => {
    const { hear, received } = recorder({ maxSamples: 200 })
    for (const tick of [50, 51, 52]) hear(tick - 49, tick)
    assert.deepEqual(received(), ['1 × 160', '2 × 40'])
  })
})
