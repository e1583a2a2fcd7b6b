import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { encodeUlaw, goertzelPower, parseWav, powerToDbm0, silence, tone } from '#audio'
import { silentLogger, systemClock, systemRandom } from '#base'
import { Carrier, type CarrierCall, type CarrierEvent } from '#carrier'
import { createOffer, MediaEngine, type MediaStream, parseAnswer } from '#rtp'
import { type Dialog, type InviteOutcome, type InviteProgress, UserAgent } from '#sip'

const HOST = '127.0.0.1'
const SPOKEN = tone({ frequenciesHz: [300, 500], durationMs: 400 })
const base = { log: silentLogger, clock: systemClock, random: systemRandom }

const events: CarrierEvent[] = []
const watchers = new Set<() => void>()
const folder = await mkdtemp(join(tmpdir(), 'outdial-carrier-'))
const carrier = new Carrier({
  ...base,
  bind: { host: HOST, port: 0 },
  outputFolder: folder,
  say: async () => SPOKEN,
  script: {
    '+15550000001': { answerAfterMs: 0, press: '12#', pressAfter: 100, hangupAfterMs: 1500 },
    '+15550000002': { status: 486, answerAfterMs: 50 },
    '+15550000003': { answerAfterMs: 0, press: ['9', '1'] },
    '+15550000004': { answerAfterMs: 0, hangupDuring: 'prompt' },
    '+15550000005': { answerAfterMs: 0, tone: 'fax', hangupAfterMs: 800 },
    '+15550000007': { answerAfterMs: 0, says: 'Hello?', hangupAfterMs: 900 },
    '+15550000006': { answerAfterMs: 0, early: 'Wait.' },
  },
  onEvent: (event) => {
    events.push(event)
    for (const look of watchers) look()
  },
})
const media = new MediaEngine({ ...base, host: HOST })
const userAgent = new UserAgent({
  ...base,
  bind: { host: HOST, port: 0 },
  transports: ['udp', 'tcp'],
  userAgentName: 'Caller',
})

before(async () => {
  await Promise.all([carrier.start(), media.start(), userAgent.start()])
})
after(async () => {
  await carrier.stop()
  await userAgent.stop()
  await media.stop()
  await rm(folder, { recursive: true })
})

/** Resolves with the first event, past or to come, that fits; fails after ten seconds. */
function eventually(fits: (event: CarrierEvent) => boolean): Promise<CarrierEvent> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const event = events.find(fits)
      if (event === undefined) return
      deadline.cancel()
      watchers.delete(look)
      resolve(event)
    }
    const deadline = systemClock.setTimer(10_000, () => reject(new Error('It did not happen')))
    watchers.add(look)
    look()
  })
}

interface Placed {
  readonly outcome: InviteOutcome
  readonly progress: readonly InviteProgress[]
  readonly stream: MediaStream
  readonly callId: string
  readonly digits: string[]
  record(): CarrierCall
  is(kind: CarrierEvent['kind']): Promise<CarrierEvent>
}

interface PlaceOptions {
  readonly password?: string
  readonly ringTimeoutMs?: number
  readonly transport?: 'udp' | 'tcp'
  readonly body?: string
}

async function place(number: string, options: PlaceOptions = {}): Promise<Placed> {
  const { ringTimeoutMs = 10_000, transport = 'udp', password } = options
  const stream = await media.openStream()
  const digits: string[] = []
  const progress: InviteProgress[] = []
  stream.onDigit = (digit) => digits.push(digit)
  const offer = createOffer({ address: stream.address, sessionId: '1' })
  const identity = userAgent.prepareInvite({
    trunk: {
      ...carrier.address,
      transport,
      ...(password !== undefined && { username: 'outdial', password }),
    },
    destination: number,
    callerId: '6175550100',
  })
  const outcome = await userAgent.invite(identity, {
    body: Buffer.from(options.body ?? offer),
    contentType: 'application/sdp',
    ringTimeoutMs,
    onProgress: (step) => progress.push(step),
  }).outcome
  if (outcome.kind === 'answered') stream.connect(parseAnswer(outcome.body, offer))
  return {
    outcome,
    progress,
    stream,
    callId: identity.callId,
    digits,
    record: () => carrier.calls.find((call) => call.callId === identity.callId)!,
    is: (kind) => eventually((event) => event.callId === identity.callId && event.kind === kind),
  }
}

function answered(placed: Placed): Dialog {
  assert.equal(placed.outcome.kind, 'answered')
  return (placed.outcome as Extract<InviteOutcome, { kind: 'answered' }>).dialog
}

function statuses(placed: Placed): number[] {
  return placed.progress.map(({ status }) => status).filter((status) => status !== 100)
}

async function finish(placed: Placed): Promise<void> {
  await answered(placed).bye()
  await placed.is('ended')
  await placed.stream.close()
}

function shared(samples: Int16Array): SharedArrayBuffer {
  const audio = new SharedArrayBuffer(samples.length)
  new Uint8Array(audio).set(encodeUlaw(samples))
  return audio
}

const PROMPT = shared(tone({ frequenciesHz: [440], durationMs: 600 }))

test('a refused number ends with its status, the redirection with a contact', async () => {
  for (const [number, status] of [
    ['+16175550120', 486],
    ['+16175550140', 603],
    ['+16175550141', 404],
    ['+16175550145', 302],
    ['+16175550146', 488],
    ['+15550000002', 486],
  ] as const) {
    const placed = await place(number)
    assert.equal(placed.outcome.kind === 'refused' && placed.outcome.status, status, number)
    if (status === 302 && placed.outcome.kind === 'refused') {
      assert.match(placed.outcome.headers['contact'] ?? '', /\+16175550100@/)
    }
    assert.deepEqual(statuses(placed), number === '+15550000002' ? [180] : [])
    await placed.is('ended')
    const { endedBy, callerId, answeredAt, fromTag } = placed.record()
    assert.deepEqual(
      { endedBy, callerId, answeredAt },
      {
        endedBy: 'carrier',
        callerId: '6175550100',
        answeredAt: undefined,
      },
    )
    assert.notEqual(fromTag, '')
    await placed.stream.close()
  }
})

test('a number that is busy once is answered the second time', async () => {
  const first = await place('+16175550121')
  assert.equal(first.outcome.kind === 'refused' && first.outcome.status, 486)
  await first.stream.close()
  const second = await place('+16175550121')
  await finish(second)
  assert.equal(second.record().endedBy, 'caller')
})

test('a number that rings for ever rings until the caller gives up', async () => {
  const placed = await place('+16175550130', { ringTimeoutMs: 300 })
  assert.equal(placed.outcome.kind, 'ring-timeout')
  await placed.is('canceled')
  await placed.is('ended')
  assert.equal(placed.record().endedBy, 'caller')
  await placed.stream.close()
})

test('it says what it has to say, and presses in time, then hangs up', async () => {
  const placed = await place('+15550000001')
  placed.stream.startRecording()
  assert.equal((await answered(placed).ended).by, 'remote')
  assert.deepEqual(placed.digits, ['1', '2', '#'])
  await placed.is('ended')
  const record = placed.record()
  assert.equal(record.endedBy, 'carrier')
  assert.equal(record.digitsPressed, '12#')
  const talkedMs = record.endedAt! - record.answeredAt!
  assert.ok(talkedMs >= 1490 && talkedMs < 2500, `${talkedMs} ms`)
  await placed.stream.close()
})

test('hello is heard by the caller', async () => {
  const placed = await place('+15550000007')
  placed.stream.startRecording()
  await answered(placed).ended
  const heard = await placed.stream.stopRecording()
  const level = Math.max(
    ...[0, 1600, 3200, 4800].map((at) =>
      powerToDbm0(goertzelPower(heard.subarray(at, at + 1600), 500)),
    ),
  )
  assert.ok(level > -20, `${level} dBm0`)
  await finish(placed)
})

test('it presses after each prompt, and keeps what it heard to the sample', async () => {
  const placed = await place('+15550000003')
  await placed.stream.play(PROMPT).ended
  await placed.is('pressed')
  await placed.stream.play(PROMPT).ended
  await eventually(
    (event) => event.kind === 'pressed' && event.callId === placed.callId && event.digits === '1',
  )
  await placed.stream.sendDigits('57')
  await finish(placed)
  const record = placed.record()
  assert.deepEqual([record.digitsPressed, record.digitsHeard], ['91', '57'])
  assert.deepEqual(placed.digits, ['9', '1'])
  assert.ok(Math.abs(record.heardMs - 1200) <= 60, `heard ${record.heardMs} ms`)
  const { samples, sampleRate } = parseWav(await readFile(record.wavFile!))
  assert.equal(sampleRate, 8000)
  assert.ok(Math.abs(soundLength(samples) - 1200 * 8) <= 60 * 8, `${soundLength(samples)} samples`)
})

test('it hangs up one second into a prompt', async () => {
  const placed = await place('+15550000004')
  const playing = placed.stream.play(shared(tone({ frequenciesHz: [440], durationMs: 5000 })))
  const { by } = await answered(placed).ended
  assert.equal(by, 'remote')
  playing.stop()
  await placed.is('ended')
  const { heardMs, firstHeardAt, answeredAt } = placed.record()
  assert.ok(heardMs > 900 && heardMs < 2000, `${heardMs} ms`)
  assert.ok(firstHeardAt! - answeredAt! < 1000)
  await placed.stream.close()
})

test('a fax machine sounds 2100 Hz', async () => {
  const placed = await place('+15550000005')
  placed.stream.startRecording()
  await answered(placed).ended
  const heard = await placed.stream.stopRecording()
  assert.ok(powerToDbm0(goertzelPower(heard.subarray(2400, 4000), 2100)) > -15)
  await finish(placed)
})

test('early media is announced with 183 and an answer, then the call is answered', async () => {
  const placed = await place('+15550000006')
  assert.deepEqual(statuses(placed), [180, 183])
  const early = placed.progress.find(({ status }) => status === 183)
  assert.match(Buffer.from(early?.body ?? '').toString(), /^m=audio /m)
  await finish(placed)
})

test('credentials are asked for, and checked', async () => {
  const good = await place('+16175550192', { password: 'outdial' })
  await finish(good)
  const calls = carrier.calls.filter(({ callId }) => callId === good.callId)
  assert.equal(calls.length, 1, 'the same call')
  const bad = await place('+16175550192', { password: 'wrong' })
  assert.equal(bad.outcome.kind === 'refused' && bad.outcome.status, 403)
  await bad.stream.close()
})

test('over TCP it is the same', async () => {
  const placed = await place('+16175550180', { transport: 'tcp' })
  assert.deepEqual(statuses(placed), [180])
  await finish(placed)
})

test('an offer that cannot be met is refused with 488', async () => {
  const offer = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n'
  const body = `${offer}m=audio 4000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n`
  const placed = await place('+16175550180', { body })
  assert.equal(placed.outcome.kind === 'refused' && placed.outcome.status, 488)
  await placed.stream.close()
})

test('the log tells the whole life of a call, with every request as it came', async () => {
  const placed = await place('+16175550180')
  await finish(placed)
  const lines = (await readFile(join(folder, 'carrier-log.jsonl'), 'utf8')).trim().split('\n')
  const life = lines
    .map((line): CarrierEvent => JSON.parse(line))
    .filter(({ callId }) => callId === placed.callId)
    .map((event) => (event.kind === 'request' ? event.method : event.kind))
  assert.deepEqual(life, ['INVITE', 'called', 'ringing', 'ACK', 'answered', 'BYE', 'ended'])
})

test('stopping hangs up those who talk and refuses those who ring', async () => {
  const own = new Carrier({ ...base, bind: { host: HOST, port: 0 }, say: async () => silence(20) })
  await own.start()
  const trunk = { ...own.address, transport: 'udp' as const }
  const invite = async (destination: string) => {
    const stream = await media.openStream()
    const offer = createOffer({ address: stream.address, sessionId: '1' })
    const ringing = Promise.withResolvers<void>()
    const call = userAgent.invite(userAgent.prepareInvite({ trunk, destination }), {
      body: Buffer.from(offer),
      contentType: 'application/sdp',
      ringTimeoutMs: 10_000,
      onProgress: ({ status }) => status === 180 && ringing.resolve(),
    })
    return { outcome: call.outcome, ringing: ringing.promise, stream }
  }
  const talking = await invite('+16175550180')
  const outcome = await talking.outcome
  assert.equal(outcome.kind, 'answered')
  const waiting = await invite('+16175550130')
  await waiting.ringing
  await own.stop()
  const refused = await waiting.outcome
  assert.equal(refused.kind === 'refused' && refused.status, 503)
  if (outcome.kind === 'answered') assert.equal((await outcome.dialog.ended).by, 'remote')
  assert.deepEqual(
    own.calls.map(({ endedBy }) => endedBy),
    ['carrier', 'carrier'],
  )
  await Promise.all([talking.stream.close(), waiting.stream.close(), own.stop()])
})

/** From the first audible sample of each stretch of sound to its last, added up. */
function soundLength(samples: Int16Array): number {
  let total = 0
  let first = -1
  let last = -1
  for (const [at, sample] of samples.entries()) {
    if (Math.abs(sample) < 100) continue
    if (first >= 0 && at - last > 1600) {
      total += last - first
      first = at
    }
    if (first < 0) first = at
    last = at
  }
  return total + last - first
}
