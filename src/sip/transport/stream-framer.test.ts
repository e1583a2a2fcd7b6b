import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { StreamFramer } from './stream-framer.ts'

const FIRST = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello'
const SECOND = 'BYE sip:a SIP/2.0\r\nl:0\r\n\r\n'

describe('the stream framer', () => {
  it('cuts the same messages, however the stream was split', () => {
    const stream = Buffer.from(`\r\n${FIRST}${SECOND}\r\n${FIRST}`)
    const cuts = fc
      .array(fc.integer({ min: 0, max: stream.length }))
      .map((at) => at.sort((a, b) => a - b))
    fc.assert(
      fc.property(cuts, (at) => {
        const framer = new StreamFramer()
        const edges = [0, ...at, stream.length]
        const framed = edges
          .slice(1)
          .flatMap((end, index) => framer.push(stream.subarray(edges[index], end)))
        const texts = framed.map((each) =>
          each.kind === 'message' ? each.bytes.toString() : each.kind,
        )
        // The empty lines between are pongs to a ping that nobody sent: they mean nothing.
        assert.deepEqual(
          texts.filter((text) => text !== 'pong'),
          [FIRST, SECOND, FIRST],
        )
        assert.equal(framer.pending, false)
      }),
    )
  })

  it('takes one byte at a time', () => {
    const framer = new StreamFramer()
    const framed = [...Buffer.from(FIRST)].flatMap((byte) => framer.push(Buffer.of(byte)))
    assert.equal(framed.length, 1)
  })

  it('answers a double CRLF as a ping', () => {
    assert.deepEqual(new StreamFramer().push(Buffer.from('\r\n\r\n')), [{ kind: 'ping' }])
  })

  it('takes a message without Content-Length for one without a body', () => {
    const [only] = new StreamFramer().push(Buffer.from('BYE sip:a SIP/2.0\r\nVia: x\r\n\r\n'))
    assert.equal(only?.kind, 'message')
  })

  for (const length of ['-1', 'x', '1\r\nl: 2', '99999999999999999999']) {
    it(`gives up where the end cannot be told: ${JSON.stringify(length)}`, () => {
      const framer = new StreamFramer()
      const framed = framer.push(Buffer.from(`BYE sip:a SIP/2.0\r\nl: ${length}\r\n\r\n${FIRST}`))
      const [only] = framed
      assert(only?.kind === 'broken' && framed.length === 1)
      assert.equal(only.error.code, 'sip-invalid-content-length')
      assert.deepEqual(framer.push(Buffer.from(FIRST)), [])
    })
  }

  it('refuses a head or a body beyond the limit, without waiting for it', () => {
    const refused = { code: 'sip-message-too-large' }
    assert.throws(() => new StreamFramer(100).push(Buffer.alloc(101, 'x')), refused)
    const long = 'BYE sip:a SIP/2.0\r\nContent-Length: 200\r\n\r\n'
    assert.throws(() => new StreamFramer(100).push(Buffer.from(long)), refused)
  })
})
