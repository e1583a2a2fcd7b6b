import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  concat,
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  goertzelPower,
  powerToDbm0,
  silence,
  tone,
} from '#audio'
import { seededRandom } from '#base'
import type { Codec } from '../codec.ts'
import type { MediaStream } from '../media-stream.ts'
import { SimulatedNetwork } from '../simulated-network.ts'

const MS = 8
const LOW = tone({ frequenciesHz: [600], durationMs: 1000, levelDbm0: -12 })
const HIGH = tone({ frequenciesHz: [1500], durationMs: 1000, levelDbm0: -12 })

/** Two callers and our two streams between them: `codecs` of the first and of the second call. */
function bridge(codecs: readonly [Codec, Codec] = ['PCMU', 'PCMU']) {
  const network = new SimulatedNetwork()
  const callers = ['a', 'b'].map((host) => network.engine(host).openStream())
  const ours = network.engine('ours')
  const legs = [ours.openStream(), ours.openStream()]
  for (const [at, codec] of codecs.entries()) {
    const [caller, leg] = [callers[at], legs[at]] as [MediaStream, MediaStream]
    const terms = { codec, payloadType: codec === 'PCMU' ? 0 : 8 }
    caller.connect({ ...terms, remote: leg.address })
    leg.connect({ ...terms, remote: caller.address })
  }
  const [a, b, ourA, ourB] = [...callers, ...legs] as [
    MediaStream,
    MediaStream,
    MediaStream,
    MediaStream,
  ]
  network.advance(100)
  return { network, a, b, ours, ourA, ourB }
}

function play(stream: MediaStream, samples: Int16Array, codec: Codec = 'PCMU'): void {
  const codes = codec === 'PCMU' ? encodeUlaw(samples) : encodeAlaw(samples)
  const audio = new SharedArrayBuffer(codes.length)
  new Uint8Array(audio).set(codes)
  stream.play(audio)
}

/** What each hears within `ms`. */
async function hear(
  { network, a, b }: Pick<ReturnType<typeof bridge>, 'network' | 'a' | 'b'>,
  ms: number,
): Promise<Int16Array[]> {
  for (const caller of [a, b]) caller.startRecording()
  network.advance(ms)
  const heard = [a, b].map((caller) => caller.stopRecording())
  network.advance(600)
  return Promise.all(heard)
}

const level = (heard: Int16Array | undefined, hertz: number): number =>
  powerToDbm0(
    ((goertzelPower(heard ?? silence(1), hertz, { start: 400 * MS, end: 800 * MS }) / 3200) * 200) /
      195,
  )

describe('two streams that are joined', () => {
  it('carry to each caller what the other says, and not their own', async () => {
    const call = bridge()
    call.ourA.join(call.ourB)
    play(call.a, LOW)
    play(call.b, HIGH)
    const [atA, atB] = await hear(call, 1500)
    assert.ok(level(atA, 1500) > level(atA, 600) + 40, 'A hears B')
    assert.ok(level(atB, 600) > level(atB, 1500) + 40, 'B hears A')
  })

  it('are recorded as the caller heard it, the other one included', async () => {
    const call = bridge()
    const pieces: Uint8Array[] = []
    const recording = call.ourA.record('both', (piece) => pieces.push(piece))
    call.ourA.join(call.ourB)
    play(call.a, LOW)
    play(call.b, HIGH)
    call.network.advance(1500)
    const ended = recording.stop()
    call.network.advance(600)
    await ended
    const both = decodeUlaw(Buffer.concat(pieces))
    const [sent, received] = [0, 1].map((track) => both.filter((_, at) => at % 2 === track))
    assert.ok(level(sent, 1500) > level(sent, 600) + 40, 'what A heard of B')
    assert.ok(level(received, 600) > level(received, 1500) + 40, 'what A said')
  })

  it('carry every sample where both speak PCMU', async () => {
    const call = bridge()
    call.ourA.join(call.ourB)
    const noise = decodeUlaw(seededRandom('noise').bytes(8_000))
    play(call.a, concat([silence(200), noise]))
    const [, atB] = await hear(call, 2000)
    const [whole, part] = [Buffer.from(atB?.buffer as ArrayBuffer), Buffer.from(noise.buffer)]
    assert.ok(whole.indexOf(part) >= 0)
  })

  it('translate between PCMU and PCMA', async () => {
    const call = bridge(['PCMU', 'PCMA'])
    call.ourA.join(call.ourB)
    play(call.b, HIGH, 'PCMA')
    const [atA] = await hear(call, 1500)
    assert.ok(level(atA, 1500) > level(atA, 600) + 30)
  })

  it('are parted by part', async () => {
    const call = bridge()
    call.ourA.join(call.ourB)
    call.network.advance(200)
    call.ourB.part()
    play(call.a, LOW)
    const [, atB] = await hear(call, 1000)
    assert.ok(level(atB, 600) < -50)
  })

  it('are parted by the end of one: who takes its place hears nothing', async () => {
    const { network, a, ours, ourA, ourB } = bridge()
    ourA.join(ourB)
    network.advance(200)
    const closed = ourB.close()
    network.advance(20)
    await closed
    const [c, next] = [network.engine('c').openStream(), ours.openStream()]
    c.connect({ codec: 'PCMU', payloadType: 0, remote: next.address })
    next.connect({ codec: 'PCMU', payloadType: 0, remote: c.address })
    network.advance(100)
    play(a, LOW)
    const [, atC] = await hear({ network, a, b: c }, 1000)
    assert.ok(level(atC, 600) < -50)
  })

  it('hear a prompt instead, while one plays', async () => {
    const call = bridge()
    call.ourA.join(call.ourB)
    play(call.a, LOW)
    play(call.ourB, HIGH)
    const [, atB] = await hear(call, 1000)
    assert.ok(level(atB, 1500) > level(atB, 600) + 40)
  })
})
