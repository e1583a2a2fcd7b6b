import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw, parseWav, tone } from '#audio'
import { seededRandom, silentLogger, VirtualClock } from '#base'
import { RecordingFolder } from '#recordings'
import type { MediaStream, PlayEnd, RecordingEnd } from '#rtp'
import type { RecordEnd, RecordRequest } from '#vxml'
import { CallRecordings } from './call-recordings.ts'
import { type RecordedCall, recordCaller } from './record-caller.ts'

const BEEP_MS = 500
/** What the media engine tells late: that somebody speaks, and that they do no more. */
const VOICE_TOLD_MS = 240
const SILENCE_TOLD_MS = 200

const REQUEST: RecordRequest = {
  beep: true,
  timeoutMs: 3000,
  maxTimeMs: 60_000,
  finalSilenceMs: 2000,
  contentType: 'audio/basic',
}

const root = mkdtempSync(join(tmpdir(), 'outdial-messages-'))
after(() => rmSync(root, { recursive: true }))
const random = seededRandom('messages')
const folder = (): RecordingFolder =>
  new RecordingFolder({ folder: mkdtempSync(join(root, 'of-')), random })

/** A callee on a virtual clock, who sounds as `tone` does. */
class Callee implements RecordedCall {
  readonly callId = 7
  readonly clock = new VirtualClock()
  readonly codec: 'PCMU' | 'PCMA'
  readonly heardBeeps: number[] = []
  readonly hungUp = Promise.withResolvers<void>()
  readonly dialog = { ended: this.hungUp.promise }
  readonly recordings: CallRecordings
  readonly folder: RecordingFolder
  messageAtMs = 0
  marks: Partial<RecordingEnd> = {}
  isGone = false

  constructor(codec: 'PCMU' | 'PCMA' = 'PCMU', kept = folder()) {
    this.codec = codec
    this.folder = kept
    this.recordings = new CallRecordings(7, kept, random)
  }

  readonly media: RecordedCall['media'] = {
    onVoice: undefined,
    play: (audio) => {
      const ended = Promise.withResolvers<PlayEnd>()
      const playedMs = audio.byteLength / 8
      this.heardBeeps.push(playedMs)
      this.clock.setTimer(playedMs, () => ended.resolve({ interrupted: false, playedMs }))
      const stop = (): void => ended.resolve({ interrupted: true, playedMs: 0 })
      return { started: Promise.resolve(0), ended: ended.promise, stop }
    },
    record: (tracks, onPiece) => {
      assert.equal(tracks, 'received')
      this.messageAtMs = this.clock.monotonic()
      const stop = async (): Promise<RecordingEnd> => {
        if (this.isGone) throw new Error('The media stream was closed.')
        const samples = this.#now()
        const pcm = tone({ frequenciesHz: [440], durationMs: samples / 8 })
        const bytes = this.codec === 'PCMU' ? encodeUlaw(pcm) : encodeAlaw(pcm)
        for (let at = 0; at < samples; at += 32_768) onPiece(bytes.subarray(at, at + 32_768))
        return { codec: this.codec, samples, ...this.marks }
      }
      return { pause: () => undefined, stop }
    },
  } satisfies Partial<MediaStream>

  record(request: Partial<RecordRequest> = {}) {
    const dialer = { clock: this.clock, log: silentLogger }
    return recordCaller(dialer, this, this.recordings, { ...REQUEST, ...request })
  }

  async speaks(durationMs: number): Promise<void> {
    const voiceFrom = this.marks.voiceFrom ?? this.#now()
    await this.clock.advance(VOICE_TOLD_MS)
    this.marks = { ...this.marks, voiceFrom, voiceUntil: undefined }
    this.media.onVoice?.(true, this.clock.monotonic())
    await this.clock.advance(durationMs - VOICE_TOLD_MS + SILENCE_TOLD_MS)
    this.marks = { ...this.marks, voiceUntil: this.#now() - 8 * SILENCE_TOLD_MS }
    this.media.onVoice?.(false, this.clock.monotonic())
  }

  /** The key began so long ago. */
  presses(agoMs: number): void {
    this.marks = { ...this.marks, keyAt: this.#now() - 8 * agoMs }
  }

  bytesOf({ recording }: RecordEnd): Promise<Uint8Array | undefined> {
    const loaded = this.recordings.load(recording?.uri ?? '')
    return loaded === undefined ? Promise.resolve(undefined) : loaded.then(({ body }) => body)
  }

  /** In samples, since the recording began. */
  #now(): number {
    return Math.round(8 * (this.clock.monotonic() - this.messageAtMs))
  }
}

const told = ({ reason, recording }: RecordEnd): [string, number | undefined] => [
  reason,
  recording?.durationMs,
]

describe('recordCaller', () => {
  it('beeps, records, and leaves the final silence out', async () => {
    const callee = new Callee()
    const { ended } = callee.record()
    await callee.clock.advance(BEEP_MS)
    await callee.speaks(1500)
    await callee.clock.advance(1000)
    await callee.speaks(1500)
    await callee.clock.advance(2000 - SILENCE_TOLD_MS)
    assert.deepEqual(callee.heardBeeps, [BEEP_MS])
    // The pause between the two: until it was told, and the second after.
    assert.deepEqual(told(await ended), ['finalsilence', 1500 + SILENCE_TOLD_MS + 1000 + 1500])
    assert.equal(callee.clock.monotonic(), BEEP_MS + 4200 + 2000)
    assert.equal(callee.clock.pendingTimers, 0)
  })

  it('waits for a voice from the end of the beep on, and then records nothing', async () => {
    for (const beep of [true, false]) {
      const callee = new Callee()
      const { ended } = callee.record({ beep })
      await callee.clock.advance((beep ? BEEP_MS : 0) + 2999)
      assert.equal(await Promise.race([ended, 'waits']), 'waits')
      await callee.clock.advance(1)
      assert.deepEqual(told(await ended), ['noinput', undefined])
    }
  })

  it('ends at maxtime, to the sample', async () => {
    const callee = new Callee()
    const { ended } = callee.record({ maxTimeMs: 4000, contentType: 'audio/basic' })
    await callee.clock.advance(BEEP_MS)
    await callee.speaks(10_000)
    const end = await ended
    assert.deepEqual(told(end), ['maxtime', 4000])
    assert.equal((await callee.bytesOf(end))?.length, 4000 * 8)
  })

  it('leaves out the key that ends it, and no other', async () => {
    const callee = new Callee()
    const { ended, stop } = callee.record()
    await callee.clock.advance(BEEP_MS)
    await callee.speaks(1000)
    callee.presses(90)
    stop()
    stop()
    assert.deepEqual(told(await ended), ['stopped', 1000 + SILENCE_TOLD_MS - 90])
    assert.equal(callee.media.onVoice, undefined)
    const other = new Callee()
    const ignoring = other.record()
    await other.clock.advance(BEEP_MS)
    other.presses(0)
    await other.speaks(2000)
    ignoring.stop()
    assert.deepEqual(told(await ignoring.ended), ['stopped', 2000 + SILENCE_TOLD_MS])
  })

  it('keeps what was recorded until the hang-up', async () => {
    const callee = new Callee()
    const { ended } = callee.record()
    await callee.clock.advance(BEEP_MS)
    await callee.speaks(1000)
    await callee.clock.advance(500)
    callee.hungUp.resolve()
    assert.deepEqual(told(await ended), ['hangup', 1000 + SILENCE_TOLD_MS + 500])
  })

  it('records nothing where it is over before the beep is, or before a word', async () => {
    const early = new Callee()
    const beeping = early.record()
    await early.clock.advance(100)
    beeping.stop()
    assert.deepEqual(told(await beeping.ended), ['stopped', undefined])
    const wordless = new Callee()
    const waiting = wordless.record()
    await wordless.clock.advance(BEEP_MS + 1000)
    wordless.hungUp.resolve()
    assert.deepEqual(told(await waiting.ended), ['hangup', undefined])
  })

  it('gives each type from either codec', async () => {
    for (const codec of ['PCMU', 'PCMA'] as const) {
      for (const [contentType, read] of [
        ['audio/basic', decodeUlaw],
        ['audio/x-alaw-basic', decodeAlaw],
        ['audio/x-wav', (bytes: Uint8Array) => parseWav(bytes).samples],
      ] as const) {
        const callee = new Callee(codec)
        const { ended } = callee.record({ contentType, maxTimeMs: 9000 })
        await callee.clock.advance(BEEP_MS)
        await callee.speaks(10_000)
        const end = await ended
        const file = callee.recordings.find(end.recording?.uri ?? '')
        const bytes = (await callee.bytesOf(end)) ?? new Uint8Array()
        assert.equal(file?.contentType, contentType)
        assert.equal(end.recording?.sizeBytes, bytes.length)
        assert.equal(file?.sizeBytes, bytes.length)
        const samples = read(bytes)
        const sent = tone({ frequenciesHz: [440], durationMs: 9000 })
        assert.equal(samples.length, sent.length)
        assert.ok(samples.every((sample, at) => Math.abs(sample - (sent[at] ?? 0)) < 1000))
      }
    }
  })

  it('keeps on disk what nobody else can read, and as long as the call', async () => {
    const callee = new Callee()
    const { ended } = callee.record({ contentType: 'audio/basic', maxTimeMs: 3000 })
    await callee.clock.advance(BEEP_MS)
    await callee.speaks(4000)
    const said = Buffer.from((await callee.bytesOf(await ended)) ?? [])
    const unfinished = join(callee.folder.folder, 'unfinished')
    const [name = ''] = readdirSync(unfinished)
    assert.ok(!readFileSync(join(unfinished, name)).includes(said.subarray(8000, 8100)))
    await callee.recordings.close()
    assert.deepEqual(readdirSync(unfinished), [])
  })

  it('tells that it failed where nothing can be written, and leaves nothing', async () => {
    const blocked = new RecordingFolder({ folder: '/dev/null/recordings', random })
    const callee = new Callee('PCMU', blocked)
    const { ended, stop } = callee.record({ beep: false })
    await callee.speaks(1000)
    stop()
    assert.deepEqual(told(await ended), ['failed', undefined])
  })

  it('ends as a hang-up where the media are gone with the callee', async () => {
    const callee = new Callee()
    callee.isGone = true
    const { ended } = callee.record({ beep: false })
    await callee.speaks(1000)
    callee.hungUp.resolve()
    assert.deepEqual(told(await ended), ['hangup', undefined])
    assert.deepEqual(readdirSync(join(callee.folder.folder, 'unfinished')), [])
  })
})

describe('CallRecordings', () => {
  it('keeps the newest, whatever its size, and forgets the oldest first', async () => {
    const recordings = new CallRecordings(7, folder(), random, 1000)
    const keep = async (audioBytes: number): Promise<string> => {
      const writer = recordings.create()
      writer.append(new Uint8Array(audioBytes))
      await writer.finish(new Uint8Array(0))
      const message = { path: writer.path, codec: 'PCMU', audioBytes } as const
      return (await recordings.keep({ ...message, contentType: 'audio/basic' })).uri
    }
    const [first, second, third] = [await keep(400), await keep(400), await keep(400)]
    const sizes = [first, second, third].map((uri) => recordings.find(uri)?.sizeBytes)
    assert.deepEqual(sizes, [undefined, 400, 400])
    const large = await keep(5000)
    assert.equal(recordings.find(second), undefined)
    assert.equal(recordings.find(third), undefined)
    assert.equal((await recordings.load(large))?.body.length, 5000)
  })
})
