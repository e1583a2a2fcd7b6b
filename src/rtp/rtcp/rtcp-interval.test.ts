import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rtcpInterval } from './rtcp-interval.ts'

const CALL = {
  members: 2,
  senders: 2,
  weSend: true,
  isFirst: false,
  averageBytes: 100,
  chance: 0.5,
}
const MEAN_MS = 5000 / (Math.E - 1.5)

describe('rtcpInterval (RFC 3550 appendix A.7)', () => {
  it('is about five seconds for a call, a half before the first packet', () => {
    assert.equal(rtcpInterval(CALL), MEAN_MS)
    assert.equal(rtcpInterval({ ...CALL, isFirst: true }), MEAN_MS / 2)
  })

  it('varies from a half to one and a half', () => {
    assert.equal(rtcpInterval({ ...CALL, chance: 0 }), MEAN_MS / 2)
    assert.ok(rtcpInterval({ ...CALL, chance: 1 - 2 ** -32 }) < MEAN_MS * 1.5)
  })

  it('grows with the size of packets and the number of members', () => {
    const large = { ...CALL, averageBytes: 5000 }
    // 5 % of 80 kbit/s: 0.5 octets a millisecond for two members.
    assert.equal(rtcpInterval(large), 20_000 / (Math.E - 1.5))
    const audience = { ...large, members: 8, senders: 1 }
    assert.equal(rtcpInterval(audience), 40_000 / (Math.E - 1.5), 'senders have a quarter')
    const listening = { ...audience, weSend: false }
    assert.ok(Math.abs(rtcpInterval(listening) - 35_000 / 0.375 / (Math.E - 1.5)) < 1e-6)
  })
})
