import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { StreamFramer } from './stream-framer.ts'

const FIRST = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello'
const SECOND = 'BYE sip:a SIP/2.0\r\nl:0\r\n\r\n'

/** Streams with an end of every kind, and what is in them. */
const STREAMS: readonly (readonly [string, string, readonly string[]])[] = [
  ['whole messages', `\r\n${FIRST}${SECOND}\r\n${FIRST}`, [FIRST, SECOND, FIRST]],
  ['pings', `\r\n\r\n${FIRST}\r\n\r\n\r\n\r\n${SECOND}`, ['ping', FIRST, 'ping', 'ping', SECOND]],
  ['a body of empty lines', 'A sip:a SIP/2.0\r\nl: 6\r\n\r\n\r\n\r\n\r\n', ['A sip:a']],
  ['a broken message', `${SECOND}A sip:a SIP/2.0\r\nl: x\r\n\r\n${FIRST}`, [SECOND, 'broken']],
  ['a body nobody measured', `${SECOND}A a SIP/2.0\r\nc: a/b\r\n\r\nhi`, [SECOND, 'broken']],
  [
    'a body longer than was said',
    `A sip:a SIP/2.0\r\nl: 2\r\n\r\nhello\r\n${FIRST}`,
    ['A sip:a', 'broken'],
  ],
  ['a long head', `${FIRST}A sip:a SIP/2.0\r\nx: ${'y'.repeat(300)}`, [FIRST, 'oversized']],
  ['a long body', `${FIRST}A sip:a SIP/2.0\r\nl: 300\r\n\r\n${FIRST}`, [FIRST, 'oversized']],
  ['a message without its end', `${SECOND}BYE sip:a SIP/2.0\r\nl: 9\r\n\r\nhello`, [SECOND]],
]

/** What was framed of a stream that was cut at these places. A pong that nobody waits for means nothing. */
function frame(stream: Buffer, cuts: readonly number[]): string[] {
  const framer = new StreamFramer(200)
  const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
  const framed = edges
    .slice(1)
    .flatMap((end, index) => framer.push(stream.subarray(edges[index], end)))
  return framed
    .map((each) => (each.kind === 'message' ? each.bytes.toString() : each.kind))
    .filter((text) => text !== 'pong')
}

describe('the stream framer', () => {
  for (const [what, text, expected] of STREAMS) {
    const stream = Buffer.from(text)
    const check = (cuts: readonly number[]): void => {
      const framed = frame(stream, cuts)
      assert.equal(framed.length, expected.length, `cut at ${cuts}`)
      const wrong = framed.find((each, at) => !each.startsWith(expected[at] ?? ''))
      assert.equal(wrong, undefined, `cut at ${cuts}`)
    }

    it(`cuts the same of ${what}, split at any one place or two, or at every one`, () => {
      check([])
      check([...stream.keys()])
      for (let one = 0; one <= stream.length; one++) {
        check([one])
        for (let two = one + 1; two <= Math.min(stream.length, one + 8); two++) check([one, two])
      }
    })

    it(`cuts the same of ${what}, split anyhow`, () => {
      const cuts = fc.array(fc.integer({ min: 0, max: stream.length }))
      fc.assert(fc.property(cuts, check))
    })
  }

  it('waits for nothing once a message is whole', () => {
    const framer = new StreamFramer()
    framer.push(Buffer.from(FIRST.slice(0, -1)))
    assert.equal(framer.pending, true)
    framer.push(Buffer.from(FIRST.slice(-1)))
    assert.equal(framer.pending, false)
  })

  it('takes a single empty line for a pong at once', () => {
    assert.deepEqual(new StreamFramer().push(Buffer.from('\r\n')), [{ kind: 'pong' }])
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
    const long = 'BYE sip:a SIP/2.0\r\nContent-Length: 200\r\n\r\n'
    for (const bytes of [Buffer.alloc(101, 'x'), Buffer.from(long)]) {
      const framer = new StreamFramer(100)
      const [only] = framer.push(bytes)
      assert(only?.kind === 'oversized')
      assert.equal(only.error.code, 'sip-message-too-large')
      assert.deepEqual(framer.push(Buffer.from(FIRST)), [])
    }
  })
})
