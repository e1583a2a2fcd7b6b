import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { callIdOf } from './call-id-of.ts'
import { parseDtmfRelay } from './dtmf-relay.ts'

function relayed(text: string): string | undefined {
  const key = parseDtmfRelay({ body: Buffer.from(text), contentType: 'application/dtmf-relay' })
  return key && `${key.digit} ${key.durationMs}`
}

describe('a key in INFO', () => {
  it('is read however its lines are written', () => {
    assert.equal(relayed('Signal=5\r\nDuration=160\r\n'), '5 160')
    assert.equal(relayed('\r\n Signal = * \nDURATION\t= 90'), '* 90')
    assert.equal(relayed('Signal=11'), '# 160')
    assert.equal(relayed('Signal=\r\n5'), undefined)
  })

  // `npm run fuzz` found that one such message kept the process busy for five seconds.
  it('is looked for once, however many lines there are', () => {
    const begin = process.threadCpuUsage()
    assert.equal(relayed(`Signal x${'\r\n'.repeat(30_000)}`), undefined)
    assert.equal(relayed(`Signal=${' '.repeat(60_000)}x yz`), undefined)
    const name = `INFO sip:a SIP/2.0\r\nCall-ID:${' '.repeat(4000)}x`
    for (let n = 0; n < 50; n++) assert.equal(callIdOf(Buffer.from(`${name}\r\n`)), 'x')
    const { user, system } = process.threadCpuUsage(begin)
    assert((user + system) / 1000 < 500, 'milliseconds of the processor')
  })
})
