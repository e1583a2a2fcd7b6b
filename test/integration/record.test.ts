import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Busboy } from '@fastify/busboy'
import { type RunningServer, run } from '#app'
import {
  concat,
  decodeAlaw,
  decodeUlaw,
  dtmfTones,
  encodeAlaw,
  encodeUlaw,
  goertzelPower,
  levelDbm0,
  parseWav,
  powerToDbm0,
  silence,
  tone,
} from '#audio'
import { silentLogger, systemClock } from '#base'
import type { CarrierScript } from '#carrier'
import { FliteSynthesizer } from '#speech'
import type { ReceivedRequest } from '#test/http-sink'
import { Lab } from '#test/lab'
import { readStereoWav } from '#test/stereo-wav'
import { until } from '#test/until'

/** The callees speak so long after they answer: after the beep, and in time. */
const LEAD_MS = 2500
const FRAME_SAMPLES = 160
const SPEAKS = '16177125001'
const HANGS_UP = '16177125002'
const GOES_ON = '16177125003'
const PRESSES = '16177125004'
const SOUNDS_A_KEY = '16177125005'
const SILENT = '16177125080'

const SCRIPT: CarrierScript = {
  [SPEAKS]: { answerAfterMs: 100, says: 'message' },
  [HANGS_UP]: { answerAfterMs: 100, says: 'long', hangupAfterMs: LEAD_MS + 1500 },
  [GOES_ON]: { answerAfterMs: 100, says: 'long' },
  [PRESSES]: { answerAfterMs: 100, says: 'long', press: '7', pressAfter: LEAD_MS + 1500 },
  [SOUNDS_A_KEY]: { answerAfterMs: 100, says: 'key' },
  [SILENT]: { answerAfterMs: 100 },
}

const vxml = (content: string): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">${content}</vxml>`

const SUBMIT = `<submit next="/message" method="post" enctype="multipart/form-data"
  namelist="greeting msg duration size ended"/>`

const form = (attributes: string, rest: string): string =>
  vxml(`<var name="greeting" expr="'grüß dich'"/>
    <var name="duration"/><var name="size"/><var name="ended"/>
    <form>
      <record name="msg" beep="true" ${attributes}>
        <prompt timeout="8s"/>
        <filled>
          <assign name="duration" expr="msg$.duration"/>
          <assign name="size" expr="msg$.size"/>
          <assign name="ended" expr="msg$.maxtime + '/' + msg$.termchar"/>
        </filled>
      </record>
      ${rest}
    </form>`)

const PAGES: Readonly<Record<string, string>> = {
  '/speaks.vxml': form(
    'finalsilence="1s"',
    `<block><prompt><audio expr="msg"/></prompt><prompt><value expr="msg"/></prompt>${SUBMIT}</block>`,
  ),
  '/hangs-up.vxml': form(
    'type="audio/basic"',
    `<catch event="connection.disconnect.hangup">
      <assign name="duration" expr="msg$.duration"/>${SUBMIT}</catch>`,
  ),
  '/maxtime.vxml': form('maxtime="3s" type="audio/x-alaw-basic"', `<block>${SUBMIT}</block>`),
  '/presses.vxml': form('', `<block>${SUBMIT}</block>`),
  '/silent.vxml': vxml(`<form><record name="msg" finalsilence="1s"><prompt timeout="1s"/>
    <noinput><exit expr="typeof msg"/></noinput></record></form>`),
  '/message': vxml(`<form><block><exit expr="'thanks'"/></block></form>`),
}

interface Upload {
  readonly fields: Readonly<Record<string, string>>
  readonly fileName: string
  readonly contentType: string
  readonly audio: Buffer
}

describe('<record> over a phone call', { concurrency: true }, () => {
  const synthesizer = new FliteSynthesizer({ clock: systemClock, log: silentLogger })
  const long = tone({ frequenciesHz: [440], durationMs: 8000, levelDbm0: -12 })
  let said: Int16Array
  let lab: Lab
  let server: RunningServer
  before(async () => {
    await synthesizer.start()
    const voice = synthesizer.chooseVoice(undefined)
    said = await synthesizer.synthesize('Please call me back tomorrow in the morning.', voice)
    const keyed = concat([long.subarray(0, 1600 * 8), dtmfTones('8', { toneMs: 300, gapMs: 0 })])
    const sounds: Readonly<Record<string, Int16Array>> = { message: said, long, key: keyed }
    const say = async (text: string): Promise<Int16Array> =>
      concat([silence(LEAD_MS), sounds[text] ?? assert.fail(text)])
    lab = await Lab.start(PAGES, { script: SCRIPT, say })
    server = await run(lab.config({ recordsCalls: true }), silentLogger)
  })
  after(async () => {
    await server.stop()
    await lab.stop()
    await synthesizer.stop()
  })

  const call = (number: string, page: string) =>
    lab.complete(server, { number, page, deadlineMs: 60_000 })
  /** The message of the call with such an upload. */
  const uploaded = async (is: (upload: Upload) => boolean): Promise<Upload> => {
    const uploads = await Promise.all(lab.web.requestsFor('/message').map(parseUpload))
    const found = uploads.filter(is)
    assert.equal(found.length, 1, `${found.length} of ${uploads.length} uploads`)
    return found[0]!
  }

  it('sends what the callee said to the web application, and plays it to the callee', async () => {
    const { callId, result } = await call(SPEAKS, '/speaks.vxml')
    assert.equal(result.get('outcome'), 'answered')
    assert.equal(result.get('exit'), '"thanks"')
    const upload = await uploaded(({ fields }) => fields['ended'] === 'false/undefined')
    assert.equal(upload.fileName, 'msg.wav')
    assert.equal(upload.contentType, 'audio/x-wav')
    assert.equal(upload.fields['greeting'], 'grüß dich')
    assert.equal(upload.fields['size'], String(upload.audio.length))

    const { samples, sampleRate } = parseWav(upload.audio)
    assert.equal(sampleRate, 8000)
    assert.equal(upload.fields['duration'], String(Math.round(samples.length / 8)))
    const expected = decodeUlaw(encodeUlaw(said))
    const spoken = voiced(samples)
    const fits = voiced(expected)
    const differenceMs = Math.abs(spoken.length - fits.length) / 8
    assert.ok(differenceMs < 100, `${spoken.length / 8} ms heard of ${fits.length / 8} ms`)
    assert.ok(Math.abs(levelDbm0(spoken) - levelDbm0(fits)) < 1)
    assert.ok(share(expected, samples, 1) > 0.9, 'the very words')
    // The final silence of one second is not in it.
    const end = samples.length - lastLoud(samples)
    assert.ok(end / 8 < 500, `${end / 8} ms of silence at its end`)

    const kept = () => lab.carrier.calls.find(({ number }) => number.endsWith(SPEAKS))?.wavFile
    await until(async () => kept() !== undefined)
    const heard = parseWav(readFileSync(kept()!)).samples
    assert.ok(share(expected, heard, 2) > 0.9, 'the callee hears the words twice')
    // The whole of the call is recorded beside it.
    const whole = join(lab.folder, 'data', 'recordings', `${callId}-1.wav`)
    assert.ok(existsSync(whole))
    assert.ok(share(expected, readStereoWav(readFileSync(whole)).received, 1) > 0.9)
  })

  it('keeps what was said until the callee hung up, for the final processing to send', async () => {
    const { result } = await call(HANGS_UP, '/hangs-up.vxml')
    assert.equal(result.get('hangup_by'), 'callee')
    const upload = await uploaded(({ contentType }) => contentType === 'audio/basic')
    assert.equal(upload.fileName, 'msg.ul')
    const samples = decodeUlaw(upload.audio)
    assert.equal(upload.fields['duration'], String(Math.round(samples.length / 8)))
    const spokenMs = voiced(samples).length / 8
    assert.ok(spokenMs > 1000 && spokenMs < 1800, `${spokenMs} ms`)
  })

  it('ends a message at maxtime, to the sample', async () => {
    const { result } = await call(GOES_ON, '/maxtime.vxml')
    assert.equal(result.get('exit'), '"thanks"')
    const upload = await uploaded(({ contentType }) => contentType === 'audio/x-alaw-basic')
    assert.equal(upload.fields['ended'], 'true/undefined')
    assert.ok(Math.abs(upload.audio.length / 8 - 3000) < 60, `${upload.audio.length} samples`)
    const samples = decodeAlaw(upload.audio)
    const expected = decodeAlaw(encodeAlaw(decodeUlaw(encodeUlaw(long))))
    assert.ok(Math.abs(levelDbm0(voiced(samples)) - levelDbm0(expected)) < 1)
  })

  it('ends a message by a key, and leaves the key out', async () => {
    await call(PRESSES, '/presses.vxml')
    const upload = await uploaded(({ fields }) => fields['ended'] === 'false/7')
    const { samples } = parseWav(upload.audio)
    const spokenMs = voiced(samples).length / 8
    assert.ok(spokenMs > 1000 && spokenMs < 1700, `${spokenMs} ms`)
  })

  it('leaves nothing of a key in the audio at the end', async () => {
    await call(SOUNDS_A_KEY, '/presses.vxml')
    const upload = await uploaded(({ fields }) => fields['ended'] === 'false/8')
    const { samples } = parseWav(upload.audio)
    const end = samples.subarray(-1600)
    assert.ok(levelDbm0(end) > -13, 'it ends with what was said')
    for (const hertz of [852, 1336]) {
      for (let at = 0; at < end.length; at += 80) {
        const power = goertzelPower(end, hertz, { start: at, end: at + 80 })
        assert.ok(powerToDbm0(power) < -20, `${hertz} Hz at ${at}: ${powerToDbm0(power)} dBm0`)
      }
    }
    const spokenMs = voiced(samples).length / 8
    assert.ok(spokenMs > 1450 && spokenMs <= 1600, `${spokenMs} ms`)
  })

  it('throws noinput where nothing is said', async () => {
    const { result } = await call(SILENT, '/silent.vxml')
    assert.equal(result.get('exit'), '"undefined"')
  })
})

async function parseUpload({ headers, bytes }: ReceivedRequest): Promise<Upload> {
  const fields: Record<string, string> = {}
  const chunks: Buffer[] = []
  let file = { fileName: '', contentType: '' }
  const type = headers['content-type'] ?? ''
  const busboy = new Busboy({ headers: { 'content-type': type } })
  busboy.on('field', (name, value) => {
    fields[name] = value
  })
  busboy.on('file', (name, stream, fileName, _, contentType) => {
    assert.equal(name, 'msg')
    file = { fileName, contentType }
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  })
  busboy.end(bytes)
  await once(busboy, 'finish')
  return { fields, ...file, audio: Buffer.concat(chunks) }
}

const LOUD = 500

function lastLoud(samples: Int16Array): number {
  return samples.findLastIndex((sample) => Math.abs(sample) > LOUD)
}

/** From the first to the last sample that is loud. */
function voiced(samples: Int16Array): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > LOUD)
  return first < 0 ? new Int16Array() : samples.subarray(first, lastLoud(samples) + 1)
}

/** How much of `part`, frame by loud frame, is in `whole` at least so many times. */
function share(part: Int16Array, whole: Int16Array, times: number): number {
  const bytes = bytesOf(whole)
  let loud = 0
  let found = 0
  for (let at = 0; at + FRAME_SAMPLES <= part.length; at += FRAME_SAMPLES) {
    const frame = part.subarray(at, at + FRAME_SAMPLES)
    if (levelDbm0(frame) < -30) continue
    loud++
    if (occurrences(bytes, bytesOf(frame)) >= times) found++
  }
  return loud === 0 ? 0 : found / loud
}

function occurrences(bytes: Buffer, wanted: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count++
  return count
}

function bytesOf({ buffer, byteOffset, byteLength }: Int16Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
