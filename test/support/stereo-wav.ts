import assert from 'node:assert/strict'
import { decodeAlaw, decodeUlaw, parseWav, wavHeadBytes } from '#audio'

/** The two channels of a call's recording: what was sent, and what came. */
export function readStereoWav(bytes: Uint8Array): { sent: Int16Array; received: Int16Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  assert.equal(parseWav(bytes).sampleRate, 8000)
  const [format, channels] = [view.getUint16(20, true), view.getUint16(22, true)]
  assert.equal(channels, 2)
  assert.ok(format === 6 || format === 7, `the format ${format}`)
  const head = wavHeadBytes('mulaw')
  assert.equal(view.getUint32(4, true), bytes.length - 8, 'the size that RIFF tells')
  assert.equal(view.getUint32(head - 4, true), bytes.length - head, 'the size of the data')
  const linear = (format === 7 ? decodeUlaw : decodeAlaw)(bytes.subarray(head))
  return {
    sent: linear.filter((_, at) => at % 2 === 0),
    received: linear.filter((_, at) => at % 2 === 1),
  }
}
