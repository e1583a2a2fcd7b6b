import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { concat, encodeUlaw, silence, tone } from '#audio'
import { seededRandom } from '#base'
import type { HeardCallee } from '../media-stream.ts'
import { SimulatedNetwork } from '../simulated-network.ts'

const PCMU = { codec: 'PCMU', payloadType: 0, telephoneEventPayloadType: 101 } as const
const HARMONICS = [140, 280, 420, 560, 700, 840, 1120, 1260, 2100, 2380]
const words = tone({ frequenciesHz: HARMONICS, durationMs: 2000, levelDbm0: -30 })
/** What a network plays until somebody answers. */
const ringing = tone({ frequenciesHz: [440], durationMs: 3000, levelDbm0: -15 })
const beep = tone({ frequenciesHz: [1000], durationMs: 400, levelDbm0: -15 })

/** What A hears of a callee that sounds so, and when, in milliseconds from the answer. */
function heard(sounds: Int16Array, loss = 0) {
  const network = new SimulatedNetwork()
  const [a, b] = [network.engine('a').openStream(), network.engine('b').openStream()]
  const chance = seededRandom('loss')
  network.fate = () => (chance.bytes(1)[0]! < 256 * loss ? [] : [30])
  a.connect({ ...PCMU, remote: b.address })
  b.connect({ ...PCMU, remote: a.address })
  const told: [atMs: number, heard: HeardCallee][] = []
  let atMs = 0
  a.onCallee = (one) => told.push([atMs, one])
  const codes = new SharedArrayBuffer(sounds.length)
  new Uint8Array(codes).set(encodeUlaw(sounds))
  if (sounds.length > 0) b.play(codes)
  for (; atMs < 8000; atMs += 20) network.advance(20)
  return told
}

describe('listening to who answered', () => {
  it('tells of a machine and of the end of its beep, through loss and delay', () => {
    const told = heard(concat([silence(500), words, silence(600), beep]), 0.03)
    assert.deepEqual(
      told.map(([, one]) => one.kind),
      ['verdict', 'beep'],
    )
    const [verdict, over] = told
    assert.equal(verdict?.[1].kind === 'verdict' && verdict[1].verdict.type, 'answeringmachine')
    assert.ok((verdict?.[0] ?? 0) < 2000)
    const lateMs = (over?.[0] ?? 0) - 3500
    assert.ok(lateMs > 0 && lateMs < 250, `${lateMs} ms after the beep's end`)
  })

  it('hears nothing that came before it listens, and waited to be heard', () => {
    const network = new SimulatedNetwork()
    const [a, b] = [network.engine('a').openStream(), network.engine('b').openStream()]
    const chance = seededRandom('jitter')
    // The buffer grows, and then everything comes at once.
    let spreadMs = 1
    network.fate = () => [10 + spreadMs * (chance.bytes(1)[0] ?? 0)]
    a.connect({ ...PCMU, remote: b.address, direction: 'recvonly' })
    b.connect({ ...PCMU, remote: a.address })
    const codes = new SharedArrayBuffer(ringing.length)
    new Uint8Array(codes).set(encodeUlaw(ringing))
    b.play(codes)
    network.advance(2000)
    spreadMs = 0
    network.advance(1040)
    a.connect({ ...PCMU, remote: b.address })
    const told: HeardCallee[] = []
    a.onCallee = (one) => told.push(one)
    for (let n = 0; n < 200; n++) network.advance(20)
    assert.deepEqual(
      told.map((one) => one.kind === 'verdict' && one.verdict.kind),
      ['silence'],
    )
  })

  it('decides within 4 s of the answer where nothing comes', () => {
    const told = heard(new Int16Array(), 1.1)
    assert.equal(told.length, 1)
    const [atMs, one] = told[0]!
    assert.ok(atMs > 3500 && atMs <= 4000, `${atMs} ms`)
    assert.equal(one.kind === 'verdict' && one.verdict.kind, 'silence')
  })
})
