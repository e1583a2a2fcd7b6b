import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '#base'
import { formatRtpPacket } from '../packet.ts'
import { ReplayWindow } from './replay-window.ts'
import { type SrtpKeys, srtpKeys } from './srtp-key.ts'
import { SrtpStream } from './srtp-stream.ts'

const ours = srtpKeys('sdes', seededRandom('ours'))
const theirs = srtpKeys('sdes', seededRandom('theirs'))

/** Two ends with the same suite. */
function ends(n = 1): { a: SrtpStream; b: SrtpStream; keys: SrtpKeys } {
  const [local, remote] = [ours[n] ?? assert.fail(), theirs[n] ?? assert.fail()]
  const keys = { local, remote }
  return { a: new SrtpStream(keys), b: new SrtpStream({ local: remote, remote: local }), keys }
}

function sealed(stream: SrtpStream, sequence: number, ssrc = 5): Uint8Array {
  const payload = new Uint8Array(160).fill(sequence)
  const header = { marker: false, payloadType: 0, sequence, timestamp: 160 * sequence, ssrc }
  const bytes = new Uint8Array(200)
  bytes.set(formatRtpPacket({ ...header, payload }))
  return bytes.slice(0, stream.sealRtp(bytes, 172))
}

function sealedRtcp(stream: SrtpStream): Uint8Array {
  const bytes = new Uint8Array(40)
  bytes.set([0x80, 201, 0, 1, 0, 0, 0, 9])
  return bytes.slice(0, stream.sealRtcp(bytes, 8))
}

const opens = (stream: SrtpStream, packet: Uint8Array): boolean =>
  stream.openRtp(packet.slice(), packet.length) === 172
const opensRtcp = (stream: SrtpStream, packet: Uint8Array): boolean =>
  stream.openRtcp(packet.slice(), packet.length) === 8

describe('srtpKeys', () => {
  it('has a key for each suite, strongest first, and none where it is off', () => {
    assert.deepEqual(
      ours.map(({ suite, masterKey, masterSalt }) => [suite, masterKey.length, masterSalt.length]),
      [
        ['AEAD_AES_128_GCM', 16, 12],
        ['AES_CM_128_HMAC_SHA1_80', 16, 14],
        ['AES_CM_128_HMAC_SHA1_32', 16, 14],
      ],
    )
    assert.deepEqual(srtpKeys('off', seededRandom(1)), [])
  })
})

describe('SrtpStream (RFC 3711 section 3.3)', () => {
  for (const n of [0, 1, 2]) {
    it(`carries packets both ways, over several wraps, through reordering (suite ${n})`, () => {
      const { a, b } = ends(n)
      const last = 3 * 65_536
      for (let index = 30_000; index < last; index += 997) {
        const [one, two] = [sealed(a, index & 0xffff), sealed(a, (index + 1) & 0xffff)]
        assert.ok(opens(b, two) && opens(b, one), `${index}`)
        assert.ok(opens(a, sealed(b, index & 0xffff)))
      }
    })
  }

  it('takes each packet once, and none that is too old', () => {
    const { a, b } = ends()
    const packets = Array.from({ length: 200 }, (_, n) => sealed(a, (65_500 + n) & 0xffff))
    for (const packet of packets) assert.ok(opens(b, packet))
    for (const packet of packets) assert.ok(!opens(b, packet))
    const { a: c, b: d } = ends()
    const late = sealed(c, 1)
    for (let n = 2; n < 140; n++) assert.ok(opens(d, sealed(c, n)))
    assert.ok(!opens(d, late), 'beyond the window')
  })

  it('takes each RTCP packet once', () => {
    for (const n of [0, 1, 2]) {
      const { a, b } = ends(n)
      const packets = [sealedRtcp(a), sealedRtcp(a), sealedRtcp(a)]
      assert.deepEqual(
        packets.map((packet) => opensRtcp(b, packet)),
        [true, true, true],
      )
      assert.deepEqual(
        packets.map((packet) => opensRtcp(b, packet)),
        [false, false, false],
      )
    }
  })

  it('keeps sources apart, and is not taken in by forged ones', () => {
    const { a, b } = ends()
    assert.ok(opens(b, sealed(a, 500, 1)))
    const forged = sealed(a, 501, 1)
    forged[2] = 0xff
    for (let n = 0; n < 300; n++) {
      forged[11] = n
      assert.ok(!opens(b, forged))
    }
    const { a: other } = ends()
    assert.ok(opens(b, sealed(other, 10, 2)))
    assert.ok(opens(b, sealed(a, 502, 1)))
  })

  it('opens nothing with another key, nor what is no packet', () => {
    const { a } = ends(1)
    const { b } = ends(2)
    assert.ok(!opens(b, sealed(a, 1)))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
        assert.equal(b.openRtp(noise.slice(), noise.length), -1)
        assert.equal(b.openRtcp(noise.slice(), noise.length), -1)
      }),
    )
  })

  it('goes on where a new offer keeps the keys, and follows those that change', () => {
    const { a, b, keys } = ends()
    const old = sealed(a, 100)
    assert.ok(opens(b, old))
    b.rekey({ local: keys.remote, remote: keys.local })
    assert.ok(!opens(b, old), 'still known')
    const [local] = srtpKeys('sdes', seededRandom('new')).slice(1)
    const changed = { ...keys, local: local ?? assert.fail() }
    a.rekey(changed)
    const packet = sealed(a, 101)
    assert.ok(!opens(b, packet))
    b.rekey({ local: keys.remote, remote: changed.local })
    assert.ok(opens(b, packet))
    assert.ok(opens(a, sealed(b, 7)), 'the other way goes on')
  })
})

describe('ReplayWindow', () => {
  it('knows what a set of all that was seen would know, within its width', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 300 }), (indices) => {
        const window = new ReplayWindow()
        const seen = new Set<number>()
        let highest = -1
        for (const index of indices) {
          assert.equal(window.isNew(index), index > highest - 128 && !seen.has(index))
          if (!window.isNew(index)) continue
          window.note(index)
          seen.add(index)
          highest = Math.max(highest, index)
        }
      }),
    )
  })
})
