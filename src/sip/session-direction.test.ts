import assert from 'node:assert/strict'
import { it } from 'node:test'
import { sessionDirection } from './session-direction.ts'

const AUDIO = 'm=audio 4000 RTP/AVP 0'
const cases: [name: string, lines: string[], direction: string][] = [
  ['nothing said', ['v=0', 'c=IN IP4 192.0.2.1', AUDIO], 'sendrecv'],
  ['on hold', ['v=0', AUDIO, 'a=sendonly'], 'sendonly'],
  ['said for the whole session', ['v=0', 'a=inactive', AUDIO], 'inactive'],
  ['the stream over the session', ['v=0', 'a=inactive', AUDIO, 'a=sendrecv'], 'sendrecv'],
  ['another stream has no say', ['v=0', AUDIO, 'm=video 5 RTP/AVP 9', 'a=inactive'], 'sendrecv'],
  ['the hold of old', ['v=0', 'c=IN IP4 0.0.0.0', AUDIO], 'inactive'],
  ['a stream with its own address', ['c=IN IP4 0.0.0.0', AUDIO, 'c=IN IP4 192.0.2.1'], 'sendrecv'],
  ['switched off', ['v=0', 'm=audio 0 RTP/AVP 0'], 'inactive'],
  ['no audio', ['v=0'], 'inactive'],
]

for (const [name, lines, direction] of cases) {
  it(`the direction of a session: ${name}`, () => {
    assert.equal(sessionDirection(Buffer.from(lines.join('\r\n'))), direction)
  })
}
