import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDecoder } from 'libopus-wasm'
import {
  concat,
  decodeAlaw,
  decodeUlaw,
  encodeAlaw,
  encodeUlaw,
  formatWav,
  goertzelPower,
  OpusFrames,
  powerToDbm0,
  resample,
  tone,
} from '#audio'
import { OutdialError, type OutgoingResponse, silentLogger, systemClock } from '#base'
import type { Prompt, PromptPart } from '#vxml'
import { FliteSynthesizer } from './flite/flite-synthesizer.ts'
import { PromptRenderer, type RenderedPrompt } from './prompt-renderer.ts'
import { TEXT_LIMIT } from './spoken-text.ts'

const files = new Map<string, Partial<OutgoingResponse>>()
const fetched: string[] = []
const synthesizer = new FliteSynthesizer({ clock: systemClock, log: silentLogger })
const renderer = new PromptRenderer({
  fetch: async ({ url }) => {
    fetched.push(url)
    const file = files.get(url)
    if (file === undefined) throw new OutdialError('fetch-refused', 'Nobody listens there.')
    return { url, status: 200, headers: {}, setCookies: [], body: new Uint8Array(), ...file }
  },
  log: silentLogger,
  clock: systemClock,
  synthesizer,
})

before(async () => {
  await synthesizer.start()
  await renderer.start()
})
after(async () => {
  await renderer.stop()
  await synthesizer.stop()
})

const SENTENCE = 'Your appointment is on Tuesday at four thirty; press one to confirm.'
const BEEP = tone({ frequenciesHz: [1000], durationMs: 500 })

function prompt(...parts: PromptPart[]): Prompt {
  return { parts, bargein: true, language: 'en-US' }
}

function text(words: string, voice?: Extract<PromptPart, { kind: 'text' }>['voice']): PromptPart {
  return { kind: 'text', text: words, ...(voice !== undefined && { voice }) }
}

function audio(
  uri: string,
  rest: Partial<Extract<PromptPart, { kind: 'audio' }>> = {},
): PromptPart {
  return { kind: 'audio', uri, fetchTimeoutMs: 1000, fallback: [], ...rest }
}

function samples(rendered: RenderedPrompt): Int16Array {
  return decodeUlaw(new Uint8Array(rendered.audio))
}

function peak(pcm: Int16Array): number {
  return pcm.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0)
}

test('a sentence lasts about as long as people need for it, at a sensible level', async () => {
  const rendered = await renderer.render(prompt(text(SENTENCE)), 'PCMU')
  assert.ok(rendered.durationMs > 3500 && rendered.durationMs < 5500, `${rendered.durationMs} ms`)
  assert.equal(rendered.audio.byteLength, rendered.durationMs * 8)
  const loudest = 20 * Math.log10(peak(samples(rendered)) / 32768)
  assert.ok(Math.abs(loudest + 6) < 0.5, `${loudest} dBFS`)
})

test('A-law carries the same speech', async () => {
  const ulaw = samples(await renderer.render(prompt(text(SENTENCE)), 'PCMU'))
  const alaw = decodeAlaw(
    new Uint8Array((await renderer.render(prompt(text(SENTENCE)), 'PCMA')).audio),
  )
  assert.equal(alaw.length, ulaw.length)
  const error = alaw.reduce((sum, sample, at) => sum + Math.abs(sample - ulaw[at]!), 0)
  const level = ulaw.reduce((sum, sample) => sum + Math.abs(sample), 0)
  assert.ok(error / level < 0.06, `${error / level}`)
})

test('different texts, voices and speeds sound different', async () => {
  const variants = [
    text('Good morning'),
    text('Good evening'),
    text('Good morning', { gender: 'male' }),
    text('Good morning', { name: 'kal16' }),
    text('Good morning', { rate: 0.5 }),
    text('Good morning', { volume: 0.25 }),
  ]
  const rendered = await Promise.all(variants.map((part) => renderer.render(prompt(part), 'PCMU')))
  const bytes = rendered.map(({ audio }) => Buffer.from(audio).toString('base64'))
  assert.equal(new Set(bytes).size, variants.length)
  assert.ok(rendered[4]!.durationMs > 1.6 * rendered[0]!.durationMs, 'half the speed')
  assert.ok(peak(samples(rendered[5]!)) < 0.3 * peak(samples(rendered[0]!)), 'a quarter as loud')
})

test('the same prompt again, even at the same time, is the same shared buffer', async () => {
  const words = prompt(text('Said at once, by many.'), { kind: 'break', durationMs: 10 })
  const together = await Promise.all([1, 2, 3].map(() => renderer.render(words, 'PCMU')))
  const later = await renderer.render(structuredClone(words), 'PCMU')
  for (const rendered of together) assert.equal(rendered.audio, later.audio)
})

test('breaks are exact, and marks stand where they were set', async () => {
  const words = await renderer.render(prompt(text('One.')), 'PCMU')
  const rendered = await renderer.render(
    prompt(
      { kind: 'break', durationMs: 250 },
      { kind: 'mark', name: 'start' },
      text('One.'),
      { kind: 'mark', name: 'said' },
      { kind: 'break', durationMs: 1000 },
      { kind: 'mark', name: 'end' },
    ),
    'PCMU',
  )
  assert.equal(rendered.durationMs, 250 + words.durationMs + 1000)
  assert.deepEqual(rendered.marks, [
    { name: 'start', atMs: 250 },
    { name: 'said', atMs: 250 + words.durationMs },
    { name: 'end', atMs: rendered.durationMs },
  ])
  assert.ok(
    samples(rendered)
      .subarray(0, 2000)
      .every((sample) => sample === 0),
  )
  assert.ok(
    samples(rendered)
      .subarray(-8000)
      .every((sample) => sample === 0),
  )
})

test('an empty prompt, or one with nothing to say, is empty', async () => {
  assert.equal((await renderer.render(prompt(), 'PCMU')).durationMs, 0)
  assert.equal((await renderer.render(prompt(text(' ...\u0000 ')), 'PCMU')).durationMs, 0)
})

test('WAV files of any rate, headerless files and .au files play at telephone rate', async () => {
  const hiss = tone({ frequenciesHz: [1000], durationMs: 500, sampleRate: 22_050 })
  files.set('http://a/tone.wav', { body: formatWav(hiss, { sampleRate: 22_050 }) })
  files.set('http://a/tone.l16', { body: bigEndian(BEEP) })
  files.set('http://a/tone?x', {
    body: bytesOf(BEEP),
    headers: { 'content-type': 'audio/L16; rate=8000' },
  })
  files.set('http://a/tone.au', { body: sunAudio(bigEndian(BEEP)) })
  for (const name of ['tone.wav', 'tone.l16', 'tone?x', 'tone.au']) {
    const uri = `http://a/${name}`
    const rendered = await renderer.render(prompt(audio(uri)), 'PCMU')
    assert.equal(Math.round(rendered.durationMs), 500, uri)
    const crossings = zeroCrossings(samples(rendered))
    assert.ok(Math.abs(crossings - 1000) <= 4, `${uri}: ${crossings} zero crossings`)
  }
})

test('a file plays at most as long as it may', async () => {
  files.set('http://a/long.wav', { body: formatWav(BEEP, { sampleRate: 8000 }) })
  const rendered = await renderer.render(
    prompt(audio('http://a/long.wav', { maxDurationMs: 120 })),
    'PCMU',
  )
  assert.equal(rendered.durationMs, 120)
})

test('what cannot be fetched or decoded is replaced by its fallback, within a fallback too', async () => {
  files.set('http://a/broken.wav', { body: Buffer.from('RIFFxxxxWAVEgarbage') })
  files.set('http://a/missing.wav', { status: 404, body: Buffer.from('no') })
  files.set('http://a/page.html', {
    body: Buffer.from('<p>'),
    headers: { 'content-type': 'text/html' },
  })
  const said = await renderer.render(prompt(text('Instead.')), 'PCMU')
  for (const name of ['broken.wav', 'missing.wav', 'page.html', 'nobody.wav']) {
    const inner = audio(`http://a/${name}`, { fallback: [text('Instead.')] })
    const outer = audio('http://b/nobody.wav', { fallback: [inner] })
    const rendered = await renderer.render(prompt(outer), 'PCMU')
    assert.deepEqual(Buffer.from(rendered.audio), Buffer.from(said.audio), name)
  }
  assert.equal((await renderer.render(prompt(audio('http://a/broken.wav')), 'PCMU')).durationMs, 0)
})

test('a file is fetched again when it is no longer fresh, and decoded again when it changed', async () => {
  const uri = 'http://a/fresh.wav'
  const times = (): number => fetched.filter((url) => url === uri).length
  files.set(uri, {
    body: formatWav(BEEP, { sampleRate: 8000 }),
    headers: { 'cache-control': 'no-cache' },
  })
  const first = await renderer.render(prompt(audio(uri)), 'PCMU')
  const same = await renderer.render(prompt(audio(uri)), 'PCMU')
  assert.equal(times(), 2)
  assert.equal(same.audio, first.audio)
  files.set(uri, { body: formatWav(BEEP.subarray(0, 800), { sampleRate: 8000 }) })
  assert.equal((await renderer.render(prompt(audio(uri)), 'PCMU')).durationMs, 100)
  await Promise.all([1, 2, 3].map(() => renderer.render(prompt(audio(uri)), 'PCMU')))
  assert.equal(times(), 3)
})

test('hostile texts are spoken or refused, and never more than that', async () => {
  const hostile = [
    '-o /etc/passwd --voicedump x',
    '<speak><audio src="file:///etc/passwd"/><break time="99999s"/></speak>',
    '\u0000\u001b]0;title\u0007 bell \u202e desrever',
    '%s%n%x $(reboot) `reboot` ; reboot',
    'a'.repeat(TEXT_LIMIT),
    '9'.repeat(1000),
  ]
  for (const words of hostile) {
    const rendered = await renderer.render(prompt(text(words)), 'PCMU')
    assert.ok(rendered.durationMs > 500, words.slice(0, 30))
  }
  await assert.rejects(renderer.render(prompt(text('word '.repeat(20_000))), 'PCMU'), {
    code: 'speech-text-too-long',
  })
})

test('a prompt that would last for hours is refused', async () => {
  const parts = Array.from(
    { length: 61 },
    (): PromptPart => ({ kind: 'break', durationMs: 60_000 }),
  )
  await assert.rejects(renderer.render(prompt(...parts), 'PCMU'), {
    code: 'speech-prompt-too-long',
  })
})

test('texts side by side are one sentence, in another voice they are apart', async () => {
  const whole = await renderer.render(prompt(text('Hello John, welcome.')), 'PCMU')
  const parts = await renderer.render(
    prompt(text('Hello'), text('John'), text(', welcome.')),
    'PCMU',
  )
  assert.equal(parts.audio, whole.audio)
})

function zeroCrossings(pcm: Int16Array): number {
  return pcm.reduce(
    (count, sample, at) => count + (at > 0 && sample >= 0 !== pcm[at - 1]! >= 0 ? 1 : 0),
    0,
  )
}

function sunAudio(data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(24)
  header.write('.snd')
  for (const [index, value] of [24, data.length, 3, 8000, 1].entries()) {
    header.writeUInt32BE(value, 4 + 4 * index)
  }
  return Buffer.concat([header, data])
}

function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)
}

function bigEndian(pcm: Int16Array): Uint8Array {
  return Buffer.from(bytesOf(pcm)).swap16()
}

test('a recording of the call is played from where the call keeps it, and of no other call', async () => {
  const kept = new Map([
    ['recording:1/1', Promise.resolve({ contentType: 'audio/basic', body: encodeUlaw(BEEP) })],
    [
      'recording:1/2',
      Promise.resolve({ contentType: 'audio/x-alaw-basic', body: encodeAlaw(BEEP) }),
    ],
  ])
  const asked = fetched.length
  for (const uri of kept.keys()) {
    const own = await renderer.render(prompt(audio(uri)), 'PCMU', (one) => kept.get(one))
    assert.equal(own.durationMs, 500)
    assert.ok(peak(samples(own)) > 5000)
  }
  assert.equal(fetched.length, asked)
  const foreign = await renderer.render(prompt(audio('recording:1/1')), 'PCMU', () => undefined)
  assert.equal(foreign.durationMs, 0)
})

test('for Opus a prompt is wideband, spoken and from files, and recorded as PCMU', async () => {
  const high = tone({ frequenciesHz: [6000], durationMs: 500, sampleRate: 16_000 })
  const body = formatWav(high, { sampleRate: 16_000 })
  files.set('http://files.example/high.wav', { body })
  const decoder = await createDecoder({ sampleRate: 16_000, channels: 1 })
  const heard = async (part: PromptPart) => {
    const rendered = await renderer.render(prompt(part), 'OPUS')
    const frames = new OpusFrames(rendered.opus ?? assert.fail())
    const packet = new Uint8Array(1500)
    const pieces = Array.from({ length: frames.count }, (_, n) => {
      return decoder.decode(packet.slice(0, frames.copy(n, packet, 0)))
    })
    assert.equal(frames.count, Math.ceil(rendered.durationMs / 20))
    assert.equal(rendered.audio.byteLength, Math.ceil(rendered.durationMs * 8))
    return { wide: concat(pieces), narrow: samples(rendered) }
  }
  const sounded = await heard(audio('http://files.example/high.wav'))
  const middle = { start: 3200, end: 6400 }
  const inBand = powerToDbm0(goertzelPower(sounded.wide, 6000, { ...middle, sampleRate: 16_000 }))
  assert.ok(inBand > -20, `${inBand} dBm0`)
  assert.ok(
    peak(sounded.narrow) < 200,
    'what the telephone band does not hold is not folded into it',
  )
  const spoken = await heard(text(SENTENCE))
  const asEver = samples(await renderer.render(prompt(text(SENTENCE)), 'PCMU'))
  assert.ok(Math.abs(spoken.narrow.length - asEver.length) < 160, 'it is spoken as fast as ever')
  assert.ok(peak(spoken.narrow) > 8000)
  const upper = (pcm: Int16Array): number => {
    let power = 0
    for (let hz = 4500; hz < 7500; hz += 100)
      power += goertzelPower(pcm, hz, { sampleRate: 16_000 })
    return powerToDbm0(power)
  }
  const narrowband = resample(spoken.narrow, 8000, 16_000)
  assert.ok(upper(spoken.wide) > upper(narrowband) + 15, `${upper(spoken.wide)} dBm0`)
})
