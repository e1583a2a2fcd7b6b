import { encodeAlaw, encodeUlaw, ringbackTone } from '#audio'
import { errorMessage, sleep } from '#base'
import { type Attempt, endSecondLeg, findNumberObjection } from '#calls'
import type { Trunk } from '#model'
import type { MediaStream, PlayHandle } from '#rtp'
import { type Dialog, USER_TO_USER_MAX_BYTES } from '#sip'
import type { Transfer, TransferEnd, TransferRequest } from '#vxml'
import type { Dialer, SecondLine } from './dialer.ts'
import { placeSecondLeg, refusedResult, type SecondLeg } from './place-second-leg.ts'
import { sendKeys } from './send-keys.ts'
import type { AttemptTracer } from './trace/attempt-tracer.ts'
import { readTransferTarget, referredUri, type TransferTarget } from './transfer-target.ts'

/** A connected call whose callee is to be connected with somebody else. */
export interface TransferringCall {
  readonly attempt: Attempt
  readonly trunk: Trunk
  readonly trace: AttemptTracer
  readonly dialog: Dialog
  readonly media: MediaStream
  readonly codec: 'PCMU' | 'PCMA'
  /** Of what has been recorded in this call, for `transferaudio`. */
  readonly renderAudio: (audio: NonNullable<TransferRequest['audio']>) => Promise<SharedArrayBuffer>
}

/**
 * `<transfer>` over the phone (VoiceXML 2.0 section 2.3.7, 2.1 section 9). `blind` asks the far end by
 * REFER to call the other party itself; where it does not take that, and for `bridge`, we call that party
 * on a second leg and join the two; `consultation` calls it first, and then asks the far end to take our
 * place. Never rejects.
 */
export function transferCall(
  dialer: Dialer,
  call: TransferringCall,
  request: TransferRequest,
): Transfer {
  const stopped = new AbortController()
  const gone = new AbortController()
  void call.dialog.ended.then(() => gone.abort())
  const course: Course = { dialer, call, request, stopped: stopped.signal, gone: gone.signal }
  const ended = run(course).catch((error: unknown): TransferEnd => {
    const { callId } = call.attempt.claim
    dialer.log.error('transfer failed', { callId, error: errorMessage(error) })
    return { result: 'unknown', durationMs: 0 }
  })
  return { ended, stop: () => stopped.abort() }
}

interface Course {
  readonly dialer: Dialer
  readonly call: TransferringCall
  readonly request: TransferRequest
  /** The callee has ended it by a key. */
  readonly stopped: AbortSignal
  /** The callee has hung up. */
  readonly gone: AbortSignal
}

async function run(course: Course): Promise<TransferEnd> {
  const { dialer, request, call } = course
  const { defaultCountry } = dialer.calls.settings
  const target = readTransferTarget(request.dest, defaultCountry, dialer.trunks)
  if (typeof target === 'string') return { result: target, durationMs: 0 }
  const { accountId } = call.attempt.claim
  const callee = { accountId, number: target.number, country: defaultCountry }
  const objection = await findNumberObjection(dialer.calls, callee)
  if (objection !== undefined) {
    dialer.log.warn('transfer to a number that the account must not call', {
      callId: call.attempt.claim.callId,
      objection,
    })
    return { result: 'not-authorized', durationMs: 0 }
  }
  if (Buffer.byteLength(request.aai) > USER_TO_USER_MAX_BYTES) {
    const { callId } = call.attempt.claim
    dialer.log.warn('aai not sent: too long', { callId, maxBytes: USER_TO_USER_MAX_BYTES })
  }
  if (request.type === 'blind') {
    const referred = await refer(call, target, request)
    if (referred !== undefined) return referred
  }
  const line = await dialer.takeSecondLine(
    call.attempt,
    AbortSignal.any([course.stopped, course.gone]),
  )
  if (line === undefined) return early(course) ?? { result: 'no-resource', durationMs: 0 }
  try {
    const leg = await callWhileSounding(course, target, line)
    if (!('kind' in leg)) return early(course) ?? leg
    return await talk(course, target, leg)
  } finally {
    await endSecondLeg(dialer.calls, call.attempt).catch((error: unknown) =>
      dialer.log.warn('second leg not given back', { error: errorMessage(error) }),
    )
  }
}

/** Undefined where the far end does not take REFER: it is bridged instead. */
async function refer(
  { dialog, trunk }: TransferringCall,
  target: TransferTarget,
  { aai }: TransferRequest,
): Promise<TransferEnd | undefined> {
  const outcome = await dialog.refer({ uri: referredUri(target, trunk), userToUser: aai })
  switch (outcome.kind) {
    case 'transferred':
      return { result: 'transferred', durationMs: 0 }
    case 'refused':
      return undefined
    case 'failed':
      return { ...refusedResult(outcome.status), durationMs: 0 }
    case 'unknown':
      return { result: 'unknown', durationMs: 0 }
  }
}

/**
 * The callee hears ringing, or what the document says, until somebody answers; what the other party's network
 * lets callers hear, where it does and the document says nothing.
 */
async function callWhileSounding(
  { dialer, call, request, stopped, gone }: Course,
  { number }: TransferTarget,
  line: SecondLine,
): Promise<SecondLeg | TransferEnd> {
  const { attempt, trace } = call
  const heard = new AbortController()
  const sounding = sound(call, request, heard.signal).catch((error: unknown) =>
    dialer.log.warn('transfer is silent', { error: errorMessage(error) }),
  )
  const { connectTimeoutMs, aai: userToUser } = request
  const hear = (media: MediaStream): void => {
    heard.abort()
    call.media.join(media)
  }
  const onEarlyMedia = request.audio === undefined ? { onEarlyMedia: hear } : {}
  const second = { attempt, trace, line, number, userToUser, ...onEarlyMedia }
  const signal = AbortSignal.any([stopped, gone])
  try {
    return await placeSecondLeg(dialer, { ...second, connectTimeoutMs }, signal)
  } finally {
    heard.abort()
    await sounding
  }
}

async function sound(
  { media, codec, renderAudio }: TransferringCall,
  { audio, connectTimeoutMs }: TransferRequest,
  signal: AbortSignal,
): Promise<void> {
  const coded = audio === undefined ? ringing(codec, connectTimeoutMs) : await renderAudio(audio)
  if (signal.aborted) return
  const playing: PlayHandle = media.play(coded)
  signal.addEventListener('abort', () => playing.stop(), { once: true })
  await playing.ended
}

function ringing(codec: 'PCMU' | 'PCMA', durationMs: number): SharedArrayBuffer {
  const tone = ringbackTone(durationMs)
  const coded = codec === 'PCMU' ? encodeUlaw(tone) : encodeAlaw(tone)
  const audio = new SharedArrayBuffer(coded.length)
  new Uint8Array(audio).set(coded)
  return audio
}

/** Why there is nobody to talk with: the callee wanted no more. */
function early({ stopped, gone }: Course): TransferEnd | undefined {
  if (gone.aborted) return { result: 'hangup', durationMs: 0 }
  return stopped.aborted ? { result: 'near_end_disconnect', durationMs: 0 } : undefined
}

/** From the answer of the other party to the end of either. */
async function talk(course: Course, target: TransferTarget, leg: SecondLeg): Promise<TransferEnd> {
  const { dialer, call, request } = course
  const answeredAtMs = dialer.clock.monotonic()
  const lasted = (): number => dialer.clock.monotonic() - answeredAtMs
  const { callId } = call.attempt.claim
  try {
    if (target.postDial !== undefined) await sendKeys(dialer, { callId, ...leg }, target.postDial)
    if (request.type === 'consultation') {
      const userToUser = request.aai
      const { kind } = await call.dialog.refer({ replaces: leg.dialog.state, userToUser })
      if (kind === 'transferred') return { result: 'transferred', durationMs: lasted() }
    }
    const part = join(call, leg)
    const result = await firstEnd(course, leg)
    const durationMs = lasted()
    part()
    return { result, durationMs }
  } finally {
    await leg.dialog.bye()
    await leg.media.close()
  }
}

/**
 * Each hears the other. Keys that come as events beside the audio are pressed again on the other side;
 * those in the audio are in it. Returns what undoes it.
 */
function join(call: TransferringCall, leg: SecondLeg): () => void {
  const { media } = call
  const { onDigitStart } = media
  media.onDigitStart = (key) => {
    onDigitStart?.(key)
    void leg.media.sendDigits(key).catch(() => undefined)
  }
  leg.media.onDigitStart = (key) => void media.sendDigits(key).catch(() => undefined)
  media.join(leg.media)
  return () => {
    media.part()
    media.onDigitStart = onDigitStart
  }
}

async function firstEnd(
  { dialer, request, stopped, gone }: Course,
  leg: SecondLeg,
): Promise<TransferEnd['result']> {
  const over = new AbortController()
  const aborted = (signal: AbortSignal): Promise<void> =>
    sleep(dialer.clock, Number.POSITIVE_INFINITY, AbortSignal.any([signal, over.signal]))
  const maxTimeMs = request.maxTimeMs === 0 ? Number.POSITIVE_INFINITY : request.maxTimeMs
  const result = await Promise.race<TransferEnd['result']>([
    leg.dialog.ended.then(({ by }) =>
      by === 'remote' ? 'far_end_disconnect' : 'network_disconnect',
    ),
    aborted(gone).then(() => 'hangup'),
    aborted(stopped).then(() => 'near_end_disconnect'),
    sleep(dialer.clock, maxTimeMs, over.signal).then(() => 'maxtime_disconnect'),
  ])
  over.abort()
  return result
}
